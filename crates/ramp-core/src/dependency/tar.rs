//! The walk over a tar: header by header, in blocks of 512 bytes, whatever pieces they come in.

use super::extended::{Extension, LONGEST, Pending};
use super::header::{BLOCK, Checksum, Header};
use super::irregularity::{Irregularities, Place, shown};
use super::kind::IrregularityKind;
use super::lookalike;
use super::names::{self, Members};
use crate::error::Exceeded;

/// What is read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Header,
    /// Content of a member and what fills its last block.
    Skip {
        left: u64,
    },
    /// An extended header of that size, and what fills its last block.
    Extended {
        extension: Extension,
        size: u64,
        left: u64,
    },
    /// Behind the first block of NULs.
    End {
        nuls: u64,
    },
    /// Nothing more can be told from what follows.
    Stopped,
}

/// Walks over a tar as it comes.
#[derive(Debug)]
pub(super) struct TarWalk {
    state: State,
    block: [u8; BLOCK],
    filled: usize,
    extended: Vec<u8>,
    pending: Pending,
    /// Offset of what is read next.
    offset: u64,
    /// Whether a header was found.
    started: bool,
    /// Whether a header without magic was found: the first is told of.
    has_old: bool,
    limits: (usize, u64),
    pub(super) members: Members,
    pub(super) found: Irregularities,
}

impl TarWalk {
    /// A walk over so many members at most, with so many bytes in their names.
    pub(super) fn new(limits: (usize, u64)) -> Self {
        Self {
            state: State::Header,
            block: [0; BLOCK],
            filled: 0,
            extended: Vec::new(),
            pending: Pending::default(),
            offset: 0,
            started: false,
            has_old: false,
            limits,
            members: Members::default(),
            found: Irregularities::default(),
        }
    }

    /// Whether the first header is one.
    pub(super) const fn is_tar(&self) -> bool {
        self.started
    }

    /// Takes the next piece.
    pub(super) fn push(&mut self, mut piece: &[u8]) -> Result<(), Exceeded> {
        while !piece.is_empty() {
            let used = match self.state {
                State::Header => self.header(piece)?,
                State::Skip { left } => {
                    let (used, left) = part(piece, left);
                    self.state = if left == 0 { State::Header } else { State::Skip { left } };
                    self.offset = self.offset.saturating_add(used as u64);
                    used
                }
                State::Extended { extension, size, left } => self.extended(piece, extension, size, left),
                State::End { nuls } => self.end(piece, nuls),
                State::Stopped => piece.len(),
            };
            piece = piece.get(used..).unwrap_or_default();
        }
        Ok(())
    }

    /// There is no more; `whole` says whether all that was there came.
    pub(super) fn finish(&mut self, whole: bool) {
        if whole {
            let kind = match self.state {
                State::Header if !self.started => Some(IrregularityKind::NotTar),
                State::Header if self.filled == 0 => Some(IrregularityKind::NoEnd { blocks: 0 }),
                State::Header | State::Skip { .. } | State::Extended { .. } => Some(IrregularityKind::CutShort),
                State::End { nuls } if nuls < BLOCK as u64 => Some(IrregularityKind::NoEnd { blocks: 1 }),
                State::End { nuls } => {
                    let len = nuls.checked_rem(BLOCK as u64).filter(|len| *len > 0);
                    len.map(|len| IrregularityKind::PartOfBlock { len })
                }
                State::Stopped => None,
            };
            if let Some(kind) = kind {
                let offset = if self.started { self.offset } else { 0 };
                self.found.push(kind, None, Place::Tar(offset));
            }
        }
        self.members.conflicts(&mut self.found);
    }

    fn stop(&mut self, header: Option<Header<'_>>, kind: IrregularityKind) {
        self.report(header, kind);
        self.state = State::Stopped;
    }

    /// Reports something about the block that was read last, which may be the header of a member.
    fn report(&mut self, header: Option<Header<'_>>, kind: IrregularityKind) {
        let name = header.map(|header| match self.pending.name() {
            Some(name) => String::from_utf8_lossy(name).into_owned(),
            None => String::from_utf8_lossy(&header.name()).into_owned(),
        });
        self.found.push(kind, name.as_deref(), Place::block_before(self.offset));
    }

