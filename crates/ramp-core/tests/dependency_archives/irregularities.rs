//! Each irregularity, one field away from what is fine.

use std::fmt::Write as _;

use ramp_core::dependency::Flaw;
use ramp_fixtures::tgz::{Checksum, GNU, Member, TarBuilder, TgzBuilder, good, members, octal, tgz};

use crate::{said, walk};

/// The members with the last one changed.
fn last(change: impl FnOnce(&mut Member)) -> Vec<u8> {
    let mut members = members();
    change(members.last_mut().unwrap());
    tgz(members)
}

/// The members with these behind them.
fn and(more: impl IntoIterator<Item = Member>) -> Vec<u8> {
    tgz(members().into_iter().chain(more))
}

fn tar(change: impl FnOnce(&mut TarBuilder)) -> Vec<u8> {
    let mut tar = TarBuilder::new(members());
    change(&mut tar);
    TgzBuilder::of(tar.build()).build()
}

fn gzip(change: impl FnOnce(&mut TgzBuilder)) -> Vec<u8> {
    TgzBuilder::of(TarBuilder::new(members()).build()).with(change).build()
}

fn global(records: &[(&str, &str)]) -> Member {
    Member::pax(records).with(|member| member.type_flag = b'g')
}

/// The members with a file behind them that has these records.
fn pax_file(records: &[(&str, &str)]) -> Vec<u8> {
    and([Member::pax(records), Member::file("data/x", b"abc")])
}

/// A field of the gzip header, as the flags announce it.
fn gzip_field(flags: u8, field: &[u8]) -> Vec<u8> {
    gzip(|gzip| (gzip.flags, gzip.fields) = (flags, field.to_vec()))
}

fn typed(type_flag: u8) -> Vec<u8> {
    and([Member::new("data/x", type_flag, b"")])
}

