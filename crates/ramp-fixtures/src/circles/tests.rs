use super::{arrows, circles, layers, room_circles};

/// A crate of these files.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let src = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = src.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    src
}

fn shown(files: &[(&str, &str)]) -> Vec<String> {
    arrows(tree(files).path()).iter().map(ToString::to_string).collect()
}

fn count(files: &[(&str, &str)]) -> usize {
    circles(tree(files).path()).len()
}

#[test]
fn two_that_know_each_other_are_a_circle() {
    let good = ("b.rs", "pub struct B;");
    let files = |b| [("lib.rs", "mod a; mod b;"), ("a.rs", "use super::b::B; pub struct A(B);"), b];
    assert_eq!(count(&files(good)), 0);
    let found =
        circles(tree(&files(("b.rs", "pub struct B; impl B { fn a(&self) -> crate::a::A { todo!() } }"))).path());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].members, ["a.rs", "b.rs"]);
    assert_eq!(found[0].to_string(), "a.rs, b.rs know each other\n  a.rs -> b.rs: B\n  b.rs -> a.rs: A");
}

#[test]
fn a_circle_of_three_is_found_through_a_re_export() {
    let files = |c| {
        [
            ("lib.rs", "mod room; mod c;"),
            ("room/mod.rs", "mod a; mod b; pub(crate) use a::{A as First, A2}; pub(crate) use b::B;"),
            ("room/a.rs", "use super::B; pub struct A(B); pub struct A2;"),
            ("room/b.rs", "use crate::c; pub struct B(c::C);"),
            ("c.rs", c),
        ]
    };
    assert_eq!(count(&files("pub struct C;")), 0);
    let found = circles(tree(&files("use crate::room::First; pub struct C; impl C { fn a(_: First) {} }")).path());
    assert_eq!(found[0].members, ["c.rs", "room/a.rs", "room/b.rs"]);
    assert_eq!(found[0].arrows[0].to_string(), "c.rs -> room/a.rs: A");
}

#[test]
fn folders_can_be_in_a_circle_where_their_files_are_not() {
    let files = |config| {
        tree(&[
            ("lib.rs", "mod config; mod places; pub struct Outside;"),
            ("config.rs", config),
            ("places/mod.rs", "mod source; pub use source::Source; pub struct Places(crate::config::Config);"),
            ("places/source.rs", "pub struct Source;"),
        ])
    };
    assert!(room_circles(files("use crate::Outside; pub struct Config(Outside);").path()).is_empty());
    let src = files("use crate::places::Source; pub struct Config(Source);");
    assert!(circles(src.path()).is_empty());
    let found = room_circles(src.path());
    assert_eq!(found.len(), 1);
    let shown = "config, places know each other\n  config -> places: Source\n  places -> config: Config";
    assert_eq!(found[0].to_string(), shown);
}

#[test]
fn rooms_of_an_inner_folder_can_be_in_a_circle() {
    let b = |text| {
        let files = [
            ("lib.rs", "mod a;"),
            ("a.rs", "mod b; mod c; pub struct Own;"),
            ("a/b.rs", text),
            ("a/c/mod.rs", "pub mod d; pub mod e;"),
            ("a/c/d.rs", "pub struct D(crate::a::b::B);"),
            ("a/c/e.rs", "pub struct E;"),
        ];
        room_circles(tree(&files).path()).into_iter().map(|circle| circle.members).collect::<Vec<_>>()
    };
    assert_eq!(b("pub struct B; fn f(_: super::Own) {}"), Vec::<Vec<String>>::new());
    assert_eq!(b("pub struct B; fn f(_: super::c::e::E) {}"), [["a/b", "a/c"]]);
}

