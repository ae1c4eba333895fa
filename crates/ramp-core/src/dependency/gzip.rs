//! The gzip file around the tar: one member, and nothing behind it.
//!
//! Source: RFC 1952. Readers differ in what they do with further members and with other bytes behind the first: some read
//! on, some stop, some fail. So nothing may follow but NULs, with which `bsdtar` fills up what it writes to a pipe.

use std::collections::VecDeque;
use std::io::{self, Read};

use super::decompress::{Bounds, Decompress, Sink};
use super::irregularity::{Irregularities, Place};
use super::kind::IrregularityKind;
use crate::error::{Exceeded, Limit};
use ramp_inflate::{Inflate, InflateError};

/// Pieces in which the tar comes out.
const BUFFER: usize = 128 << 10;
/// With how much it is worth to go on inflating: each time the last 32 KiB of what came out are copied.
const WORTH_INFLATING: usize = 4 << 10;

pub(super) const MAGIC: [u8; 2] = [0x1F, 0x8B];
const FLAG_HEADER_CHECKSUM: u8 = 0x02;
const FLAG_EXTRA: u8 = 0x04;
const FLAG_NAME: u8 = 0x08;
const FLAG_COMMENT: u8 = 0x10;
const RESERVED_FLAGS: u8 = 0xE0;
/// How long a name or a comment in the header can be: Go fails at longer ones.
const LONGEST_TEXT: u64 = 511;
/// How long an extra field can be: busybox fails at longer ones.
const LONGEST_EXTRA: u64 = 16_384;

/// What is read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Fixed,
    ExtraLength,
    Extra {
        left: u16,
    },
    Name,
    Comment,
    HeaderChecksum,
    Body,
    End,
    /// Nothing more belongs to the member.
    Behind,
    /// What follows cannot be read.
    Failed,
}

/// What follows the member, from the first byte on that is not a NUL.
#[derive(Debug, Default)]
struct Behind {
    len: u64,
    start: Vec<u8>,
}

impl Behind {
    fn push(&mut self, piece: &[u8]) {
        let nuls = if self.len == 0 { piece.iter().take_while(|byte| **byte == 0).count() } else { 0 };
        let rest = piece.get(nuls..).unwrap_or_default();
        self.len = self.len.saturating_add(rest.len() as u64);
        self.start.extend(rest.iter().take(MAGIC.len().saturating_sub(self.start.len())));
    }
}

/// The pieces of the compressed data that have come, and were not read.
#[derive(Debug, Default)]
struct Pieces {
    bytes: VecDeque<u8>,
    /// Whether no more will come.
    last: bool,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.bytes.read(buffer)? {
            0 if !self.last => Err(io::ErrorKind::WouldBlock.into()),
            read => Ok(read),
        }
    }
}

/// The compressed data, and a buffer for what comes out.
#[derive(Debug)]
struct Body {
    inflate: Inflate<Pieces>,
    buffer: Vec<u8>,
    /// Where in the file it begins.
    start: u64,
}

impl Body {
    fn at(start: u64) -> Self {
        Self { inflate: Inflate::new(Pieces::default(), BUFFER), buffer: Vec::new(), start }
    }
}

/// Reads a gzip file as it comes.
#[derive(Debug)]
pub(super) struct Gunzip {
    state: State,
    /// Bytes of a field that is not there as a whole yet.
    field: Vec<u8>,
    flags: u8,
    /// How much of a name or a comment has come.
    text: u64,
    header: crc32fast::Hasher,
    body: Option<Body>,
    content: crc32fast::Hasher,
    size: u64,
    /// What is beyond is a bomb.
    most: u64,
    max_size: u64,
    offset: u64,
    behind: Behind,
    found: Irregularities,
}

impl Gunzip {
    /// Reads a file that starts as a gzip file does.
    pub(super) fn new(Bounds { most, max_size }: Bounds) -> Self {
        Self {
            state: State::Fixed,
            field: Vec::new(),
            flags: 0,
            text: 0,
            header: crc32fast::Hasher::new(),
            body: None,
            content: crc32fast::Hasher::new(),
            size: 0,
            most,
            max_size,
            offset: 0,
            behind: Behind::default(),
            found: Irregularities::default(),
        }
    }

