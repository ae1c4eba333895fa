//! What was given in place of the YAML that was asked for.

/// What a file that cannot be read looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A zip, such as a bundle.
    Zip,
    /// A template that was not filled in, such as those of a Helm chart.
    Template,
    /// Neither.
    Text,
}

impl Form {
    /// By its bytes, as far as they were read.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [b'P', b'K', ..] => Self::Zip,
            _ if bytes.windows(2).any(|two| two == b"{{") => Self::Template,
            _ => Self::Text,
        }
    }
}
