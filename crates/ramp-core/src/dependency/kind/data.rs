//! The values of each kind of irregularity, as data: those of its words.

use super::IrregularityKind;
use crate::datum::{Data, data};

impl IrregularityKind {
    /// Its values, by the keys of [`Finding::data`](crate::Finding::data).
    pub fn data(&self) -> Data {
        match self {
            Self::GzipMethod(method) => data([("method", (*method).into())]),
            Self::GzipFlags(flags) => data([("flags", format!("{flags:#04x}").into())]),
            Self::GzipHeaderChecksum { claimed, actual } => {
                data([("claimed", format!("{claimed:04x}").into()), ("found", format!("{actual:04x}").into())])
            }
            Self::GzipField { field, size, allowed } => {
                data([("field", field.into()), ("claimed", (*size).into()), ("limit", (*allowed).into())])
            }
            Self::Crc32 { claimed, actual } => {
                data([("claimed", format!("{claimed:08x}").into()), ("found", format!("{actual:08x}").into())])
            }
            Self::GzipSize { claimed, actual } => data([("claimed", (*claimed).into()), ("found", (*actual).into())]),
            Self::BehindGzip { len, .. } | Self::PartOfBlock { len } => data([("size", (*len).into())]),
            Self::Number { field, value } => data([("field", field.into()), ("found", value.into())]),
            Self::SizeTwice { header, extended } => {
                data([("claimed", (*header).into()), ("other", (*extended).into())])
            }
            Self::SizeWithoutContent { what, size } => data([("kind", what.into()), ("claimed", (*size).into())]),
            Self::ExtendedMalformed { at } | Self::Unused { at } => data([("position", (*at).into())]),
            Self::ExtendedTooLong { size, allowed } | Self::AttributesTooLarge { size, allowed } => {
                data([("claimed", (*size).into()), ("limit", (*allowed).into())])
            }
            Self::ExtendedPadding { what }
            | Self::ExtendedNameless { what }
            | Self::ExtendedTwice { what }
            | Self::ExtendedStray { what }
            | Self::OtherFormat { what }
            | Self::Special { what } => data([("kind", what.into())]),
            Self::RecordTwice { key } | Self::RecordValue { key } | Self::GlobalRecord { key } => {
                data([("key", key.into())])
            }
            Self::RecordKey { key } => data([("key", key.into())]),
            Self::Link { what, target } => data([("kind", what.into()), ("path", target.into())]),
            Self::LinkNameStray { target } => data([("path", target.into())]),
            Self::UnknownType(flag) => data([("found", char::from(*flag).into())]),
            Self::Name(what) | Self::NamePortability(what) => what.data(),
            Self::NameInvisible(character) => data([("character", (*character).into())]),
            Self::NameTwice { first } | Self::FolderModes { first } => data([("other_offset", (*first).into())]),
            Self::FileIsDirectory { other } => data([("other", other.into())]),
            Self::Attribute { name } => data([("key", name.into())]),
            Self::FileFlags { flags } => data([("found", flags.into())]),
            Self::PrivilegeBits { mode } => data([("mode", format!("{mode:o}").into())]),
            Self::NotTar
            | Self::Inflate
            | Self::GzipCutShort
            | Self::Bomb
            | Self::HeaderChecksum
            | Self::CutShort
            | Self::NoEnd { .. }
            | Self::BehindEnd
            | Self::SignedChecksum
            | Self::Magic
            | Self::Prefix
            | Self::Star
            | Self::TwoLongNames
            | Self::NameNotUtf8
            | Self::NameNotComposed
            | Self::FileNamedDirectory
            | Self::Capabilities
            | Self::AccessList
            | Self::OldHeader => Data::new(),
        }
    }
}