    fn take(&mut self, mut piece: &[u8], sink: Sink<'_>) -> Result<(), Exceeded> {
        while !piece.is_empty() {
            let used = match self.state {
                State::Fixed => self.fixed(piece),
                State::ExtraLength => self.extra_length(piece),
                State::Extra { left } => self.extra(piece, left),
                State::Name | State::Comment => self.text(piece),
                State::HeaderChecksum => self.header_checksum(piece),
                State::Body => return self.body(piece, false, sink),
                State::End => self.end(piece),
                State::Behind => {
                    self.behind.push(piece);
                    piece.len()
                }
                State::Failed => piece.len(),
            };
            self.offset = self.offset.saturating_add(used as u64);
            piece = piece.get(used..).unwrap_or_default();
        }
        Ok(())
    }

    fn fail(&mut self, kind: IrregularityKind, offset: u64) {
        self.state = State::Failed;
        self.body = None;
        self.found.push(kind, None, Place::Gzip(offset));
    }

    /// Gathers a field of `N` bytes; gives it once it is whole, and how much of the piece was used.
    fn gather<const N: usize>(&mut self, piece: &[u8]) -> (Option<[u8; N]>, usize) {
        let room = N.saturating_sub(self.field.len());
        let part = piece.get(..room).unwrap_or(piece);
        self.field.extend_from_slice(part);
        let whole = <[u8; N]>::try_from(self.field.as_slice()).ok();
        if whole.is_some() {
            self.field.clear();
        }
        (whole, part.len())
    }

    fn fixed(&mut self, piece: &[u8]) -> usize {
        let (whole, used) = self.gather::<10>(piece);
        let Some(header) = whole else { return used };
        self.header.update(&header);
        let [_, _, method, flags, ..] = header;
        if method != 8 {
            self.fail(IrregularityKind::GzipMethod(method), 2);
        } else if flags & RESERVED_FLAGS != 0 {
            self.fail(IrregularityKind::GzipFlags(flags), 3);
        } else {
            self.flags = flags;
            self.next_of_header(State::Fixed);
        }
        used
    }

    /// Goes on to the next part that the flags announce.
    fn next_of_header(&mut self, after: State) {
        const PARTS: [(u8, State); 4] = [
            (FLAG_EXTRA, State::ExtraLength),
            (FLAG_NAME, State::Name),
            (FLAG_COMMENT, State::Comment),
            (FLAG_HEADER_CHECKSUM, State::HeaderChecksum),
        ];
        let done = PARTS.iter().position(|(_, state)| *state == after).map_or(0, |index| index.saturating_add(1));
        let next = PARTS.iter().skip(done).find(|(flag, _)| self.flags & flag != 0);
        self.state = next.map_or(State::Body, |(_, state)| *state);
    }

    fn extra_length(&mut self, piece: &[u8]) -> usize {
        let (whole, used) = self.gather::<2>(piece);
        if let Some(length) = whole {
            self.header.update(&length);
            let length = u16::from_le_bytes(length);
            self.field_of_header("extra field", length.into(), LONGEST_EXTRA);
            match length {
                0 => self.next_of_header(State::ExtraLength),
                left => self.state = State::Extra { left },
            }
        }
        used
    }

    fn extra(&mut self, piece: &[u8], left: u16) -> usize {
        let part = piece.get(..usize::from(left)).unwrap_or(piece);
        self.header.update(part);
        match left.saturating_sub(u16::try_from(part.len()).unwrap_or(u16::MAX)) {
            0 => self.next_of_header(State::ExtraLength),
            left => self.state = State::Extra { left },
        }
        part.len()
    }

    fn text(&mut self, piece: &[u8]) -> usize {
        let nul = piece.iter().position(|byte| *byte == 0);
        let part = nul.and_then(|at| piece.get(..=at)).unwrap_or(piece);
        self.header.update(part);
        self.text = self.text.saturating_add(nul.unwrap_or(piece.len()) as u64);
        if nul.is_some() {
            let length = std::mem::take(&mut self.text);
            let field = if self.state == State::Name { "name" } else { "comment" };
            self.field_of_header(field, length, LONGEST_TEXT);
            self.next_of_header(self.state);
        }
        part.len()
    }

    fn field_of_header(&mut self, field: &'static str, size: u64, allowed: u64) {
        if size > allowed {
            let kind = IrregularityKind::GzipField { field: field.into(), size, allowed };
            self.found.push(kind, None, Place::Gzip(3));
        }
    }