#[test]
fn the_parent_is_in_the_circle_only_if_it_takes_or_gives() {
    let files = |lib, child| [("lib.rs", lib), ("child.rs", child)];
    assert_eq!(count(&files("mod child; pub use child::C; pub struct P;", "use super::P; pub struct C(P);")), 0);
    assert_eq!(count(&files("mod child; pub use child::C; pub struct P(C);", "pub struct C;")), 0);
    assert_eq!(count(&files("mod child; pub use child::C; pub struct P(C);", "use super::P; pub struct C(P);")), 1);
    assert_eq!(count(&files("mod child; fn f() { child::g() } pub struct P;", "use super::P; pub fn g() -> P {}")), 1);
}

#[test]
fn a_re_export_from_elsewhere_is_an_arrow() {
    let files = [("lib.rs", "mod a; mod b;"), ("a.rs", "pub struct A;"), ("b.rs", "pub use crate::a::A;")];
    assert_eq!(shown(&files), ["b.rs -> a.rs: A"]);
}

#[test]
fn globs_are_followed_to_what_is_taken() {
    let files = |lib| {
        [
            ("lib.rs", lib),
            ("a.rs", "pub struct A; pub struct Unused;"),
            ("b.rs", "use super::*; fn f(_: A, _: &str) {}"),
        ]
    };
    assert_eq!(shown(&files("mod a; mod b; pub use a::*;")), ["b.rs -> a.rs: A"]);
    assert_eq!(shown(&files("mod a; mod b;")), [""; 0]);
}

#[test]
fn imports_may_be_in_a_circle_themselves() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "pub use crate::b::*; pub struct A;"),
        ("b.rs", "pub use crate::a::*; fn f(_: A, _: B) {}"),
    ];
    assert_eq!(shown(&files), ["b.rs -> a.rs: A"]);
}

#[test]
fn paths_in_code_macros_and_attributes_count() {
    let files =
        |b| [("lib.rs", "mod a; mod b;"), ("a.rs", "pub const N: u8 = 1; pub struct A; pub fn f() {}"), ("b.rs", b)];
    for (code, name) in [
        ("fn g() -> u8 { crate::a::N }", "N"),
        ("fn g() { println!(\"{}\", crate::a::N) }", "N"),
        ("use crate::a; fn g() { assert!(a::f().is_some()) }", "f"),
        ("use crate::a as other; fn g() { other::f() }", "f"),
        ("fn g() { use crate::a::{self}; a::f() }", "f"),
        ("fn g(x: u8) { matches!(x, super::a::N..) }", "N"),
        ("impl crate::a::A { fn h(&self) {} }", "A"),
        ("impl Clone for super::a::A { fn clone(&self) -> Self { Self } }", "A"),
        ("#[derive(Debug)] struct B { #[serde(with = \"crate::a::A\")] b: u8 }", "A"),
        ("#[error(\"{}\", crate::a::N)] struct B;", "N"),
        ("mod inner { fn g() { super::super::a::f() } }", "f"),
        ("use crate::a::A::*;", "A"),
        ("fn g<T: Into<crate::a::A>>() {}", "A"),
        ("macro_rules! m { ($x:ident) => { $crate::a::f() } }", "f"),
    ] {
        assert_eq!(shown(&files(code)), [format!("b.rs -> a.rs: {name}")], "{code}");
    }
    for code in [
        "fn g(a: B) { a.f(); println!(\"{}\", a.N) }",
        "fn g() { ::a::f() }",
        "use crate::a;",
        "fn g() { struct A; let f = A; format!(\"{f}\", f = f); }",
        "fn g() { std::fmt::f() }",
    ] {
        assert_eq!(shown(&files(code)), [""; 0], "{code}");
    }
}

#[test]
fn what_a_macro_defines_is_in_the_file_that_calls_it() {
    let files = [
        ("lib.rs", "macro_rules! table { () => {} } mod a; mod b;"),
        ("a.rs", "macro_rules! named { () => {} } named! { Kind { One => \"one\" } }"),
        ("b.rs", "use super::a::Kind; static T: u8 = table!(Kind);"),
    ];
    assert_eq!(shown(&files), ["b.rs -> a.rs: Kind", "b.rs -> lib.rs: table"]);
}