fn cases() -> Vec<(&'static str, Vec<u8>)> {
    let file = || Member::file("data/x", b"abc");
    let pax = pax_file;
    let extended = |content: &[u8]| and([Member::new("x", b'x', content), file()]);
    vec![
        ("no tar", TgzBuilder::of(b"some text".repeat(100)).build()),
        ("too short for a tar", TgzBuilder::of(b"some text".to_vec()).build()),
        ("nothing at all", TgzBuilder::of(Vec::new()).build()),
        ("another method", gzip(|gzip| gzip.method = 7)),
        ("unknown flags", gzip(|gzip| gzip.flags = 0x20)),
        ("wrong header checksum", gzip(|gzip| (gzip.flags, gzip.fields) = (2, vec![1, 2]))),
        ("a long name in the gzip header", gzip_field(0x08, &[&[b'n'; 512][..], &[0]].concat())),
        ("a long comment in the gzip header", gzip_field(0x10, &[&[b'c'; 600][..], &[0]].concat())),
        ("a long extra field in the gzip header", gzip_field(0x04, &[vec![0x01, 0x40], vec![0; 0x4001]].concat())),
        ("wrong CRC-32", gzip(|gzip| gzip.crc32_xor = 1)),
        ("wrong size", gzip(|gzip| gzip.size_by = 1)),
        ("broken stream", [&good()[..10], &[0xFF; 20]].concat()),
        ("cut off in the stream", good()[..40].to_vec()),
        ("cut off in the end", good()[..good().len() - 1].to_vec()),
        ("another member", [good(), good()].concat()),
        ("a byte behind", gzip(|gzip| gzip.suffix = b"x".to_vec())),
        ("old headers", last(|member| (member.magic, member.type_flag) = ([0; 8], 0))),
        ("old folders", and([1, 2].map(|n| Member::new(format!("data/{n}/"), 0, b"").with(|m| m.magic = [0; 8])))),
        ("a member behind NULs", [good(), vec![0; 7], good()].concat()),
        ("no end", tar(|tar| tar.end_blocks = 0)),
        ("half an end", tar(|tar| tar.end_blocks = 1)),
        ("a part of a block behind the end", tar(|tar| tar.suffix = vec![0; 100])),
        ("the start of bzip2", tgz([Member::file("BZh91AY&SY", b"")].into_iter().chain(members()))),
        ("something behind the end", tar(|tar| tar.suffix = vec![0, 0, 1])),
        ("a tar behind half an end", tar(|tar| (tar.end_blocks, tar.suffix) = (1, TarBuilder::new(members()).build()))),
        ("cut off in content", TgzBuilder::of(&TarBuilder::new(members()).build()[..1100]).build()),
        ("cut off in a header", TgzBuilder::of(&TarBuilder::new(members()).build()[..1700]).build()),
        ("cut off in an extended header", TgzBuilder::of(&Member::long_name("long").build()[..515]).build()),
        ("wrong checksum", last(|member| member.checksum = Checksum::Off(1))),
        ("signed checksum", last(|m| (m.name, m.checksum) = ("data/größe".into(), Checksum::Signed))),
        ("unknown magic", last(|member| member.magic = *b"ustar\0  ")),
        ("a prefix in a header of GNU", last(|member| (member.magic, member.prefix) = (GNU, b"up".to_vec()))),
        ("a prefix in a header of old", last(|member| (member.magic, member.prefix) = ([0; 8], b"up".to_vec()))),
        ("a header of star", last(|member| member.tail = b"\0\0\0\0\0\0\0\0tar\0".to_vec())),
        ("a checksum in base 256", last(|member| member.checksum = Checksum::Base256)),
        ("a sparse map of no sparse file", and([file().gnu(386, b"00000000000\x0000000000001\0")])),
        ("a real size of no sparse file", and([file().gnu(483, b"00000000100\0")])),
        ("a sparse map of a folder", and([Member::folder("data/x").gnu(386, b"\xFF")])),
        ("a sparse map that goes on", and([file().gnu(482, b"\x01")])),
        ("an offset of GNU", and([file().gnu(369, b"00000000004\0")])),
        ("a time of GNU that is none", and([file().gnu(357, b"xxxxxxxxxxx\0")])),
        ("something behind an empty time of GNU", and([file().gnu(346, b"4704300000\0")])),
        ("something at the end of a header of GNU", and([file().with(|m| m.tail = b"x".to_vec()).gnu(345, b"")])),
        ("something behind the end of a name", last(|member| member.name = b"a\0\0 ".to_vec())),
        ("something at the end of a header", last(|member| member.tail = vec![b'x'; 12])),
        ("something in a header of old", last(|member| (member.magic, member.prefix) = ([0; 8], b"\0x".to_vec()))),
        ("a sparse map of a long name", and([Member::long_name("data/y").gnu(386, b"0"), file()])),
        ("a mode in base 256", last(|member| member.mode = b"\x80\0\0\0\0\0\x01\xA4".to_vec())),
        ("a negative owner in the header", last(|member| member.uid = vec![0xFF; 8])),
        ("an owner beyond 32 bits", last(|member| member.uid = b"\x80\0\0\x01\0\0\0\0".to_vec())),
        ("a device of spaces", last(|member| member.device = b"       ".to_vec())),
        ("a device in base 256", last(|member| member.device = b"\x80\0\0\0\0\0\0\0".to_vec())),
        ("a time before the universe", last(|member| member.mtime = vec![0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
        ("a time behind it", last(|member| member.mtime = vec![0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0])),
        (
            "such a time of an extended header",
            and([Member::pax(&[("comment", "x")]).with(|m| m.mtime = b"\xFF".to_vec()), file()]),
        ),
        ("an owner of spaces", last(|member| member.uid = b"        ".to_vec())),
        ("an owner that is not a number", last(|member| member.uid = b"root".to_vec())),
        ("a mode in base 256, negative", last(|member| member.mode = vec![0xFF; 8])),
        ("a size that Python reads", last(|member| member.size = b"0o64\0".to_vec())),
        ("a size with a NUL inside", last(|member| member.size = b"00000000\x0064".to_vec())),
        ("no size", last(|member| member.size = Vec::new())),
        ("negative size", last(|member| member.size = vec![0xFF; 12])),
        ("another size in PAX", pax(&[("size", "4")])),
        ("a size in PAX that is none", pax(&[("size", "3.0")])),
        ("two sizes in PAX", pax(&[("size", "3"), ("size", "3")])),
        ("an empty name in PAX", pax(&[("path", "")])),
        ("two names in PAX", pax(&[("path", "a"), ("path", "b")])),
        ("a record too short", extended(b"9 path=ab\n")),
        ("NULs behind the records", extended(b"11 path=ab\n\0\0")),
        ("a record behind those of PAX", and([Member::pax(&[("comment", "1")]).filled_with(b"11 path=up\n"), file()])),
        ("a record behind global ones", and([global(&[("comment", "1")]).filled_with(b"11 path=up\n"), file()])),
        ("something far behind a long name", and([Member::long_name("data/y").filled_with(b"\0\0x"), file()])),
        ("a long name that goes on", and([Member::new("x", b'L', b"data/").filled_with(b"../../up\0"), file()])),
        ("a long link that goes on", {
            and([Member::new("x", b'K', b"words").filled_with(b".txt"), Member::link("data/x", "words")])
        }),
        ("an extended header without a name", and([Member::pax(&[("path", "a")]).with(|m| m.name.clear()), file()])),
        ("a long name without a name", and([Member::long_name("a").with(|m| m.name.clear()), file()])),
        ("a NUL beside a name", pax(&[("path", "data/x"), ("SCHILY.xattr.user.x", "a\0b")])),
        ("a folder by the slash of its short name", {
            and([Member::long_name("data/x"), Member::new("data/", 0, b"")])
        }),
        ("an old folder by the slash of its long name", {
            and([Member::long_name("data/x/"), Member::new("data", 0, b"").with(|m| m.magic = [0; 8])])
        }),
        ("two global headers", and([global(&[("comment", "1")]), global(&[("comment", "2")]), file()])),
        ("an owner of all", and([global(&[("uid", "1")]), file()])),
        ("a record that bsdtar does not take", pax(&[("comment", &"c".repeat(999_990))])),
        ("two headers of PAX", and([Member::pax(&[]), Member::pax(&[]), file()])),
        ("two long names", and([Member::long_name("a"), Member::long_name("b"), file()])),
        ("names of GNU and PAX", and([Member::long_name("a"), Member::pax(&[("path", "b")]), file()])),
        ("a NUL in a long name", and([Member::long_name("a\0b"), file()])),
        ("an empty long name", and([Member::long_name(""), file()])),
        ("a long link name before a file", and([Member::long_name("a").with(|m| m.type_flag = b'K'), file()])),
        ("an extended header before the end", and([Member::pax(&[("path", "a")])])),
        ("a global header with a name", and([Member::pax(&[("path", "a")]).with(|m| m.type_flag = b'g'), file()])),
        ("a global header in between", and([Member::pax(&[]), Member::pax(&[]).with(|m| m.type_flag = b'g'), file()])),
        ("an extended header too long", and([Member::pax(&[]).with(|m| m.size = octal(1_000_000, 11))])),
        ("a global header at the end", and([file(), Member::pax(&[("comment", "x")]).with(|m| m.type_flag = b'g')])),
        ("a key with a space before it", extended(b"14  path=evil\n")),
        ("a key with a NUL in it", pax(&[("pa\0th", "a")])),
        ("a key with a NUL, globally", and([Member::pax(&[("\0path", "a")]).with(|m| m.type_flag = b'g'), file()])),
        ("a time that is not a number", pax(&[("mtime", "nan")])),
        ("a time with an exponent", pax(&[("atime", "1e9")])),
        ("a time too far away", pax(&[("mtime", "100000000000000000000")])),
        ("a time without digits behind the point", pax(&[("ctime", "1.")])),
        ("a global time that is none", and([Member::pax(&[("mtime", "x")]).with(|m| m.type_flag = b'g'), file()])),
        ("a negative owner", pax(&[("uid", "-1")])),
        ("an owner too large", pax(&[("gid", "4294967296")])),
        ("an owner's name with a NUL", pax(&[("uname", "a\0b")])),
        ("a mode of more than seven digits", last(|m| m.mode = vec![0x80, 0, 0, 0, 0x80, 0, 0, 0])),
        ("a mode of spaces", last(|member| member.mode = b"        ".to_vec())),
        ("a time of spaces", last(|member| member.mtime = b"            ".to_vec())),
        ("a real size", pax(&[("SCHILY.realsize", "100")])),
        ("holes", pax(&[("SUN.holesdata", " 4 8")])),
        ("a folder listing", pax(&[("GNU.dumpdir", "Yx")])),
        ("a part of a volume", pax(&[("GNU.volume.filename", "x")])),
        ("file flags", pax(&[("SCHILY.fflags", "nodump,schg")])),
        ("capabilities, encoded", pax(&[("LIBARCHIVE.xattr.security%2Ecapability", "AQAAAg==")])),
        (
            "an attribute of the kernel's",
            pax(&[("SCHILY.xattr.trusted.overlay.opaque", "y"), ("RHT.security.selinux", "x")]),
        ),
        ("an access control list in an attribute", pax(&[("LIBARCHIVE.xattr.system.posix_acl_access", "x")])),
        ("an attribute of no namespace", pax(&[("SCHILY.xattr.com.apple.provenance", "x")])),
        ("a key of star's that is not known", pax(&[("SCHILY.filetype", "dir")])),
        ("an attribute too large", pax(&[("SCHILY.xattr.user.x", &"v".repeat(3_971))])),
        (
            "attributes too large together",
            pax(&[("SCHILY.xattr.user.x", &"v".repeat(2_000)), ("SCHILY.xattr.user.y", &"v".repeat(2_000))]),
        ),
        ("an access control list", pax(&[("SCHILY.acl.access", "user::rwx")])),
        ("a folder by its slash only", and([Member::new("data/x/", 0, b"")])),
        ("a drive", and([Member::file("C:x", b"")])),
        ("a drive in a long name", and([Member::long_name("h:/x"), file()])),
        ("a name of 256 bytes", and([Member::long_name("n".repeat(256)), file()])),
        ("a file in 256 folders", and([Member::long_name("n/".repeat(256) + "n"), file()])),
        ("a path of 4,096 bytes", and([Member::long_name("n/".repeat(2_047) + "nn"), file()])),
        ("a folder with a size", and([Member::folder("data/x").with(|m| m.size = octal(1, 11))])),
        ("a symbolic link", and([Member::link("data/x", "words.txt")])),
        ("a hard link", and([Member::link("data/x", "data/words.txt").with(|member| member.type_flag = b'1')])),
        ("a long link", and([Member::pax(&[("linkpath", "/etc/passwd")]), Member::link("data/x", "")])),
        ("a hard link with a size", and([Member::new("data/x", b'1', b"abc")])),
        ("a character device", typed(b'3')),
        ("a block device", typed(b'4')),
        ("a pipe", typed(b'6')),
        ("a contiguous file", typed(b'7')),
        ("a sparse file", typed(b'S')),
        ("a sparse file in PAX", pax(&[("GNU.sparse.major", "1"), ("GNU.sparse.name", "x")])),
        ("a volume label", typed(b'V')),
        ("a volume label of GNU tar", {
            and([Member::new("label", b'V', b"").with(|m| {
                (m.magic, m.size, m.mode, m.uid) = ([0; 8], Vec::new(), Vec::new(), Vec::new());
            })])
        }),
        ("an unknown type", typed(b'\n')),
        ("a name that climbs out", last(|member| member.name = b"data/../../x".to_vec())),
        ("a long name that climbs out", and([Member::long_name("../x"), file()])),
        ("a prefix that climbs out", last(|member| member.prefix = b"..".to_vec())),
        ("a PAX name that is absolute", pax(&[("path", "/x")])),
        ("a name in Latin-1", last(|member| member.name = b"gr\xF6\xDFe".to_vec())),
        ("a name that is not composed", last(|member| member.name = "data/gro\u{308}\u{DF}e".into())),
        ("a name in PAX that is not composed", pax(&[("path", "data/e\u{301}")])),
        ("a name that turns around", last(|member| member.name = "a\u{202E}b".into())),
        ("a name for some systems", last(|member| member.name = b"Foo::Bar.3pm".to_vec())),
        ("a name twice", last(|member| member.name = b"data/numbers.bin".to_vec())),
        ("a file in a file", and([Member::file("data/words.txt/x", b"")])),
        ("a file in a file, other way round", tgz([Member::file("a/b", b""), Member::file("a", b"")])),
        ("a file named like a folder", and([Member::file("data/x/", b"")])),
        ("set-user-ID", last(|member| member.mode = octal(0o4755, 7))),
        ("sticky", and([Member::folder("data/x").with(|member| member.mode = octal(0o1777, 7))])),
        ("capabilities", pax(&[("SCHILY.xattr.security.capability", "\u{1}\0\0\u{2}")])),
    ]
}

#[test]
fn wording() {
    let mut page = String::new();
    for (name, archive) in cases() {
        let (walked, _) = walk(&archive);
        assert!(walked.compression.is_some(), "{name}");
        assert!(!walked.irregularities.is_empty(), "{name}: nothing is found");
        let flaws: Vec<Flaw> = walked.irregularities.listed().iter().map(|i| i.kind.flaw()).collect();
        writeln!(page, "{name}: {flaws:?}").unwrap();
        for line in said(&walked) {
            writeln!(page, "  {}", line.escape_debug()).unwrap();
        }
    }
    insta::assert_snapshot!(page);
}

#[test]
fn what_is_fine() {
    let file = || Member::file("data/x", b"abc");
    let name = vec![b'n'; 100];
    for (about, archive, count) in [
        ("the good one", good(), 3),
        ("no members", tgz([]), 0),
        ("with a name in the gzip header", gzip(|gzip| (gzip.flags, gzip.fields) = (8, b"x.tar\0".to_vec())), 3),
        (
            "with all fields in the gzip header",
            // CRC-16 of the header as it is written.
            {
                let fields = b"\x03\0abcname\0comment\0".to_vec();
                let header = [&[0x1F, 0x8B, 8, 0x1F, 0, 0, 0, 0, 0, 0xFF][..], &fields].concat();
                let [low, high, ..] = crc32fast::hash(&header).to_le_bytes();
                gzip(|gzip| (gzip.flags, gzip.fields) = (0x1F, [fields, vec![low, high]].concat()))
            },
            3,
        ),
        ("with NULs behind", gzip(|gzip| gzip.suffix = vec![0; 7]), 3),
        ("with the longest name in the gzip header", gzip_field(0x08, &[&[b'n'; 511][..], &[0]].concat()), 3),
        ("with the longest comment in the gzip header", gzip_field(0x10, &[&[b'c'; 511][..], &[0]].concat()), 3),
        ("with the longest extra field", gzip_field(0x04, &[vec![0x00, 0x40], vec![0; 0x4000]].concat()), 3),
        ("with many end blocks", tar(|tar| tar.end_blocks = 20), 3),
        ("with one more end block", tar(|tar| tar.suffix = vec![0; 512]), 3),
        ("the root as `.`", tgz([Member::folder("./"), Member::file("./a", b"x")]), 2),
        ("a folder twice", tgz([Member::folder("a"), Member::folder("a/b"), Member::folder("a/b/")]), 3),
        ("a name of 100 bytes", and([Member::file(&name, b"")]), 4),
        ("a prefix", last(|member| member.prefix = b"up".to_vec()), 3),
        ("a size in base 256", last(|member| member.size = b"\x80\0\0\0\0\0\0\0\0\0\0\x34".to_vec()), 3),
        ("a time before 1970", last(|member| member.mtime = vec![0xFF; 12]), 3),
        ("a time in base 256", last(|member| member.mtime = b"\x80\0\0\0\0\0\0\x02\0\0\0\0".to_vec()), 3),
        ("a device", last(|member| member.device = octal(0, 7)), 3),
        ("an owner of NULs", last(|member| member.uid = Vec::new()), 3),
        ("an owner in base 256", last(|member| member.uid = b"\x80\0\0\0\xFF\xFF\xFF\xFE".to_vec()), 3),
        ("a header of GNU", and([file().gnu(345, b"")]), 4),
        ("a header of GNU with a time", and([file().gnu(357, b"14704300000\0")]), 4),
        (
            "something behind the NUL of a prefix",
            last(|member| member.prefix = [&[0; 131][..], b"14704300000 "].concat()),
            3,
        ),
        ("something behind the content of a file", and([file().filled_with(b"leftovers")]), 4),
        ("a NUL without a name", pax_file(&[("mtime", "1"), ("SCHILY.xattr.user.x", "a\0b")]), 4),
        (
            "an extended header with a prefix for a name",
            { and([Member::pax(&[("path", "a")]).with(|m| (m.name, m.prefix) = (Vec::new(), b"x".to_vec())), file()]) },
            4,
        ),
        (
            "a file with its short name as a folder's",
            and([Member::long_name("data/x"), Member::file("data/x/", b"")]),
            4,
        ),
        ("harmless flags", and([Member::pax(&[("SCHILY.fflags", "nodump")]), file()]), 4),
        (
            "attributes of users",
            {
                let (plain, encoded) = ("v".repeat(3_970), "dg==".repeat(1_200));
                and([Member::pax(&[("SCHILY.xattr.user.x", &plain), ("LIBARCHIVE.xattr.user.x", &encoded)]), file()])
            },
            4,
        ),
        ("the longest extended header", and([Member::pax(&[("comment", &"c".repeat(999_983))]), file()]), 4),
        (
            "global headers, each with a file",
            and((0..40).flat_map(|at| [global(&[("comment", "x")]), Member::file(format!("{at}"), b"")])),
            43,
        ),
        ("a composed name", pax_file(&[("path", "data/gr\u{F6}\u{DF}e")]), 4),
        ("times before 1970", and([Member::pax(&[("mtime", "-1.25"), ("atime", "0"), ("ctime", "1")]), file()]), 4),
        (
            "owners",
            and([Member::pax(&[("uid", "0"), ("gid", "4294967295"), ("uname", "jörg"), ("gname", "")]), file()]),
            4,
        ),
        ("a key with a space in it", and([Member::pax(&[("SCHILY.xattr.user.a b", "x")]), file()]), 4),
        ("a semicolon and digits", and([Member::file("data/x;1", b"")]), 4),
        ("a letter and a colon further back", and([Member::file("data/x", b"")]), 4),
        ("PAX records", and([Member::pax(&[("mtime", "1.5"), ("path", "größe"), ("size", "3")]), file()]), 4),
        ("a global header", and([Member::pax(&[("comment", "x")]).with(|m| m.type_flag = b'g'), file()]), 4),
        ("a long name", and([Member::long_name("n/".repeat(100) + "n"), file()]), 4),
        ("a long name without NUL", and([Member::new("x", b'L', b"data/y"), file()]), 4),
        ("both long names alike", and([Member::long_name("a"), Member::pax(&[("path", "a")]), file()]), 4),
    ] {
        let (walked, members) = walk(&archive);
        assert_eq!(said(&walked), [""; 0], "{about}");
        assert!(walked.compression.is_some() && walked.is_tar, "{about}");
        assert_eq!((walked.members, members.len()), (count, count), "{about}");
        assert_eq!(walked.compressed_size, archive.len() as u64);
    }
}

#[test]
fn what_is_no_gzip() {
    for bytes in [&b""[..], b"\x1F", b"\x1F\x8C", b"PK\x03\x04", &TarBuilder::new(members()).build()] {
        let (walked, members) = walk(bytes);
        assert!(walked.compression.is_none() && !walked.is_tar && members.is_empty());
        assert!(walked.irregularities.is_empty());
    }
}
