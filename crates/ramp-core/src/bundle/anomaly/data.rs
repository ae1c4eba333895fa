//! The values of each kind of irregularity, as data: those of its words.

use super::{AnomalyKind, HeaderField};
use crate::datum::{Data, Datum, data};

impl AnomalyKind {
    /// Its values, by the keys of [`Finding::data`](crate::Finding::data).
    pub fn data(&self) -> Data {
        match self {
            Self::Prefix { len } | Self::Gap { len } | Self::HeaderUnlisted { len } | Self::Padding { len } => {
                data([("size", (*len).into())])
            }
            Self::ForeignRecord { what, len } => data([("kind", what.into()), ("size", (*len).into())]),
            Self::Overlap { with, start, end } => {
                let mut values = data([("start", (*start).into()), ("end", (*end).into())]);
                values.extend(with.as_ref().map(|other| ("other".into(), other.into())));
                values
            }
            Self::Order { after: other, after_offset: offset } | Self::NameCase { other, other_offset: offset } => {
                data([("other", other.into()), ("other_offset", (*offset).into())])
            }
            Self::FileIsDirectory { other, other_offset } | Self::NameCaseFolder { other, other_offset } => {
                data([("other", other.into()), ("other_offset", (*other_offset).into())])
            }
            Self::NameTwice { other_offset } | Self::SecondEnd { used: other_offset, .. } => {
                data([("other_offset", (*other_offset).into())])
            }
            Self::Trailing { end, file_len } => data([("end", (*end).into()), ("size", (*file_len).into())]),
            Self::CommentCutOff { claimed, present: found }
            | Self::RecordCutOff { claimed, present: found }
            | Self::DirectoryOffset { claimed, actual: found }
            | Self::StoredSizes { size: claimed, compressed: found }
            | Self::Zip64Locator { claimed, actual: Some(found) } => {
                data([("claimed", (*claimed).into()), ("found", (*found).into())])
            }
            Self::EntryCount { claimed, claimed_here, counted } => {
                let mut values = data([("claimed", (*claimed).into()), ("found", (*counted).into())]);
                values.extend((claimed != claimed_here).then(|| ("other".into(), (*claimed_here).into())));
                values
            }
            Self::CommentNotText { len, at } => data([("size", (*len).into()), ("position", (*at).into())]),
            Self::CommentLong { len, most } => data([("size", (*len).into()), ("limit", (*most).into())]),
            Self::Comment { len } | Self::EntryComment { len } => data([("size", (*len).into())]),
            Self::Disk { claimed } | Self::DiskCount { claimed } => data([("claimed", (*claimed).into())]),
            Self::Zip64Locator { claimed, actual: None } | Self::Zip64Extensible { claimed } => {
                data([("claimed", (*claimed).into())])
            }
            Self::Zip64End { field, one, other } => {
                data([("field", field.into()), ("claimed", (*one).into()), ("other", (*other).into())])
            }
            Self::Zip64Missing { field, claimed } => data([("field", field.into()), ("claimed", (*claimed).into())]),
            Self::Zip64Needless { what } => data([("field", what.into())]),
            Self::HeaderLong { len, most } => data([("size", (*len).into()), ("limit", (*most).into())]),
            Self::VersionNeeded { version } => data([("version", format!("{}.{}", version / 10, version % 10).into())]),
            Self::DescriptorRepeated { field, local } => {
                data([("field", field.to_string().into()), ("found", field.datum(local))])
            }
            Self::Local(failure) => failure.data(),
            Self::Header { field, local, directory, record_offset } => data([
                ("field", field.to_string().into()),
                ("found", field.datum(local)),
                ("claimed", field.datum(directory)),
                ("other_offset", (*record_offset).into()),
            ]),
            Self::Descriptor { descriptor, directory } => {
                data([("found", descriptor.into()), ("claimed", directory.into())])
            }
            Self::DescriptorUnsigned { found: [a, b, c, d] } => {
                data([("found", format!("{a:02x} {b:02x} {c:02x} {d:02x}").into())])
            }
            Self::DescriptorWidth { len, announced } => {
                data([("found", (*len).into()), ("expected", (*announced).into())])
            }
            Self::Flags { flags } => data([("flags", format!("{flags:#06x}").into())]),
            Self::Method { method } => data([("method", (*method).into())]),
            Self::ExtraMalformed { left, len } => data([("found", (*left).into()), ("size", (*len).into())]),
            Self::ExtraForm { id, what, len } => {
                data([("id", format!("{id:#06x}").into()), ("kind", what.into()), ("found", (*len).into())])
            }
            Self::ExtraTwice { id } => data([("id", format!("{id:#06x}").into())]),
            Self::ExtraOverride { id, what } => data([("id", format!("{id:#06x}").into()), ("kind", what.into())]),
            Self::ExtraZip64 { value, field, header } => {
                data([("field", value.into()), ("found", number(field)), ("expected", number(header))])
            }
            Self::Name(what) => what.data(),
            Self::SpecialFile { what, mode } => data([("kind", what.into()), ("mode", format!("{mode:o}").into())]),
            Self::PrivilegeBits { mode } | Self::Mode { mode, .. } => data([("mode", format!("{mode:o}").into())]),
            Self::Attributes { what, attributes } => {
                data([("kind", what.into()), ("attributes", format!("{attributes:#x}").into())])
            }
            Self::System { system } => data([("found", u64::from(*system).into())]),
            Self::DirectoryContent { value, claimed } => {
                data([("field", value.into()), ("claimed", (*claimed).into())])
            }
            Self::DirectoryMode { attributes, .. } | Self::ModeIncomplete { attributes, .. } => {
                data([("attributes", format!("{attributes:#010x}").into())])
            }
            Self::OtherView { detail, .. } => data([("detail", detail.into())]),
            Self::HiddenSignature { what, .. } | Self::OtherFormat { what } => data([("kind", what.into())]),
            Self::StoredDescriptor | Self::Encrypted => Data::new(),
        }
    }
}

impl HeaderField {
    /// A value of this field, which the anomaly keeps as text.
    fn datum(self, value: &str) -> Datum {
        match self {
            Self::Method | Self::VersionNeeded | Self::CompressedSize | Self::Size => number(value),
            Self::Name | Self::Flags | Self::Crc32 | Self::Time => value.into(),
        }
    }
}

/// A number, where the text is one.
fn number(text: &str) -> Datum {
    text.parse::<u64>().map_or_else(|_| text.into(), Datum::Number)
}
