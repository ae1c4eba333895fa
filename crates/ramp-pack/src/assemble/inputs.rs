//! What metadata is made of.

use crate::manifest::Manifest;
use crate::options::Options;
use ramp_core::module::{Architecture, Discovery, ModuleFacts};

/// What the packer itself sees of the module.
#[derive(Debug, Clone, PartialEq)]
pub struct ModuleInput {
    /// The name of its file, without folders.
    pub file_name: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The architecture by its header; `None` where the header does not tell.
    pub architecture: Option<Architecture>,
    /// `Linux` or `Darwin`, by its format; `None` where the format does not tell.
    pub os: Option<&'static str>,
}

impl ModuleInput {
    /// What an ELF file is for.
    pub const LINUX: &str = "Linux";
    /// What a Mach-O file is for.
    pub const DARWIN: &str = "Darwin";

    /// Takes what the facts tell.
    pub fn new(file_name: impl Into<String>, sha256: impl Into<String>, facts: &ModuleFacts) -> Self {
        let os = match (&facts.elf, &facts.mach_o) {
            (Some(_), _) => Some(Self::LINUX),
            (None, Some(_)) => Some(Self::DARWIN),
            (None, None) => None,
        };
        Self { file_name: file_name.into(), sha256: sha256.into(), architecture: facts.architecture(), os }
    }
}

/// What metadata is made of.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Inputs<'a> {
    /// The module's file.
    pub module: &'a ModuleInput,
    /// The manifest; an empty one if there is none.
    pub manifest: &'a Manifest,
    /// The command line.
    pub options: &'a Options,
    /// What the module says of itself.
    pub discovery: &'a Discovery,
    /// The commit that is packed, if it is known.
    pub git_sha: Option<&'a str>,
    /// What `operating_systems` is if nobody sets it.
    pub operating_systems: &'a [String],
}

impl<'a> Inputs<'a> {
    /// Of a commit and an operating system that nobody knows.
    pub const fn new(
        module: &'a ModuleInput,
        manifest: &'a Manifest,
        options: &'a Options,
        discovery: &'a Discovery,
    ) -> Self {
        Self { module, manifest, options, discovery, git_sha: None, operating_systems: &[] }
    }
}