    fn header_checksum(&mut self, piece: &[u8]) -> usize {
        let (whole, used) = self.gather::<2>(piece);
        if let Some(claimed) = whole {
            let claimed = u16::from_le_bytes(claimed);
            let [low, high, ..] = self.header.clone().finalize().to_le_bytes();
            let actual = u16::from_le_bytes([low, high]);
            if claimed != actual {
                let kind = IrregularityKind::GzipHeaderChecksum { claimed, actual };
                let place = Place::Gzip(self.offset.saturating_add(used as u64).saturating_sub(2));
                self.found.push(kind, None, place);
            }
            self.next_of_header(State::HeaderChecksum);
        }
        used
    }

    /// Takes the next piece of the compressed data, which may be the last, and what lies behind its end.
    fn body(&mut self, piece: &[u8], last: bool, sink: Sink<'_>) -> Result<(), Exceeded> {
        let offset = self.offset;
        let Body { inflate, buffer, start } = self.body.get_or_insert_with(|| Body::at(offset));
        self.offset = offset.saturating_add(piece.len() as u64);
        let pieces = inflate.get_mut();
        pieces.bytes.extend(piece);
        pieces.last = last;
        if pieces.bytes.len() < WORTH_INFLATING && !last {
            return Ok(());
        }
        loop {
            let made = match inflate.next_piece(buffer, BUFFER) {
                Ok(made) => buffer.get(made).unwrap_or_default(),
                // As far as the pieces go, or the file.
                Err(InflateError::Io(_) | InflateError::CutShort) => return Ok(()),
                Err(InflateError::Corrupt(_)) => {
                    let at = start.saturating_add(inflate.total_in());
                    self.fail(IrregularityKind::Inflate, at);
                    return Ok(());
                }
            };
            if made.is_empty() {
                let mut behind = inflate.unused().to_vec();
                behind.extend(&inflate.get_mut().bytes);
                self.offset = self.offset.saturating_sub(behind.len() as u64);
                (self.state, self.body) = (State::End, None);
                return self.take(&behind, sink);
            }
            let reached = self.size.saturating_add(made.len() as u64).min(self.most);
            let room = reached.min(self.max_size).saturating_sub(self.size);
            let out = usize::try_from(room).ok().and_then(|room| made.get(..room)).unwrap_or(made);
            self.size = self.size.saturating_add(out.len() as u64);
            self.content.update(out);
            sink(out)?;
            Limit::DependencyArchiveBytes.check(reached, self.max_size)?;
            if out.len() < made.len() {
                (self.state, self.body) = (State::Failed, None);
                self.found.push(IrregularityKind::Bomb, None, Place::Tar(self.size));
                return Ok(());
            }
        }
    }

    fn end(&mut self, piece: &[u8]) -> usize {
        let (whole, used) = self.gather::<8>(piece);
        if let Some([a, b, c, d, size @ ..]) = whole {
            let (claimed, actual) = (u32::from_le_bytes([a, b, c, d]), self.content.clone().finalize());
            let place = Place::Gzip(self.offset.saturating_add(used as u64).saturating_sub(8));
            if claimed != actual {
                self.found.push(IrregularityKind::Crc32 { claimed, actual }, None, place);
            }
            let claimed = u32::from_le_bytes(size);
            if u64::from(claimed) != self.size & u64::from(u32::MAX) {
                self.found.push(IrregularityKind::GzipSize { claimed, actual: self.size }, None, place);
            }
            self.state = State::Behind;
        }
        used
    }
}

impl Decompress for Gunzip {
    fn push(&mut self, piece: &[u8], sink: Sink<'_>) -> Result<(), Exceeded> {
        // In such pieces, so that no more than one of them is kept.
        piece.chunks(BUFFER).try_for_each(|piece| self.take(piece, sink))
    }

    fn finish(&mut self, sink: Sink<'_>) -> Result<(), Exceeded> {
        if self.state == State::Body {
            self.body(&[], true, sink)?;
        }
        let Behind { len, start } = &self.behind;
        let place = Place::Gzip(self.offset.saturating_sub(*len));
        match self.state {
            State::Behind if *len > 0 => {
                let kind = IrregularityKind::BehindGzip { len: *len, member: *start == MAGIC };
                self.found.push(kind, None, place);
            }
            State::Behind | State::Failed => {}
            _ => self.found.push(IrregularityKind::GzipCutShort, None, place),
        }
        Ok(())
    }

    fn size(&self) -> u64 {
        self.size
    }

    fn is_whole(&self) -> bool {
        self.state == State::Behind
    }

    fn found(self: Box<Self>) -> Irregularities {
        self.found
    }
}
