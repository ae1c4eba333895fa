//! How a package is laid out: the names of its entries, and places in its `module.json`.

use std::borrow::Cow;

/// Name of the entry that holds the metadata.
pub const METADATA_NAME: &str = "module.json";

/// Where the files that a module depends on stand.
pub const DEPS: &str = "deps/";

/// What the name of a module ends in.
const MODULE_SUFFIX: &str = ".so";

/// Whether the name is that of a module: the unpacker goes by its end, wherever the entry stands.
pub(crate) fn is_module(name: &str) -> bool {
    name.ends_with(MODULE_SUFFIX)
}

/// The name under which a module of that file name can be packed, since the unpacker takes for a module only what ends in
/// `.so`: as much of it as ends so, else the whole with `.so` added.
///
/// ```
/// use ramp_core::layout::module_name_of;
///
/// assert_eq!(module_name_of("hello.so"), "hello.so");
/// assert_eq!(module_name_of("hello.so.debug"), "hello.so");
/// assert_eq!(module_name_of("hello.module"), "hello.module.so");
/// ```
pub fn module_name_of(file_name: &str) -> Cow<'_, str> {
    if is_module(file_name) {
        return Cow::Borrowed(file_name);
    }
    let stem = file_name.rfind(&format!("{MODULE_SUFFIX}.")).map(|at| at + MODULE_SUFFIX.len());
    match stem.and_then(|end| file_name.get(..end)).filter(|stem| *stem != MODULE_SUFFIX) {
        Some(stem) => Cow::Borrowed(stem),
        None => Cow::Owned(format!("{file_name}{MODULE_SUFFIX}")),
    }
}

/// Whether the name stands under `deps/`.
///
/// ```
/// use ramp_core::layout::is_under_deps;
///
/// assert!(is_under_deps("deps/data.tgz") && is_under_deps("deps/"));
/// assert!(!is_under_deps("deps"));
/// ```
pub fn is_under_deps(name: &str) -> bool {
    name.starts_with(DEPS)
}

/// The entry by which the reference packer packs a dependency: `deps/<name>.tgz`.
///
/// ```
/// assert_eq!(ramp_core::layout::packed_entry("python"), "deps/python.tgz");
/// ```
pub fn packed_entry(name: &str) -> String {
    format!("{DEPS}{}", packed_file(name))
}

/// The same, without its folder.
pub(crate) fn packed_file(name: &str) -> String {
    format!("{name}.tgz")
}

/// The entry by which nodes look for a dependency: `deps/` and the last part of its `url`; `None` where the `url` has none.
///
/// Source: the messages of clusters from 8.0 on, `Missing dependency <file>`.
///
/// ```
/// use ramp_core::layout::wanted_entry;
///
/// assert_eq!(wanted_entry("https://example.com/files/data.tgz?x=1").as_deref(), Some("deps/data.tgz"));
/// assert_eq!(wanted_entry("https://example.com/files/"), None);
/// ```
pub fn wanted_entry(url: &str) -> Option<String> {
    file_of_url(url).map(|file| format!("{DEPS}{file}"))
}

/// The last part of a `url`, its query left out; `None` where it is empty.
///
/// ```
/// use ramp_core::layout::file_of_url;
///
/// assert_eq!(file_of_url("https://example.com/files/data.tgz?x=1"), Some("data.tgz"));
/// assert_eq!(file_of_url("https://example.com/files/"), None);
/// ```
pub fn file_of_url(url: &str) -> Option<&str> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().filter(|file| !file.is_empty())
}

/// The JSON pointer (RFC 6901) that is reached by these steps from the top.
///
/// ```
/// use ramp_core::layout::pointer;
///
/// assert_eq!(pointer(["dependencies", "a/b~c"]), "/dependencies/a~1b~0c");
/// assert_eq!(pointer([]), "");
/// ```
pub fn pointer<'a>(steps: impl IntoIterator<Item = &'a str>) -> String {
    let mut pointer = String::new();
    for step in steps {
        push_step(&mut pointer, step, usize::MAX);
    }
    pointer
}

/// Adds a step to a JSON pointer, as far as `limit` bytes and a little more.
pub(crate) fn push_step(pointer: &mut String, step: &str, limit: usize) {
    pointer.push('/');
    // Nearly every key is as it stands.
    if pointer.len().saturating_add(step.len()) <= limit && !step.bytes().any(|b| matches!(b, b'~' | b'/')) {
        pointer.push_str(step);
        return;
    }
    for c in step.chars() {
        if pointer.len() > limit {
            return;
        }
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            _ => pointer.push(c),
        }
    }
}

/// What a place of a document is called: a field at the top by its key, what is further down by its pointer.
pub(crate) fn spoken(pointer: &str) -> String {
    let mut steps = steps(pointer);
    match (steps.next(), steps.next()) {
        (Some(key), None) => key,
        _ => pointer.to_owned(),
    }
}

/// The steps of a JSON pointer, as they are named in the document.
///
/// ```
/// use ramp_core::layout::steps;
///
/// assert!(steps("/dependencies/a~1b").eq(["dependencies", "a/b"]));
/// ```
pub fn steps(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"))
}
