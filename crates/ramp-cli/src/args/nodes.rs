//! What the nodes of a target are.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use ramp_core::{Target, TargetError};

#[derive(Debug, clap::Args)]
pub(crate) struct NodeArgs {
    /// Operating systems of the nodes, such as rhel8,rhel9
    ///
    /// Separate several by commas, or repeat the option.
    #[arg(long = "os", value_name = "OS", value_delimiter = ',')]
    operating_systems: Vec<String>,
    /// Architectures of the nodes: x86_64, aarch64
    ///
    /// Separate several by commas, or repeat the option.
    #[arg(long = "arch", value_name = "ARCH", value_delimiter = ',')]
    architectures: Vec<String>,
}

impl NodeArgs {
    /// Whether they say nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.operating_systems.is_empty() && self.architectures.is_empty()
    }

    /// The target with such nodes, where the arguments say what they are: not what it says of its own.
    pub(crate) fn apply(&self, mut target: Target) -> Result<Target, TargetError> {
        if !self.operating_systems.is_empty() {
            target = target.without_operating_systems();
        }
        if !self.architectures.is_empty() {
            target = target.without_architectures();
        }
        for name in &self.operating_systems {
            target = target.with_operating_system(name)?;
        }
        for name in &self.architectures {
            target = target.with_architecture(name)?;
        }
        Ok(target)
    }
}
