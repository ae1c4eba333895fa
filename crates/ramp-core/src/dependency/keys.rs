//! The keys of PAX records: what each does to its member, in any reader.
//!
//! Source: POSIX.1-2017, pax Interchange Format; what GNU tar, libarchive, Python and Go read. Keys of other vendors mean
//! nothing to them; a vendor's whose keys they read may have more of them than are listed here.

use percent_encoding::percent_decode;

use super::irregularity::shown;
use super::kind::IrregularityKind;
use super::number::FARTHEST_TIME;
use super::pax;

/// What a record does.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing that matters.
    None,
    /// It gives the name.
    Path,
    /// It gives where a link leads.
    LinkPath,
    /// It gives the size.
    Size,
    /// It gives an owner.
    Owner,
    /// It makes the member something else, or gives it rights.
    Gives(IrregularityKind),
    /// It gives an extended attribute that takes so many bytes; in which of two ways of writing them.
    Attribute { room: u64, encoded: bool },
}

/// What sort of key it is.
#[derive(Debug, Clone, Copy)]
enum Sort {
    Path,
    LinkPath,
    Size,
    Time,
    Id,
    Number,
    OwnerName,
    Charset,
    Harmless,
    Special(&'static str),
    AccessList,
    Attribute {
        encoded: bool,
    },
    Label,
    FileFlags,
    /// One of a vendor others of whose keys are obeyed.
    Unlisted,
}

/// The keys, and, with a dot behind them, the fronts of keys: the first that fits counts.
const KEYS: [(&str, Sort); 34] = [
    ("path", Sort::Path),
    ("linkpath", Sort::LinkPath),
    ("size", Sort::Size),
    ("mtime", Sort::Time),
    ("atime", Sort::Time),
    ("ctime", Sort::Time),
    ("uid", Sort::Id),
    ("gid", Sort::Id),
    ("uname", Sort::OwnerName),
    ("gname", Sort::OwnerName),
    ("hdrcharset", Sort::Charset),
    ("GNU.dumpdir", Sort::Special("GNU folder listing")),
    ("GNU.sparse.", Sort::Special("sparse file")),
    ("GNU.volume.label", Sort::Harmless),
    ("GNU.volume.", Sort::Special("file continued from another volume")),
    ("GNU.", Sort::Unlisted),
    ("LIBARCHIVE.creationtime", Sort::Time),
    ("LIBARCHIVE.symlinktype", Sort::Harmless),
    ("LIBARCHIVE.xattr.", Sort::Attribute { encoded: true }),
    ("LIBARCHIVE.", Sort::Unlisted),
    ("RHT.security.selinux", Sort::Label),
    ("RHT.", Sort::Unlisted),
    ("SCHILY.acl.", Sort::AccessList),
    ("SCHILY.dev", Sort::Harmless),
    ("SCHILY.devmajor", Sort::Number),
    ("SCHILY.devminor", Sort::Number),
    ("SCHILY.fflags", Sort::FileFlags),
    ("SCHILY.ino", Sort::Harmless),
    ("SCHILY.nlink", Sort::Harmless),
    // The size of a sparse file, as star writes it; libarchive fills or cuts any file to it.
    ("SCHILY.realsize", Sort::Special("sparse file")),
    ("SCHILY.xattr.", Sort::Attribute { encoded: false }),
    ("SCHILY.", Sort::Unlisted),
    ("SUN.holesdata", Sort::Special("sparse file")),
    ("SUN.", Sort::Unlisted),
];

/// The front of the names of extended attributes that every user may set.
const USER: &[u8] = b"user.";
/// The longest name of an extended attribute that Linux has.
const LONGEST_ATTRIBUTE_NAME: usize = 255;
/// What ext4 takes for an attribute beside its name and value, at most.
const ATTRIBUTE_OVERHEAD: u64 = 24;
/// Flags that change neither who may do what with a file nor its content, and that all file systems have.
const HARMLESS_FLAGS: [&str; 3] = ["", "noatime", "nodump"];

/// What a record does, and what about it some readers fail at, or take for something else.
pub(super) fn read(key: &[u8], value: &[u8]) -> (Effect, Option<IrregularityKind>) {
    let text = || shown(&String::from_utf8_lossy(key));
    if key.first().is_some_and(u8::is_ascii_whitespace) || key.iter().any(u8::is_ascii_control) {
        return (Effect::None, Some(IrregularityKind::RecordKey { key: text() }));
    }
    let unusable = |usable: bool| (!usable).then(|| IrregularityKind::RecordValue { key: text().into() });
    let is_name = || !value.is_empty() && !value.contains(&0);
    match sort(key) {
        (_, Sort::Path) => (Effect::Path, unusable(is_name())),
        // bsdtar fails at what is not text, of a file too.
        (_, Sort::LinkPath) => (Effect::LinkPath, unusable(is_name() && std::str::from_utf8(value).is_ok())),
        (_, Sort::Size) => (Effect::Size, unusable(pax::decimal(value).is_some())),
        (_, Sort::Time) => (Effect::None, unusable(is_time(value))),
        (_, Sort::Id) => (Effect::Owner, unusable(pax::decimal(value).is_some_and(|id| u32::try_from(id).is_ok()))),
        (_, Sort::Number) => (Effect::None, unusable(pax::decimal(value).is_some())),
        (_, Sort::OwnerName) => (Effect::Owner, unusable(!value.contains(&0) && std::str::from_utf8(value).is_ok())),
        // Python up to 3.11 fails at what is not text.
        (_, Sort::Charset) => (Effect::None, unusable(std::str::from_utf8(value).is_ok())),
        (_, Sort::Harmless) => (Effect::None, None),
        (_, Sort::Special(what)) => (Effect::Gives(IrregularityKind::Special { what: what.into() }), None),
        (_, Sort::AccessList) => (Effect::Gives(IrregularityKind::AccessList), None),
        (_, Sort::Label) => (Effect::Gives(IrregularityKind::Attribute { name: "security.selinux".into() }), None),
        (_, Sort::FileFlags) => (flags(&String::from_utf8_lossy(value)), None),
        (_, Sort::Unlisted) => (Effect::None, Some(IrregularityKind::RecordKey { key: text() })),
        (name, Sort::Attribute { encoded }) => {
            let decoded: Vec<u8> = percent_decode(name).collect();
            // What is encoded to some is not to others.
            match attribute(&decoded).and_then(|()| if encoded { Ok(()) } else { attribute(name) }) {
                Err(Some(kind)) => (Effect::Gives(kind), None),
                Err(None) => (Effect::None, Some(IrregularityKind::RecordKey { key: text() })),
                Ok(()) => {
                    let len = value.len() as u64;
                    let len = if encoded { len.div_ceil(4).saturating_mul(3) } else { len };
                    let room = len.saturating_add(decoded.len() as u64).saturating_add(ATTRIBUTE_OVERHEAD);
                    (Effect::Attribute { room, encoded }, None)
                }
            }
        }
    }
}

/// The sort of a key, and what of it is behind the front by which it was found.
fn sort(key: &[u8]) -> (&[u8], Sort) {
    let found = KEYS.iter().find_map(|(known, sort)| {
        let rest = key.strip_prefix(known.as_bytes())?;
        (rest.is_empty() || known.ends_with('.')).then_some((rest, *sort))
    });
    found.unwrap_or((&[], Sort::Harmless))
}

/// Whether everybody may set an attribute of that name; otherwise what it gives, where it gives something.
fn attribute(name: &[u8]) -> Result<(), Option<IrregularityKind>> {
    if name.iter().any(u8::is_ascii_control) || name.len() > LONGEST_ATTRIBUTE_NAME {
        return Err(None);
    }
    if name.starts_with(USER) && name.len() > USER.len() {
        return Ok(());
    }
    Err(match name {
        b"security.capability" => Some(IrregularityKind::Capabilities),
        name if name.starts_with(b"system.") => Some(IrregularityKind::AccessList),
        name if name.starts_with(b"security.") || name.starts_with(b"trusted.") => {
            Some(IrregularityKind::Attribute { name: shown(&String::from_utf8_lossy(name)) })
        }
        _ => None,
    })
}

fn flags(value: &str) -> Effect {
    if value.split(',').all(|flag| HARMLESS_FLAGS.contains(&flag)) {
        return Effect::None;
    }
    Effect::Gives(IrregularityKind::FileFlags { flags: shown(value) })
}

/// Seconds, with a fraction or not, before or after 1970.
fn is_time(value: &[u8]) -> bool {
    let value = value.strip_prefix(b"-").unwrap_or(value);
    let mut parts = value.splitn(2, |byte| *byte == b'.');
    let seconds = parts.next().and_then(pax::decimal).is_some_and(|seconds| seconds < FARTHEST_TIME);
    seconds && parts.next().is_none_or(|fraction| !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_harmless() {
        for (key, value) in [
            ("comment", "x"),
            ("hdrcharset", "BINARY"),
            ("VENDOR.any", "x"),
            ("gnu.sparse.size", "4"),
            ("mode", "4755"),
            ("SCHILY.ino", "-1"),
            ("SCHILY.fflags", "nodump"),
            ("SCHILY.fflags", "noatime,nodump"),
            ("LIBARCHIVE.creationtime", "1"),
            ("GNU.volume.label", "x"),
        ] {
            assert_eq!(read(key.as_bytes(), value.as_bytes()), (Effect::None, None), "{key}");
        }
    }

    #[test]
    fn values_that_some_readers_fail_at() {
        let read = |key: &[u8], value: &[u8]| read(key, value).1;
        for (key, good, bad) in [
            (&b"linkpath"[..], "\u{E9}".as_bytes(), &b"\xE9"[..]),
            (b"path", b"a", b""),
            (b"size", b"8", b"08"),
            (b"mtime", b"-1.5", b"1e9"),
            (b"uid", b"4294967295", b"4294967296"),
            (b"gname", b"", b"\xFF"),
            (b"hdrcharset", b"BINARY", b"\xFF"),
        ] {
            let key_shown = String::from_utf8_lossy(key).into_owned();
            assert_eq!(read(key, good), None, "{key_shown}");
            assert_eq!(read(key, bad), Some(IrregularityKind::RecordValue { key: key_shown.into() }));
        }
    }

    #[test]
    fn what_keys_give() {
        let attribute = |name: &str| IrregularityKind::Attribute { name: name.into() };
        let special = |what: &'static str| IrregularityKind::Special { what: what.into() };
        for (key, value, kind) in [
            ("SUN.holesdata", " 4 8", special("sparse file")),
            ("GNU.sparse.name", "x", special("sparse file")),
            ("SCHILY.realsize", "4", special("sparse file")),
            ("GNU.dumpdir", "Yx", special("GNU folder listing")),
            ("GNU.volume.filename", "x", special("file continued from another volume")),
            ("SCHILY.fflags", "nodump,schg", IrregularityKind::FileFlags { flags: "nodump,schg".into() }),
            ("SCHILY.fflags", "compress", IrregularityKind::FileFlags { flags: "compress".into() }),
            ("SCHILY.acl.default", "user::rwx", IrregularityKind::AccessList),
            ("LIBARCHIVE.xattr.system.posix_acl_access", "x", IrregularityKind::AccessList),
            ("SCHILY.xattr.security.capability", "x", IrregularityKind::Capabilities),
            ("SCHILY.xattr.security.capab%69lity", "x", IrregularityKind::Capabilities),
            ("LIBARCHIVE.xattr.security%2Ecapability", "x", IrregularityKind::Capabilities),
            ("LIBARCHIVE.xattr.%73ecurity.capability", "x", IrregularityKind::Capabilities),
            ("SCHILY.xattr.trusted.overlay.opaque", "y", attribute("trusted.overlay.opaque")),
            ("SCHILY.xattr.security.ima", "y", attribute("security.ima")),
            ("RHT.security.selinux", "x", attribute("security.selinux")),
        ] {
            assert_eq!(read(key.as_bytes(), value.as_bytes()), (Effect::Gives(kind), None), "{key}");
        }
    }

    #[test]
    fn attributes_that_everybody_may_set() {
        for (key, value, room, encoded) in [
            ("SCHILY.xattr.user.x", "value", 35, false),
            ("SCHILY.xattr.user.a b%", "", 33, false),
            ("LIBARCHIVE.xattr.user.x", "dmFsdWU=", 36, true),
            ("LIBARCHIVE.xattr.user.a%2Fb", "", 32, true),
            ("LIBARCHIVE.xattr.%75ser.x", "", 30, true),
        ] {
            let effect = Effect::Attribute { room, encoded };
            assert_eq!(read(key.as_bytes(), value.as_bytes()), (effect, None), "{key}");
        }
        let long = "n".repeat(251);
        for key in [
            "SCHILY.xattr.nonamespace",
            "SCHILY.xattr.com.apple.provenance",
            "SCHILY.xattr.user.",
            "SCHILY.xattr.%75ser.x",
            "LIBARCHIVE.xattr.security.capability%00",
            "LIBARCHIVE.xattr.user.a%00",
            &format!("SCHILY.xattr.user.{long}"),
            "SCHILY.filetype",
            "GNU.other",
            " path",
            "path\0",
        ] {
            let kind = IrregularityKind::RecordKey { key: key.into() };
            assert_eq!(read(key.as_bytes(), b"x"), (Effect::None, Some(kind)), "{key}");
        }
    }
}