    fn header(&mut self, piece: &[u8]) -> Result<usize, Exceeded> {
        let room = self.block.get_mut(self.filled..).unwrap_or_default();
        let used = room.len().min(piece.len());
        if let (Some(room), Some(piece)) = (room.get_mut(..used), piece.get(..used)) {
            room.copy_from_slice(piece);
        }
        self.filled = self.filled.saturating_add(used);
        self.offset = self.offset.saturating_add(used as u64);
        if self.filled == BLOCK {
            self.filled = 0;
            let block = self.block;
            self.block(&block)?;
        }
        Ok(used)
    }

    fn block(&mut self, block: &[u8; BLOCK]) -> Result<(), Exceeded> {
        if block.iter().all(|byte| *byte == 0) {
            self.started = true;
            if let Some(waiting) = self.pending.waiting() {
                self.report(None, IrregularityKind::ExtendedStray { what: waiting.title().into() });
            }
            self.state = State::End { nuls: 0 };
            return Ok(());
        }
        let header = Header::new(block);
        match header.checksum() {
            Checksum::Right => {}
            Checksum::Signed => self.report(Some(header), IrregularityKind::SignedChecksum),
            Checksum::Base256 => self.report(Some(header), header.checksum_irregularity()),
            Checksum::Wrong => {
                let kind = if self.started { IrregularityKind::HeaderChecksum } else { IrregularityKind::NotTar };
                self.stop(None, kind);
                return Ok(());
            }
        }
        if let Some(what) = lookalike::of(block, header.is_old()).filter(|_| !self.started) {
            self.report(Some(header), IrregularityKind::OtherFormat { what: what.into() });
        }
        if header.is_old() && !header.is_bare_label() && !self.has_old {
            self.has_old = true;
            self.report(Some(header), IrregularityKind::OldHeader);
        }
        self.started = true;
        for kind in header.irregularities() {
            self.report(Some(header), kind);
        }
        let Some(size) = header.size().or_else(|| header.is_bare_label().then_some(0)) else {
            self.stop(Some(header), header.size_irregularity());
            return Ok(());
        };
        match Extension::of(header.type_flag()) {
            Some(_) if size > LONGEST => self.stop(None, IrregularityKind::ExtendedTooLong { size, allowed: LONGEST }),
            Some(extension) => {
                if header.name().is_empty() {
                    self.report(None, IrregularityKind::ExtendedNameless { what: extension.title().into() });
                }
                self.extended.clear();
                self.state = State::Extended { extension, size, left: size.saturating_add(padding(size)) };
                if size == 0 {
                    self.report(None, IrregularityKind::ExtendedMalformed { at: 0 });
                    self.extension(extension, size);
                }
            }
            None => self.member(header, size)?,
        }
        Ok(())
    }

    fn extended(&mut self, piece: &[u8], extension: Extension, size: u64, left: u64) -> usize {
        let (used, left) = part(piece, left);
        self.extended.extend_from_slice(piece.get(..used).unwrap_or_default());
        self.offset = self.offset.saturating_add(used as u64);
        self.state = State::Extended { extension, size, left };
        if left == 0 {
            self.extension(extension, size);
        }
        used
    }

    /// Reads an extended header that is there as a whole.
    fn extension(&mut self, extension: Extension, size: u64) {
        self.state = State::Header;
        let blocks = std::mem::take(&mut self.extended);
        let place = Place::block_before(self.offset.saturating_sub(blocks.len() as u64));
        let found = &mut self.found;
        let mut report = |kind| found.push(kind, None, place);
        let size = usize::try_from(size).unwrap_or(usize::MAX).min(blocks.len());
        let (body, filling) = blocks.split_at(size);
        // Python reads on there, as if the size were that of the blocks.
        if filling.iter().any(|byte| *byte != 0) {
            report(IrregularityKind::ExtendedPadding { what: extension.title().into() });
        }
        self.pending.read(extension, body, &mut report);
        self.extended = blocks;
    }

