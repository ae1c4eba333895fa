//! The values of each defect, as data: those of its words.

use super::ModuleDefect;
use crate::datum::{Data, data};

impl ModuleDefect {
    /// Its values, by the keys of [`Finding::data`](crate::Finding::data).
    pub fn data(&self) -> Data {
        match self {
            Self::TruncatedHeader { needed, size } => data([("needs", (*needed).into()), ("has", (*size).into())]),
            Self::UnknownIdentification { offset, value } => {
                data([("offset", (*offset).into()), ("found", (*value).into())])
            }
            Self::HeaderField { field, claimed, expected } | Self::DynamicValue { tag: field, claimed, expected } => {
                data([("field", field.into()), ("claimed", (*claimed).into()), ("expected", (*expected).into())])
            }
            Self::EntrySize { table, claimed, expected } => data([
                ("field", table.to_string().into()),
                ("claimed", (*claimed).into()),
                ("expected", (*expected).into()),
            ]),
            Self::TablePastEnd { table, offset, needed, available } => data([
                ("field", table.to_string().into()),
                ("offset", (*offset).into()),
                ("needs", (*needed).into()),
                ("has", (*available).into()),
            ]),
            Self::SegmentPastEnd { index, segment, past_end, .. } => {
                data([("index", (*index).into()), ("kind", segment.into()), ("missing", (*past_end).into())])
            }
            Self::SectionPastEnd { index, past_end, .. } => {
                data([("index", (*index).into()), ("missing", (*past_end).into())])
            }
            Self::SegmentMisaligned { index, offset, address, align } => data([
                ("index", (*index).into()),
                ("offset", (*offset).into()),
                ("address", (*address).into()),
                ("align", (*align).into()),
            ]),
            Self::SegmentsOverlap { index, address }
            | Self::SegmentsShareAPage { index, address }
            | Self::SegmentsUnordered { index, address } => {
                data([("index", (*index).into()), ("address", (*address).into())])
            }
            Self::SegmentShrinks { index, file, memory } => {
                data([("index", (*index).into()), ("claimed", (*file).into()), ("size", (*memory).into())])
            }
            Self::SegmentWithoutRights { index } => data([("index", (*index).into())]),
            Self::SegmentRepeated { segment } => data([("kind", segment.into())]),
            Self::DynamicPastEnd { address } | Self::CodeProtected { address } | Self::HeadersElsewhere { address } => {
                data([("address", (*address).into())])
            }
            Self::DynamicEmptied { tag, of } => data([("field", tag.into()), ("found", of.into())]),
            Self::DynamicLacks { tag, lacks } => data([("field", tag.into()), ("expected", lacks.into())]),
            Self::UnmappedAddress { tag, address } | Self::NotCode { tag, address } => {
                data([("field", tag.into()), ("address", (*address).into())])
            }
            Self::RelocationBroken { table, index, reason, found } => data([
                ("field", table.to_string().into()),
                ("index", (*index).into()),
                ("detail", reason.to_string().into()),
                ("found", (*found).into()),
            ]),
            Self::HashBroken { table, reason } => {
                data([("field", table.to_string().into()), ("detail", reason.to_string().into())])
            }
            Self::HashTablesDisagree { sysv, gnu } => data([("claimed", (*sysv).into()), ("other", (*gnu).into())]),
            Self::StringOutOfTable { text, offset, table_size } => {
                data([("kind", text.to_string().into()), ("offset", (*offset).into()), ("size", (*table_size).into())])
            }
            Self::VersionChainBroken { table, offset, reason } => data([
                ("field", table.to_string().into()),
                ("offset", (*offset).into()),
                ("detail", reason.to_string().into()),
            ]),
            Self::VersionCountDisagrees { table, claimed, found } => {
                data([("field", table.to_string().into()), ("claimed", (*claimed).into()), ("found", (*found).into())])
            }
            Self::VersionHashWrong { name, claimed, computed } => data([
                ("version", name.into()),
                ("claimed", format!("{claimed:#x}").into()),
                ("found", format!("{computed:#x}").into()),
            ]),
            Self::VersionIndexTwice { index, name } => {
                data([("version", name.into()), ("index", u64::from(*index).into())])
            }
            Self::SectionsDisagree { what, loader, section } => {
                let mut values = data([("field", what.to_string().into())]);
                values.extend(loader.map(|found| ("found".into(), found.into())));
                values.extend(section.map(|claimed| ("claimed".into(), claimed.into())));
                values
            }
            Self::NoteBroken { offset } | Self::LoadCommandBroken { offset } => data([("offset", (*offset).into())]),
            Self::SliceBroken { index, offset, size } => {
                data([("index", (*index).into()), ("offset", (*offset).into()), ("size", (*size).into())])
            }
            Self::LimitReached { what, limit } => data([("kind", what.to_string().into()), ("limit", (*limit).into())]),
            Self::HashMissing | Self::DynamicEmpty => Data::new(),
        }
    }
}
