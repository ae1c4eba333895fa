//! `docs/manifest.md` and `docs/manifest.schema.json`, made of the table of fields; with `RAMP_UPDATE_DOCS=1` the tests write them.

use std::fmt::Write as _;
use std::path::Path;

use ramp_core::metadata::fields::{Field, FieldType, Reader, manifest_keys, members_of};
use ramp_pack::check::REMARKS;
use ramp_pack::manifest::{MODELINE, SCHEMA_FILE, schema, written};

#[track_caller]
fn compare(name: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    if std::env::var_os("RAMP_UPDATE_DOCS").is_some_and(|value| value == "1") {
        std::fs::write(&path, page).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == page, "docs/{name} is not what the table of fields says; run with RAMP_UPDATE_DOCS=1");
}

/// In a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn default(field: &Field) -> String {
    match (&field.default, field.name.as_str()) {
        _ if field.from_module => "what the module says".to_owned(),
        (Some(default), _) => format!("`{default}`"),
        (None, "module_file") => "the name of the module's file".to_owned(),
        (None, "architecture" | "os") => "what the module is built for".to_owned(),
        (None, "operating_systems") => "the machine's".to_owned(),
        (None, _) => "—".to_owned(),
    }
}

fn option(field: &Field) -> String {
    let Some(option) = &field.option else { return "—".to_owned() };
    let short = option.short.as_ref().map(|short| format!(", `{short}`")).unwrap_or_default();
    format!("`{}`{short}", option.long)
}

fn readers(field: &Field) -> String {
    field.read_by.iter().copied().map(Reader::title).collect::<Vec<_>>().join(", ")
}

fn key(page: &mut String, field: &Field) {
    writeln!(page, "### `{}`\n\n{} {}", field.name, field.summary, field.purpose.as_ref().unwrap()).unwrap();
    for form in [field.form, field.keys].into_iter().flatten() {
        writeln!(page, "{}", form.help()).unwrap();
    }
    writeln!(page, "\n```yaml\n{}```\n", written(&field.name, field.example.as_ref().unwrap())).unwrap();
}

fn members(page: &mut String, title: &str, field_type: FieldType) {
    writeln!(page, "## {title}\n\n| member | type | needed | what it is |\n|---|---|---|---|").unwrap();
    for member in members_of(field_type) {
        let (kind, needed) = (member.field_type.title_in_yaml(), if member.required { "yes" } else { "" });
        writeln!(page, "| `{}` | {} | {needed} | {} |", member.name, cell(kind), cell(&member.summary)).unwrap();
    }
    page.push('\n');
}

fn page() -> String {
    let mut page = "# The manifest\n\n<!-- Made of the table of fields by `RAMP_UPDATE_DOCS=1 cargo test -p ramp-pack --test pack`. \
                    -->\n\n"
        .to_owned();
    write!(
        page,
        "What `ramp pack MODULE --manifest ramp.yml` reads: YAML 1.1, or JSON; a mapping of the keys below. None is needed. An option of\n\
         `ramp pack` counts over the manifest; where the module itself says what a key is, the manifest is not used. What differs from\n\
         `ramp-packer` is in [packing.md](packing.md).\n\n\
         - `ramp init MODULE` writes a manifest to start with;\n\
         - `ramp check ramp.yml` says what `ramp pack` would say of it, without a module;\n\
         - `ramp explain manifest KEY` shows what is here.\n\n\
         Editors with a YAML language server complete and check it by its JSON Schema ([manifest.schema.json](manifest.schema.json)):\n\n\
         ```console\n$ ramp schema manifest > {SCHEMA_FILE}\n```\n\nbeside the manifest, whose first line is\n\n```yaml\n{MODELINE}\n```\n\n\
         `ramp init --schema` writes both.\n\n"
    )
    .unwrap();
    page.push_str("## Keys\n\n| key | type | default | option | read by |\n|---|---|---|---|---|\n");
    for field in manifest_keys() {
        let (name, kind) = (&field.name, cell(field.field_type.title_in_yaml()));
        let (default, option, readers) = (default(field), option(field), readers(field));
        writeln!(page, "| [`{name}`](#{name}) | {kind} | {default} | {option} | {readers} |").unwrap();
    }
    page.push('\n');
    for field in manifest_keys() {
        key(&mut page, field);
    }
    members(&mut page, "A command", FieldType::Commands);
    page.push_str(
        "## A dependency\n\nA mapping by name; or a list, each with its `name` among its members. What has a `local_path` is packed and needs no\n\
         more; everything else needs `url` and `sha256`.\n\n| member | type | what it is |\n|---|---|---|\n",
    );
    for member in members_of(FieldType::Dependencies) {
        writeln!(page, "| `{}` | {} | {} |", member.name, member.field_type.title_in_yaml(), cell(&member.summary))
            .unwrap();
    }
    page.push('\n');
    members(&mut page, "What `crdb` has", FieldType::Crdb);
    page.push_str(
        "## What `ramp check` says\n\nBesides these, it has the rules of `ramp validate` about the metadata that would be made \
         ([rules.md](rules.md)). What depends on\nthe module itself, such as whether it has a command, only `ramp pack` can tell.\n\n\
         | rule | what it says |\n|---|---|\n",
    );
    for rule in REMARKS {
        writeln!(page, "| `{}` | {} |", rule.id, rule.what).unwrap();
    }
    page.push_str(
        "\n`ramp check --format json` prints `{\"schema_version\",\"results\":[{\"manifest\",\"fail_on\",\"passed\",\"findings\":[{\"rule\",\"level\",\
         \"fails_validation\",\"message\",\"location\",\"help\"}]}]}`;\n`fails_validation` says whether `ramp validate` fails for it, as for some that are only warnings here;\na manifest that could not be read has `failure` and `help` instead of findings. Exit status: **0** nothing at or \
         above `--fail-on`,\n**1** findings at or above it, **2** a manifest could not be read.\n",
    );
    page
}

#[test]
fn the_page_is_up_to_date() {
    compare("manifest.md", &page());
}

#[test]
fn the_schema_is_up_to_date() {
    compare("manifest.schema.json", &format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap()));
}
