//! Zip files built byte by byte, so that any one field can be made to lie.
//!
//! A [`ZipBuilder`] holds entries; an [`Entry`] holds what its two headers are to say. By default everything agrees.
//! Tests change one field of the local header, of the directory record or of the end record and have a bad bundle one
//! step away from a good one.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// Fields that stand in both headers of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Version needed to extract, times ten.
    pub version_needed: u16,
    /// General purpose flags.
    pub flags: u16,
    /// Compression method.
    pub method: u16,
    /// MS-DOS time.
    pub time: u16,
    /// MS-DOS date.
    pub date: u16,
    /// CRC-32.
    pub crc32: u32,
    /// Compressed size.
    pub compressed_size: u32,
    /// Size.
    pub size: u32,
    /// Name.
    pub name: Vec<u8>,
    /// Extra fields.
    pub extra: Vec<u8>,
}

/// One entry: its data and what is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What the local header says.
    pub local: Header,
    /// What the directory says.
    pub central: Header,
    /// The bytes between the local header and the next record.
    pub data: Vec<u8>,
    /// The data descriptor, if there is to be one.
    pub descriptor: Vec<u8>,
    /// Comment in the directory.
    pub comment: Vec<u8>,
    /// Added to the length of the comment that the directory gives.
    pub comment_len_by: i64,
    /// System that made the entry; 3 is Unix.
    pub system: u8,
    /// Internal attributes.
    pub internal_attributes: u16,
    /// External attributes; the Unix mode in the upper half.
    pub external_attributes: u32,
    /// Disk number in the directory.
    pub disk: u16,
    /// Added to the offset of the local header that the directory gives.
    pub offset_by: i64,
    /// Whether the entry has no local header and data of its own.
    pub record_only: bool,
    /// Whether the directory lists it.
    pub listed: bool,
}

impl Entry {
    /// A deflated entry.
    pub fn deflated(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        let data = encoder.write_all(content).and_then(|()| encoder.finish()).unwrap_or_default();
        Self::raw(name, content, data, 8)
    }

    /// A stored entry.
    pub fn stored(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        Self::raw(name, content, content.to_vec(), 0)
    }

    /// A directory.
    pub fn directory(name: impl AsRef<[u8]>) -> Self {
        let mut entry = Self::stored(name, b"");
        entry.external_attributes = 0o040_755 << 16 | 0x10;
        entry
    }

    fn raw(name: impl AsRef<[u8]>, content: &[u8], data: Vec<u8>, method: u16) -> Self {
        let size = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        let header = Header {
            version_needed: 20,
            flags: 0,
            method,
            time: 0,
            date: 0x21, // 1980-01-01
            crc32: crc32fast::hash(content),
            compressed_size: size(data.len()),
            size: size(content.len()),
            name: name.as_ref().to_vec(),
            extra: Vec::new(),
        };
        Self {
            local: header.clone(),
            central: header,
            data,
            descriptor: Vec::new(),
            comment: Vec::new(),
            comment_len_by: 0,
            system: 3,
            internal_attributes: 0,
            external_attributes: 0o100_644 << 16,
            disk: 0,
            offset_by: 0,
            record_only: false,
            listed: true,
        }
    }

    /// Changes both headers.
    #[must_use]
    pub fn both(mut self, change: impl Fn(&mut Header)) -> Self {
        change(&mut self.local);
        change(&mut self.central);
        self
    }

    /// Its local header.
    pub fn local_header(&self) -> Vec<u8> {
        let mut out = Vec::new();
        local_header(&mut out, &self.local);
        out
    }

    /// Moves sizes and CRC into a signed data descriptor behind the data.
    #[must_use]
    pub fn streamed(mut self) -> Self {
        self = self.both(|h| h.flags |= 8);
        self.descriptor = b"PK\x07\x08".to_vec();
        for field in [self.central.crc32, self.central.compressed_size, self.central.size] {
            self.descriptor.extend(field.to_le_bytes());
        }
        (self.local.crc32, self.local.compressed_size, self.local.size) = (0, 0, 0);
        self
    }
}

/// A zip file in the making.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ZipBuilder {
    /// Bytes in front of the first record.
    pub prefix: Vec<u8>,
    /// Whether offsets count from the end of the prefix (as when it is put there afterwards) or from the file's start.
    pub offsets_know_prefix: bool,
    /// The entries.
    pub entries: Vec<Entry>,
    /// Whether the directory lists the last entry first.
    pub directory_reversed: bool,
    /// Bytes between the last entry and the directory.
    pub gap: Vec<u8>,
    /// Added to the number of entries in the end record.
    pub count_by: i32,
    /// Added to the directory's offset in the end record.
    pub directory_offset_by: i64,
    /// Added to the directory's size in the classic end record.
    pub directory_size_by: i64,
    /// Disk number in the end record.
    pub disk: u16,
    /// Archive comment.
    pub comment: Vec<u8>,
    /// Added to the length of the comment in the end record.
    pub comment_len_by: i64,
    /// Whether to write a ZIP64 end record and locator.
    pub zip64: bool,
    /// Added to the number of entries in the ZIP64 end record.
    pub zip64_count_by: i64,
    /// Added to the size of the ZIP64 end record that it gives itself.
    pub zip64_record_size_by: i64,
    /// Added to the offset of the ZIP64 end record in the locator.
    pub zip64_offset_by: i64,
    /// Added to the number of disks in the locator.
    pub zip64_disks_by: i32,
    /// Bytes behind the end record.
    pub suffix: Vec<u8>,
}

