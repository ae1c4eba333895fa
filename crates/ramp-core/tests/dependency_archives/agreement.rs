//! What the walk calls clean is read the same by other readers: the crate `tar`, and Python's `tarfile` where it is.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use ramp_core::dependency::Members;
use ramp_fixtures::tgz::{GNU, Member, TarBuilder, TgzBuilder, octal};

use crate::{said, walk};

/// Name, whether it is a folder, size.
type Seen = (String, bool, u64);

fn ours(members: &Members) -> Vec<Seen> {
    members.iter().map(|member| (member.name.to_owned(), member.is_folder, member.size)).collect()
}

/// The name as [`Members`] gives it.
fn plain(name: &str) -> String {
    let name = name.trim_end_matches('/');
    let name = if name == "." { "" } else { name };
    name.strip_prefix("./").unwrap_or(name).to_owned()
}

fn seen_by_tar(archive: &[u8]) -> Result<Vec<Seen>, std::io::Error> {
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    let mut seen = Vec::new();
    for entry in tar.entries()? {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        // Folders of old headers are files with a slash behind their name.
        let is_folder = kind.is_dir() || entry.header().as_bytes()[156] == 0 && name.ends_with('/');
        let size = std::io::copy(&mut entry, &mut std::io::sink())?;
        if kind != tar::EntryType::XGlobalHeader {
            seen.push((plain(&name), is_folder, size));
        }
    }
    Ok(seen)
}

const LIST: &str = r"
import sys, io, tarfile, struct
data = sys.stdin.buffer
while True:
    head = data.read(4)
    if not head: break
    archive = data.read(struct.unpack('>I', head)[0])
    try:
        for m in tarfile.open(fileobj=io.BytesIO(archive), mode='r:gz', encoding='utf-8'):
            print(repr(m.name.encode('utf-8', 'surrogateescape').hex()), 'd' if m.isdir() else 'f', m.size)
        print('.')
    except Exception as error:
        print('!', type(error).__name__, str(error).replace('\n', ' '))
";

