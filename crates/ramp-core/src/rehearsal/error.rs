//! What cannot be rehearsed.

/// Why nothing could be played.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RehearsalError {
    /// No release is known of the target, so it is not known what is asked.
    #[error("no cluster release is named, so it is not known which requests it takes")]
    NoRelease,
    /// What was in use before is not a bundle of which a cluster would know the module.
    #[error("the build that is in use is not one that a cluster takes: {what}")]
    NotABuild {
        /// What the cluster's unpacker finds.
        what: String,
    },
    /// The two builds are of different modules.
    #[error("the builds are of different modules, `{}` and `{}`", old.escape_debug(), new.escape_debug())]
    OtherModule {
        /// `module_name` of the old build.
        old: String,
        /// That of the new one.
        new: String,
    },
}