#[test]
fn a_macro_is_there_behind_its_definition() {
    let files = |lib| {
        [("lib.rs", lib), ("a.rs", "macro_rules! table { () => {} }"), ("b/mod.rs", "mod c;"), ("b/c.rs", "table!();")]
    };
    assert_eq!(shown(&files("#[macro_use] mod a; mod b;")), ["b/c.rs -> a.rs: table"]);
    assert_eq!(shown(&files("mod a; mod b;")), [""; 0]);
}

#[test]
fn tests_are_left_out() {
    let files = |condition| {
        let b = format!("pub struct B; {condition} mod tests {{ use crate::a::A; fn f(_: A) {{}} }}");
        let files = [("lib.rs", "mod a; mod b;"), ("a.rs", "use crate::b::B; pub struct A(B);"), ("b.rs", &b)];
        count(&files)
    };
    assert_eq!(files("#[cfg(test)]"), 0);
    assert_eq!(files("#[cfg(all(test, unix))]"), 0);
    assert_eq!(files("#[cfg(any(test, unix))]"), 1);
    assert_eq!(files("#[cfg(not(test))]"), 1);
    assert_eq!(files(""), 1);
    assert_eq!(count(&[("lib.rs", "#[cfg(test)] mod tests;")]), 0);
}

#[test]
fn a_program_has_a_tree_of_its_own() {
    assert_eq!(
        shown(&[("main.rs", "mod a; fn main() { a::run() }"), ("a.rs", "pub fn run() {}")]),
        ["main.rs -> a.rs: run"]
    );
}

#[test]
#[should_panic(expected = "b.rs: no `crate::a::Gone`")]
fn a_name_that_cannot_be_found_is_not_passed_over() {
    shown(&[("lib.rs", "mod a; mod b;"), ("a.rs", ""), ("b.rs", "use crate::a::Gone;")]);
}

#[test]
fn rooms_know_only_those_below() {
    let files = |bundle, version| {
        tree(&[
            ("lib.rs", "mod bundle; mod module; mod version; mod facts; pub use facts::F;"),
            ("facts.rs", "use crate::{bundle::B, module::M, version::V}; pub struct F(B, M, V);"),
            ("bundle/mod.rs", "mod name; pub use name::B;"),
            ("bundle/name.rs", bundle),
            ("module.rs", "use crate::version::V; pub struct M(V);"),
            ("version.rs", version),
        ])
    };
    let broken = |bundle, version, floors: &[&[&str]]| {
        let found = layers(files(bundle, version).path(), floors);
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let floors: [&[&str]; 3] = [&["version"], &["bundle", "module"], &["facts"]];
    let (bundle, version) = ("use crate::version::V; pub struct B(V);", "pub struct V;");
    assert_eq!(broken(bundle, version, &floors), [""; 0]);
    let sideways = "use crate::module::M; pub struct B(M);";
    assert_eq!(broken(sideways, version, &floors), ["bundle/name.rs -> module.rs: M"]);
    assert_eq!(broken(sideways, version, &[&["version"], &["module"], &["bundle"], &["facts"]]), [""; 0]);
    assert_eq!(broken(bundle, "pub struct V; fn f(_: crate::F) {}", &floors), ["version.rs -> facts.rs: F"]);
    // What no layer names stands above.
    assert_eq!(broken(bundle, "pub struct V; fn f(_: crate::F) {}", &floors[..2]), ["version.rs -> facts.rs: F"]);
    // A room inside of another.
    let inner: [&[&str]; 2] = [&["bundle"], &["bundle/name", "version"]];
    assert_eq!(broken(bundle, version, &inner), ["bundle/name.rs -> version.rs: V"]);
}

#[test]
#[should_panic(expected = "there is no room `bundel`")]
fn a_room_that_is_not_there_is_not_passed_over() {
    layers(tree(&[("lib.rs", "mod bundle;"), ("bundle.rs", "")]).path(), &[&["bundel"]]);
}