/// What `tarfile` sees in each of the archives; `None` where there is no Python.
fn seen_by_python(archives: &[Vec<u8>]) -> Option<Vec<Result<Vec<Seen>, String>>> {
    let spawned = Command::new("python3").args(["-c", LIST]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = spawned else {
        println!("python3 is not installed: not asked");
        return None;
    };
    let mut stdin = child.stdin.take().unwrap();
    let input: Vec<u8> = archives
        .iter()
        .flat_map(|archive| [&u32::try_from(archive.len()).unwrap().to_be_bytes()[..], archive].concat())
        .collect();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let mut text = String::new();
    child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    writer.join().unwrap().unwrap();
    assert!(child.wait().unwrap().success());
    let (mut answers, mut seen) = (Vec::new(), Vec::new());
    for line in text.lines() {
        if line == "." {
            answers.push(Ok(std::mem::take(&mut seen)));
        } else if line.starts_with('!') {
            seen.clear();
            answers.push(Err(line.to_owned()));
        } else {
            let words: Vec<&str> = line.split(' ').collect();
            let bytes = words[0].trim_matches('\'').as_bytes().chunks(2);
            let bytes = bytes.map(|hex| u8::from_str_radix(std::str::from_utf8(hex).unwrap(), 16).unwrap()).collect();
            let name = String::from_utf8(bytes).unwrap();
            seen.push((plain(&name), words[1] == "d", words[2].parse().unwrap()));
        }
    }
    assert_eq!(answers.len(), archives.len());
    Some(answers)
}

fn member() -> impl Strategy<Value = Vec<Member>> {
    let name = "(\\./)?[a-c]{1,3}(/[a-cé]{1,60}){0,3}/?";
    let content = proptest::collection::vec(any::<u8>(), 0..600);
    (name, content, any::<u8>(), 0_u8..12).prop_map(|(name, content, spice, shape)| {
        let file = Member::file(name.trim_end_matches('/'), &content);
        let mut members = match shape {
            0 => vec![Member::folder(&name)],
            1 => vec![Member::new(&name, 0, b"").with(|member| member.magic = [0; 8])],
            2 => vec![Member::long_name(name.trim_end_matches('/')), file],
            3 => vec![Member::pax(&[("path", name.trim_end_matches('/')), ("comment", "x")]), file],
            4 => vec![Member::pax(&[("size", &content.len().to_string())]), file],
            5 => vec![Member::pax(&[("comment", "all")]).with(|member| member.type_flag = b'g'), file],
            6 => vec![file.with(|member| member.prefix = b"up/there".to_vec())],
            7 => vec![file.with(|member| member.magic = GNU)],
            _ => vec![file],
        };
        // Now and then something that may or may not be fine.
        if let (0..24, Some(last)) = (spice, members.last_mut()) {
            match spice {
                0 => last.type_flag = b'7',
                1 => last.type_flag = b'L',
                2 => last.type_flag = b'x',
                3 => last.size = octal(u64::from(spice) * 100, 11),
                4 => last.size = format!("{:>11o} ", last.content.len()).into_bytes(),
                5 => {
                    last.size =
                        [b"\x80\0\0\0\0\0\0\0\0\0", &[0, u8::try_from(last.content.len() % 256).unwrap()][..]].concat();
                }
                6 => last.mode = b"   644 ".to_vec(),
                7 => last.uid = b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE".to_vec(),
                8 => last.tail = b"\0\0\0\0\0\0\0\0tar\0".to_vec(),
                9 => last.magic = *b"ustar\0  ",
                10 => last.uid = b"+1".to_vec(),
                11 => last.link = b"somewhere".to_vec(),
                12 => last.prefix = b"..".to_vec(),
                13 => last.type_flag = b'S',
                14 => last.type_flag = b'1',
                15 => last.mode = Vec::new(),
                _ => {}
            }
        }
        members
    })
}

fn archives() -> impl Strategy<Value = Vec<u8>> {
    let changes = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..2);
    (proptest::collection::vec(member(), 0..5), 0_usize..4, changes).prop_map(|(members, end, changes)| {
        let tar = TarBuilder { end_blocks: end, ..TarBuilder::new(members.into_iter().flatten()) };
        let mut tar = tar.build();
        for (at, byte) in changes {
            if !tar.is_empty() {
                let at = at.index(tar.len());
                tar[at] = byte;
            }
        }
        TgzBuilder::of(tar).build()
    })
}

#[test]
fn what_is_clean_is_read_alike() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut clean = Vec::new();
    for _ in 0..3500 {
        let archive = archives().new_tree(&mut runner).unwrap().current();
        let (walked, members) = walk(&archive);
        if walked.compression.is_some() && walked.irregularities.is_empty() {
            let seen = seen_by_tar(&archive).unwrap_or_else(|err| panic!("{err}: {:?}", ours(&members)));
            assert_eq!(seen, ours(&members));
            clean.push((archive, ours(&members)));
        }
    }
    assert!(clean.len() > 500, "only {} of the archives are clean", clean.len());
    let archives: Vec<Vec<u8>> = clean.iter().map(|(archive, _)| archive.clone()).collect();
    for (answer, (_, ours)) in seen_by_python(&archives).into_iter().flatten().zip(&clean) {
        assert_eq!(answer.as_ref(), Ok(ours));
    }
}

/// The other way round: what no reader could read is not called clean, and why it matters is seen.
#[test]
fn what_readers_differ_about_is_not_clean() {
    let inner = Member::file("hidden", b"x").build();
    let archive = |members: Vec<Member>| TgzBuilder::of(TarBuilder::new(members).build()).build();
    // A file whose content is a member: the header says so many bytes, the extended header none.
    let desync = archive(vec![Member::pax(&[("size", "0")]), Member::file("outer", &inner)]);
    let (walked, members) = walk(&desync);
    assert_eq!(ours(&members).len(), 2, "{:?}", said(&walked));
    assert!(!walked.irregularities.is_empty());
    // Python's octal is not everybody's.
    let prefixed = archive(vec![Member::file("outer", &inner).with(|member| member.size = b"0o0".to_vec())]);
    assert!(!walk(&prefixed).0.irregularities.is_empty());
    if let Some(seen) = seen_by_python(&[prefixed]) {
        assert_eq!(
            seen[0].as_ref().unwrap().iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>(),
            ["outer", "hidden"]
        );
    }
}