    fn member(&mut self, header: Header<'_>, header_size: u64) -> Result<(), Exceeded> {
        let mut pending = std::mem::take(&mut self.pending);
        let given = std::mem::take(&mut pending.given);
        let raw = pending.name().map_or_else(|| header.name(), <[u8]>::to_vec);
        let kind = Kind::of(header.type_flag(), header.is_old() && raw.ends_with(b"/"));
        let name = shown(&String::from_utf8_lossy(&raw));
        let start = self.offset.saturating_sub(BLOCK as u64);
        let found = &mut self.found;
        let mut report = |kind| found.push(kind, Some(&name), Place::Tar(start));

        let size = pending.size.unwrap_or(header_size);
        if size != header_size {
            report(IrregularityKind::SizeTwice { header: header_size, extended: size });
        }
        if let Some(unsafe_name) = names::check(&raw, kind == Kind::Folder) {
            report(unsafe_name);
        }
        if pending.has_long_link() && !matches!(kind, Kind::Link { .. }) {
            report(IrregularityKind::ExtendedStray { what: Extension::LongLink.title().into() });
        }
        let link = pending.link.as_deref().unwrap_or_else(|| header.link_name());
        if matches!(kind, Kind::File | Kind::Folder) && !link.is_empty() {
            report(IrregularityKind::LinkNameStray { target: shown(&String::from_utf8_lossy(link)) });
        }
        if header.mode() & 0o7000 != 0 {
            report(IrregularityKind::PrivilegeBits { mode: header.mode() });
        }
        given.into_iter().for_each(&mut report);
        let without_content = match kind {
            Kind::File => {
                if raw.ends_with(b"/") || header.is_folder_by_name() {
                    report(IrregularityKind::FileNamedDirectory);
                }
                None
            }
            Kind::Folder => {
                // To Python it is one by the name in the header, to others by the long one.
                if header.type_flag() == 0 && !header.is_folder_by_name() {
                    report(IrregularityKind::FileNamedDirectory);
                }
                Some("folder")
            }
            Kind::Link { what } => {
                report(IrregularityKind::Link { what: what.into(), target: shown(&String::from_utf8_lossy(link)) });
                Some(what)
            }
            Kind::Special { what } => {
                report(IrregularityKind::Special { what: what.into() });
                Some(what)
            }
            Kind::SpecialWithContent { what } => {
                report(IrregularityKind::Special { what: what.into() });
                None
            }
            Kind::Sparse => {
                report(IrregularityKind::Special { what: "sparse file".into() });
                None
            }
            Kind::Unknown => {
                report(IrregularityKind::UnknownType(header.type_flag()));
                None
            }
        };
        let ambiguous = without_content.filter(|_| size != 0);
        if let Some(what) = ambiguous {
            report(IrregularityKind::SizeWithoutContent { what: what.into(), size });
        }
        let folder = (kind == Kind::Folder).then(|| header.mode());
        self.members.push(&raw, folder, size, start, self.limits)?;
        self.state = match size.saturating_add(padding(size)) {
            // Maps of old sparse files take further headers.
            _ if ambiguous.is_some() || kind == Kind::Sparse => State::Stopped,
            0 => State::Header,
            left => State::Skip { left },
        };
        Ok(())
    }

    /// Nothing but NULs may stand here.
    fn end(&mut self, piece: &[u8], nuls: u64) -> usize {
        let here = piece.iter().take_while(|byte| **byte == 0).count();
        self.offset = self.offset.saturating_add(here as u64);
        if here < piece.len() {
            self.found.push(IrregularityKind::BehindEnd, None, Place::Tar(self.offset));
            self.state = State::Stopped;
        } else {
            self.state = State::End { nuls: nuls.saturating_add(here as u64) };
        }
        piece.len()
    }
}

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    Link { what: &'static str },
    Special { what: &'static str },
    SpecialWithContent { what: &'static str },
    Sparse,
    Unknown,
}

impl Kind {
    const fn of(type_flag: u8, old_folder: bool) -> Self {
        match type_flag {
            // Before POSIX folders had no type of their own. In a later header that is a file, named like a folder.
            0 if old_folder => Self::Folder,
            0 | b'0' => Self::File,
            b'5' => Self::Folder,
            b'1' => Self::Link { what: "hard link" },
            b'2' => Self::Link { what: "symbolic link" },
            b'3' => Self::Special { what: "character device" },
            b'4' => Self::Special { what: "block device" },
            b'6' => Self::Special { what: "named pipe" },
            b'7' => Self::SpecialWithContent { what: "contiguous file" },
            b'D' => Self::SpecialWithContent { what: "GNU folder listing" },
            b'M' => Self::SpecialWithContent { what: "file continued from another volume" },
            b'V' => Self::SpecialWithContent { what: "volume label" },
            b'S' => Self::Sparse,
            _ => Self::Unknown,
        }
    }
}

/// How many of `left` bytes are in a piece, and how many are left then.
fn part(piece: &[u8], left: u64) -> (usize, u64) {
    let used = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
    (used, left.saturating_sub(used as u64))
}

/// What fills the last block of so many bytes.
const fn padding(size: u64) -> u64 {
    size.wrapping_neg() & 0x1FF
}
