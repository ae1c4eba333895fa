//! What is tried: what no table can say, and values of the wrong kind.

use super::cases::{Case, Packs};
use super::workshop::Reference;

/// What no table can say, and both take.
pub(crate) fn taken() -> Vec<Case> {
    let embedded = "dependencies: {data: {url: \"http://x\", local_path: ../data.txt}}\n";
    let gone = embedded.replace("data.txt", "gone.txt");
    vec![
        Case::new("author: nobody reads this\n", &[]),
        // The empty string is a value, but where an option holds an object, a file, or arguments that may be absent.
        Case::of_manifest(
            "author: a\nlicense: b\ncommand_line_args: c\ncapability_name: d\n",
            &["-a", "", "--license=", "-c", "", "-b", "", "--runcmdargs", "", "-cc", "", "-cr", "", "-O", ""],
        ),
        Case::of_manifest(
            "min_redis_version: 5\n",
            &["-r", "", "-R", "", "--dependencies", "", "--redis-args", "", "--packname-file", ""],
        ),
        Case::new("", &["-P", "--packname-file", "", "-o", ""]),
        // The last counts.
        Case::new(
            "",
            &["-a", "one", "--author", "two", "-o", "a.zip", "--output=b.zip", "-E", "x", "-E", "sample.set"],
        ),
        Case::new("", &["-v", "--verbose", "-P", "-P", "--bigstore-version-2-support", "--bigstore-version-2-support"]),
        Case::new("", &["-cc=one", "-cc", "two", "-cr=7.2", "--redis-compatible-version=8.2"]),
        // Both count.
        Case::new(
            "",
            &["--add-command", r#"{"command_name": "b"}"#, "--add-command", r#"{"command_name": "a"}"#, "-E", "b"],
        ),
        Case::new("", &["--overide-command", r#"{"command_name": "no"}"#, "--add-command", r#"{"name": "a"}"#]),
        Case::of_manifest(
            "add_command: [{command_name: sample.set}]\n",
            &["-v", "--overide-command", r#"{"command_name": "sample.set", "é": 1e3}"#, "-C", "b,,a, b"],
        ),
        // What looks like an option is a value after an option that takes one.
        Case::new(
            "",
            &["-d", "-v", "-D", "--fast", "-cr", "-1", "--homepage", "-", "-a", "--", "-l", "-cc", "-c", "-cr"],
        ),
        Case::new("", &["-vPaname", "-obundle-{author}.zip"]),
        Case::new("", &["-P", "--packname-file", "name.txt", "-o", "{module_name}-{bigstore_version_2_support}"]),
        Case::new("", &["--packname-file=name.txt", "-o", "sub-{semantic_version}.zip"]),
        Case::of_manifest("author: a\nmodule_name: m\n", &["-o", "{author}-{module_name}-{os}{{}}.zip"]),
        Case::of_manifest("license:\n", &["-o", "{license}{ramp_format_version}é{min_redis_version}.zip"]),
        Case::of_manifest(embedded, &["-v"]),
        Case::of_manifest(embedded, &["--debug", "--packname-file", "name.txt"]),
        // Nothing is embedded where only the name is asked for.
        Case::of_manifest(&gone, &["-P"]),
        Case::of_manifest(&gone, &["-P", "--packname-file", "name.txt"]),
        Case::new("unknown: 5\nauthor: a\n", &["--manifest=ramp.yml"]),
        Case::of_manifest("crdb: {1: 2, yes: [0x1F, 1_000, 1e5, 1.0e+5, 1:30], 1.5: ~}\n", &[]),
        Case::of_manifest("optional-dependencies: {data: {url: u, local_path: ../data.txt}}\n", &["-v"]),
        Case::of_manifest("command_line_args: 1.50\nrun_command_line_args: 0\n", &[]),
        // The escapes of Python, and its ways to look up a variable.
        Case::new("", &["-c", r#"\"x\" \\\a\b\f\n\r\t\v\'\101\x41\u00e9 \d {{x}}"#]),
        Case::of_manifest("command_line_args: \"{os.environ.get('NO_SUCH', 'd')}{os.environ['PATH']}\"\n", &[]),
        Case::new("", &["-o", "{operating_systems[0]}.zip"]),
    ]
}

/// What no table can say, and one of the two refuses, or both.
pub(crate) fn refused() -> Vec<Case> {
    let embedded = "dependencies: {data: {url: \"http://x\", local_path: ../gone.txt}}\n";
    let neither = [
        Case::new("", &["-m", "gone.yml"]),
        Case::new("", &["-m", ""]),
        Case::of_manifest("", &[]),
        Case::of_manifest("[a]\n", &[]),
        Case::new("", &["-o", "{gone}.zip"]),
        Case::new("", &["-o", "{}.zip"]),
        Case::new("", &["-o", "{"]),
        Case::new("", &["-o", ""]),
        Case::new("", &["-o", "gone/module.zip"]),
        Case::new("", &["-o", "gone/module.zip", "--packname-file", "name.txt"]),
        Case::new("", &["--packname-file", "gone/name.txt"]),
        Case::new("", &["--add-command", "{"]),
        Case::new("", &["--overide-command", ""]),
        Case::new("", &["--redis-args", "{"]),
        Case::of_manifest("redis_args: {no-such-setting: \"1\"}\n", &[]),
        Case::of_manifest("dependencies: [{name: a, url: b}]\n", &[]),
        Case::of_manifest(embedded, &[]),
        Case::of_manifest(embedded, &["--packname-file", "name.txt", "-v"]),
        Case::of_manifest("command_line_args: \"}\"\n", &[]),
        Case::new("", &["-c", r"\x4"]),
        Case::new("", &["-c", r#"JSON {"a":1}"#]),
        Case::new("", &["--no-such-option"]),
        Case::new("", &["--auth", "a"]),
        Case::new("", &["--verbose=1"]),
        Case::new("", &["-a"]),
    ];
    let theirs = [
        // Ignored there.
        Case::new("", &["--redis-args", r#"{"no-such-setting": "1"}"#]),
        // Its unpacker refuses what it packs.
        Case::new("", &["-n", "", "--packname-file", "name.txt"]),
        Case::of_manifest("architecture: sparc\n", &[]),
        Case::of_manifest("os: Darwin\n", &[]),
        Case::of_manifest("author: [\n", &[]),
        Case::of_manifest("command_line_args: \"{1 + 1}\"\n", &[]),
        Case::new("", &["-o", "{module_name!r}.zip"]),
        Case::new("", &["-o", "{capabilities}.zip"]),
        Case::of_manifest("dependencies: {../up: {local_path: ../data.txt}}\n", &[]),
    ];
    let ours = [
        Case::of_manifest("redis_args: {databases: 4}\n", &[]),
        Case::of_manifest("command_line_args: 'a\"b'\n", &[]),
        Case::of_manifest("dependencies: [{name: data, local_path: ../data.txt}]\n", &[]),
        Case::of_manifest("dependencies: [{data: {url: u, sha256: s}}]\n", &[]),
    ];
    let groups = [(Packs::Neither, &neither[..]), (Packs::TheirsAlone, &theirs), (Packs::OursAlone, &ours)];
    let of_group = |(packs, cases): (Packs, &[Case])| -> Vec<Case> {
        cases.iter().cloned().map(|case| case.packed_by(packs)).collect()
    };
    groups.into_iter().flat_map(of_group).collect()
}

/// Values that every key is tried with: nothing, a number, a list.
pub(crate) const VALUES: [&str; 3] = ["", "5", "[a]"];

/// Who packs with that value, where not both do. A list where text belongs, and a number where a list or a mapping belongs,
/// is refused here alone unless the reference cannot work with it.
const NOT_BOTH: &[(&str, [Packs; 3])] = {
    use Packs::{Both, Neither, OursAlone, TheirsAlone};
    const TEXT: [Packs; 3] = [Both, Both, TheirsAlone];
    &[
        ("module_file", [TheirsAlone, Neither, Neither]),
        ("os", [Both, TheirsAlone, TheirsAlone]),
        ("architecture", [Both, TheirsAlone, TheirsAlone]),
        ("dependencies", [OursAlone, Neither, Neither]),
        ("optional-dependencies", [OursAlone, Neither, Neither]),
        ("exclude_commands", [OursAlone, Neither, Both]),
        ("overide_command", [OursAlone, Neither, TheirsAlone]),
        ("add_command", [OursAlone, Neither, TheirsAlone]),
        ("redis_args", [OursAlone, Neither, Neither]),
        ("operating_systems", [TheirsAlone, TheirsAlone, TheirsAlone]),
        ("capabilities", [Both, TheirsAlone, Both]),
        ("commands", [Both, TheirsAlone, TheirsAlone]),
        ("crdb", [Both, TheirsAlone, TheirsAlone]),
        ("author", TEXT),
        ("bigstore_version_2_support", TEXT),
        ("capability_name", TEXT),
        ("command_line_args", TEXT),
        ("compatible_redis_version", TEXT),
        ("config_command", TEXT),
        ("description", TEXT),
        ("display_name", TEXT),
        ("email", TEXT),
        ("homepage", TEXT),
        ("license", TEXT),
        ("min_redis_pack_version", TEXT),
        ("min_redis_version", TEXT),
        ("module_name", TEXT),
        ("ramp_format_version", TEXT),
        ("run_command_line_args", TEXT),
        ("semantic_version", TEXT),
        ("sha256", TEXT),
        ("speedb_git_sha", TEXT),
        ("version", TEXT),
    ]
};

/// Every key with every one of those values.
pub(crate) fn values(reference: &Reference) -> Vec<Case> {
    let of_key = |key: &String| {
        let packs = NOT_BOTH.iter().find(|(other, _)| other == key).map_or([Packs::Both; 3], |(_, packs)| *packs);
        let case =
            |(value, packs): (&&str, Packs)| Case::of_manifest(&format!("{key}: {value}\n"), &[]).packed_by(packs);
        VALUES.iter().zip(packs).map(case).collect::<Vec<_>>()
    };
    reference.keys.iter().flat_map(of_key).collect()
}