impl ZipBuilder {
    /// A zip of these entries.
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Self {
        Self { entries: entries.into_iter().collect(), ..Self::default() }
    }

    /// The bytes.
    pub fn build(&self) -> Vec<u8> {
        let mut out = self.prefix.clone();
        let base = if self.offsets_know_prefix { 0 } else { self.prefix.len() };
        let mut records: Vec<Vec<u8>> = Vec::new();
        let mut last_offset = out.len();
        for entry in &self.entries {
            if !entry.record_only {
                last_offset = out.len();
                local_header(&mut out, &entry.local);
                out.extend(&entry.data);
                out.extend(&entry.descriptor);
            }
            if entry.listed {
                let offset = i64::try_from(last_offset - base).unwrap_or_default() + entry.offset_by;
                records.push(directory_record(entry, low32(offset)));
            }
        }
        if self.directory_reversed {
            records.reverse();
        }
        let records = records.concat();
        out.extend(&self.gap);
        let count = self.entries.iter().filter(|e| e.listed).count();
        let directory_offset = i64::try_from(out.len() - base).unwrap_or_default() + self.directory_offset_by;
        out.extend(&records);
        if self.zip64 {
            let at = (out.len() - base) as u64;
            let count = (i64::try_from(count).unwrap_or_default() + self.zip64_count_by).cast_unsigned();
            out.extend(b"PK\x06\x06");
            out.extend((44 + self.zip64_record_size_by).to_le_bytes());
            out.extend([45, 3, 45, 0]);
            out.extend([0; 8]);
            for value in [count, count, records.len() as u64, directory_offset.cast_unsigned()] {
                out.extend(value.to_le_bytes());
            }
            out.extend(b"PK\x06\x07");
            out.extend(0_u32.to_le_bytes());
            out.extend((at.cast_signed() + self.zip64_offset_by).to_le_bytes());
            out.extend((1 + self.zip64_disks_by).to_le_bytes());
        }
        let count = low16(i64::try_from(count).unwrap_or_default() + i64::from(self.count_by));
        out.extend(b"PK\x05\x06");
        for value in [self.disk, self.disk, count, count] {
            out.extend(value.to_le_bytes());
        }
        let directory_size = i64::try_from(records.len()).unwrap_or_default() + self.directory_size_by;
        out.extend(low32(directory_size).to_le_bytes());
        out.extend(low32(directory_offset).to_le_bytes());
        out.extend(low16(i64::from(len16(&self.comment)) + self.comment_len_by).to_le_bytes());
        out.extend(&self.comment);
        out.extend(&self.suffix);
        out
    }
}

fn low32(value: i64) -> u32 {
    u32::try_from(value & 0xFFFF_FFFF).unwrap_or_default()
}

fn low16(value: i64) -> u16 {
    u16::try_from(value & 0xFFFF).unwrap_or_default()
}

fn len16(bytes: &[u8]) -> u16 {
    u16::try_from(bytes.len()).unwrap_or(u16::MAX)
}

fn common(out: &mut Vec<u8>, header: &Header) {
    for value in [header.flags, header.method, header.time, header.date] {
        out.extend(value.to_le_bytes());
    }
    for value in [header.crc32, header.compressed_size, header.size] {
        out.extend(value.to_le_bytes());
    }
    out.extend(len16(&header.name).to_le_bytes());
    out.extend(len16(&header.extra).to_le_bytes());
}

fn local_header(out: &mut Vec<u8>, header: &Header) {
    out.extend(b"PK\x03\x04");
    out.extend(header.version_needed.to_le_bytes());
    common(out, header);
    out.extend(&header.name);
    out.extend(&header.extra);
}

fn directory_record(entry: &Entry, offset: u32) -> Vec<u8> {
    let mut out = b"PK\x01\x02".to_vec();
    out.extend([20, entry.system]);
    out.extend(entry.central.version_needed.to_le_bytes());
    common(&mut out, &entry.central);
    out.extend(low16(i64::from(len16(&entry.comment)) + entry.comment_len_by).to_le_bytes());
    out.extend(entry.disk.to_le_bytes());
    out.extend(entry.internal_attributes.to_le_bytes());
    out.extend(entry.external_attributes.to_le_bytes());
    out.extend(offset.to_le_bytes());
    out.extend(&entry.central.name);
    out.extend(&entry.central.extra);
    out.extend(&entry.comment);
    out
}

impl From<ZipBuilder> for Vec<u8> {
    fn from(zip: ZipBuilder) -> Self {
        zip.build()
    }
}
