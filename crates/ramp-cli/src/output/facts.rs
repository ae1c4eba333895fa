//! Facts for people: `ramp inspect`.

use ramp_core::facts::{ArchiveFacts, BundleFacts};
use ramp_core::given::Described;
use ramp_core::metadata::fields::{FieldType, field};
use ramp_core::module::{ElfFacts, ExecStack, MachOFacts, ModuleFacts, VersionNeed};
use ramp_core::text::count;

use super::page::Page;
use crate::style::{self, printable, shortened};

/// Names of symbols shown for one version.
const SYMBOLS_SHOWN: usize = 6;

/// A bundle: its entries, its metadata, its module.
pub(crate) fn bundle(facts: &BundleFacts) -> String {
    let mut page = Page::default();
    page.heading("Bundle");
    page.row("size", &size(facts.size));
    match &facts.archive {
        Err(failure) => match facts.described() {
            Some(described) => described_rows(&mut page, &described),
            None => page.row("not a zip", &failure.to_string()),
        },
        Ok(archive) => {
            if let Some(described) = facts.described() {
                described_rows(&mut page, &described);
            }
            entries(&mut page, archive);
            if let Some(metadata) = archive.metadata() {
                page.heading("Metadata");
                if let Some(object) = metadata.root().as_object() {
                    page.make_room(object.iter().map(|(key, _)| key));
                    for (key, value) in object.iter() {
                        page.row(key, &brief(key, value));
                    }
                }
            }
            if let Some(module) = &archive.module {
                let name = archive.module_entry().map(|e| e.name.as_str()).unwrap_or_default();
                module_rows(&mut page, name, &module.facts);
                page.row("sha256", &module.sha256.to_string());
            }
        }
    }
    page.text
}

/// A bare module.
pub(crate) fn module(name: &str, facts: &ModuleFacts, described: Option<&Described>) -> String {
    let mut page = Page::default();
    module_rows(&mut page, name, facts);
    if let Some(described) = described {
        described_rows(&mut page, described);
    }
    page.text
}

/// Why it is not known what a module registers, and what to do.
pub(crate) fn not_asked(why: &str, help: Option<&str>) -> String {
    let mut page = Page::after_a_gap();
    page.heading("Not asked");
    page.row("why", why);
    page.row("help", help.unwrap_or_default());
    page.text
}

/// What a file is in place of a bundle, and what to do.
fn described_rows(page: &mut Page, described: &Described) {
    page.row("what", &described.what);
    page.row("help", &described.help);
}

fn size(bytes: u64) -> String {
    if bytes < 1024 { style::bytes(bytes) } else { format!("{} ({})", style::bytes(bytes), count(bytes, "byte")) }
}

fn entries(page: &mut Page, archive: &ArchiveFacts) {
    for (entry, content) in archive.directory.entries.iter().zip(&archive.contents) {
        let value = match content {
            Some(content) => format!(
                "{}, packed {}, CRC-32 {:08x}, SHA-256 {}",
                style::bytes(content.size),
                style::bytes(content.compressed_size),
                content.crc32,
                content.sha256
            ),
            None if archive.is_left_out(entry) => {
                let sizes = [entry.claimed_size, entry.claimed_compressed_size].map(style::bytes);
                format!("{}, packed {}, as the zip says; not fetched", sizes[0], sizes[1])
            }
            None => "not read".to_owned(),
        };
        page.row("entry", &format!("{}: {value}", entry.name));
    }
    if !archive.left_out.is_empty() {
        let files = count(archive.left_out.len(), "file");
        page.row(
            "not fetched",
            &format!("{files} under deps/: nothing is known of the content; --all fetches that, too"),
        );
    }
    for anomaly in &archive.framing.anomalies {
        let name = anomaly.name.as_deref().map(|n| format!("{n}: ")).unwrap_or_default();
        page.row("irregular", &format!("{name}{}", anomaly.kind));
    }
}

/// How many characters of a value are shown.
const LONGEST: usize = 300;

/// A value on a few lines: of long lists the first, and how many there are.
fn brief(key: &str, value: &ramp_core::metadata::Value) -> String {
    match value.as_array() {
        Some(items) if items.iter().all(|item| item.as_str().is_some()) => {
            listed(&items.iter().filter_map(|item| item.as_str()).collect::<Vec<_>>())
        }
        Some(items) => {
            let names: Vec<&str> =
                items.iter().filter_map(|item| item.get("command_name").and_then(|name| name.as_str())).collect();
            format!("{}: {}", items.len(), listed(&names))
        }
        None => {
            // What should be something else shows that it is a text.
            let is_text = |_: &&str| field(key).is_none_or(|field| field.field_type == FieldType::String);
            shortened(&value.as_str().filter(is_text).map_or_else(|| value.to_string(), str::to_owned), LONGEST)
        }
    }
}

/// Names, each whole, as many as there is room for; only one that is alone too long is cut.
fn listed(names: &[&str]) -> String {
    let mut room = LONGEST;
    let fits = |name: &&&str| {
        let length = name.chars().count() + ", ".len();
        let is_room = length <= room;
        room = room.saturating_sub(length);
        is_room
    };
    let whole = names.iter().take_while(fits).count().max(1);
    let shown: Vec<String> = names.iter().take(whole).map(|name| shortened(name, LONGEST)).collect();
    let more = names.len().saturating_sub(whole);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

fn module_rows(page: &mut Page, name: &str, facts: &ModuleFacts) {
    let kind = if facts.elf.is_some() || facts.mach_o.is_some() { "Module" } else { "File" };
    page.heading(&format!("{kind} {}", printable(name)));
    page.row("size", &size(facts.size));
    if let Some(elf) = &facts.elf {
        elf_rows(page, elf);
    } else if let Some(mach_o) = &facts.mach_o {
        mach_o_rows(page, mach_o);
    } else {
        page.row("format", &json_word(&facts.format));
    }
    for defect in &facts.defects {
        page.row("defect", &defect.to_string());
    }
}

/// The word by which a value is written in JSON.
fn json_word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn elf_rows(page: &mut Page, elf: &ElfFacts) {
    let bits = json_word(&elf.class);
    let order = json_word(&elf.endianness);
    page.row(
        "format",
        &format!(
            "ELF {bits}-bit {order}-endian, {}, type {}, ABI {}",
            elf.machine,
            json_word(&elf.file_type),
            elf.os_abi.name
        ),
    );
    let on_load = match &elf.symbols.on_load {
        Some(found) if found.is_callable() => "exported",
        Some(_) => "there, but not callable from outside",
        None => "not exported",
    };
    page.row("OnLoad", &format!("RedisModule_OnLoad is {on_load}"));
    page.row("C library", &json_word(&elf.libc));
    if let Some(dynamic) = &elf.dynamic {
        page.row("soname", dynamic.soname.as_deref().unwrap_or_default());
        page.row("rpath", dynamic.rpath.as_deref().unwrap_or_default());
        page.row("runpath", dynamic.runpath.as_deref().unwrap_or_default());
        page.row("needs", &dynamic.needed.join(", "));
    }
    version_rows(page, &elf.version_needs);
    page.row("symbols", &format!("{} dynamic, {} exported", elf.symbols.dynamic_symbols, elf.symbols.exported));
    page.row("CPU level", &elf.x86_isa_needed.map(|level| json_word(&level)).unwrap_or_default());
    page.row("build id", elf.build_id.as_deref().unwrap_or_default());
    page.row("compilers", &elf.compilers.join("; "));
    let mut traits = Vec::new();
    traits.push(if elf.stripped { "stripped" } else { "not stripped" });
    traits.extend(elf.has_debug_info.then_some("with debug information"));
    traits.extend(elf.debug_companion.then_some("only debug information"));
    traits.extend((elf.exec_stack != ExecStack::No).then_some("executable stack"));
    traits.extend((!elf.has_section_headers).then_some("no section headers"));
    page.row("traits", &traits.join(", "));
}

/// The highest version of each namespace, with what pulls it in.
fn version_rows(page: &mut Page, needs: &[VersionNeed]) {
    let mut highest: Vec<&VersionNeed> = Vec::new();
    for need in needs.iter().filter(|n| !n.weak) {
        let same = highest.iter_mut().find(|h| h.namespace == need.namespace && h.library == need.library);
        match same {
            Some(known) if known.version < need.version => *known = need,
            Some(_) => {}
            None => highest.push(need),
        }
    }
    for need in highest {
        let symbols: Vec<&str> = need.symbols.iter().take(SYMBOLS_SHOWN).map(|s| s.name.as_str()).collect();
        let shown = u64::try_from(symbols.len()).unwrap_or(u64::MAX);
        let more = need.symbol_count.saturating_sub(shown);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        page.row("needs up to", &format!("{} of {} for {}{more}", need.name, need.library, symbols.join(", ")));
    }
}

fn mach_o_rows(page: &mut Page, mach_o: &MachOFacts) {
    for slice in &mach_o.slices {
        let platform = slice.platform.as_deref().unwrap_or("an unknown platform");
        let min = slice.min_os.as_ref().map(|v| format!(" {v}")).unwrap_or_default();
        let kind = json_word(&slice.file_type);
        page.row("format", &format!("Mach-O {kind}, {}, for {platform}{min}", slice.architecture));
        let on_load = if slice.exports_on_load { "exported" } else { "not exported" };
        page.row("OnLoad", &format!("RedisModule_OnLoad is {on_load}"));
        page.row("needs", &slice.needed.iter().map(|d| d.name.as_str()).collect::<Vec<_>>().join(", "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_lists_are_whole() {
        assert_eq!(listed(&[]), "");
        assert_eq!(listed(&["a.get", "a.set"]), "a.get, a.set");
        // Each takes 19 characters, with what parts it from the next.
        let many = vec!["a.seventeen.long."; 40];
        assert_eq!(listed(&many), format!("{} and 25 more", vec!["a.seventeen.long."; 15].join(", ")));
        let long = "x".repeat(400);
        assert_eq!(listed(&[&long, "y"]), format!("{} … and 1 more", "x".repeat(300)));
        assert_eq!(listed(&["y", &long, "z"]), "y and 2 more");
    }
}
