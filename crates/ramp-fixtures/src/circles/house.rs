//! The modules of a crate: what each defines, imports and speaks of.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::{Item, Visibility};

use super::imports::{Import, imports};
use super::mentions::{Mention, Namespace, idents, item_mentions, only_in_tests};

/// What a name of a module stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Definition {
    Module(usize),
    Item,
}

#[derive(Debug, Default)]
pub(super) struct Module {
    pub(super) file: usize,
    pub(super) parent: Option<usize>,
    pub(super) definitions: BTreeMap<(Namespace, String), Definition>,
    /// Words in the arguments of macros that stand where items do: one of them may be what the macro defines.
    pub(super) perhaps: BTreeSet<String>,
    pub(super) imports: Vec<Import>,
    pub(super) mentions: Vec<Mention>,
}

/// A crate.
#[derive(Debug, Default)]
pub(super) struct House {
    pub(super) files: Vec<String>,
    pub(super) modules: Vec<Module>,
}

impl House {
    /// Reads a library, a program, or both.
    pub(super) fn read(src: &Path) -> Self {
        let mut house = Self::default();
        let roots: Vec<PathBuf> =
            ["lib.rs", "main.rs"].iter().map(|name| src.join(name)).filter(|path| path.exists()).collect();
        assert!(!roots.is_empty(), "{}: neither lib.rs nor main.rs", src.display());
        for root in roots {
            house.read_file(src, &root, src, None);
        }
        house
    }

    /// Reads the module that is `file`, whose children are in `folder`.
    fn read_file(&mut self, src: &Path, file: &Path, folder: &Path, parent: Option<usize>) -> usize {
        let text = std::fs::read_to_string(file).unwrap_or_else(|err| panic!("{}: {err}", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|err| panic!("{}: {err}", file.display()));
        let below = file.strip_prefix(src).unwrap_or(file);
        let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        self.files.push(parts.join("/"));
        let place = Place { src, folder: folder.to_owned(), file: self.files.len() - 1 };
        self.read_module(&place, &parsed.items, parent)
    }

    fn read_module(&mut self, place: &Place<'_>, items: &[Item], parent: Option<usize>) -> usize {
        let id = self.modules.len();
        self.modules.push(Module { file: place.file, parent, ..Module::default() });
        for item in items.iter().filter(|item| !only_in_tests(attributes(item))) {
            if let Item::Mod(item) = item {
                let name = item.ident.to_string();
                let child = match &item.content {
                    Some((_, items)) => {
                        let inside = Place { folder: place.folder.join(&name), ..*place };
                        self.read_module(&inside, items, Some(id))
                    }
                    None => self.read_child(place, &name, id),
                };
                if item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_use")) {
                    let macros = self.modules[child].macros_of(&name);
                    self.modules[id].imports.extend(macros);
                }
                self.modules[id].definitions.insert((Namespace::Types, name), Definition::Module(child));
            } else {
                self.modules[id].read_item(item);
            }
        }
        id
    }

    fn read_child(&mut self, place: &Place<'_>, name: &str, parent: usize) -> usize {
        let folder = place.folder.join(name);
        let (alone, inside) = (place.folder.join(format!("{name}.rs")), folder.join("mod.rs"));
        let file = if inside.exists() { inside } else { alone };
        self.read_file(place.src, &file, &folder, Some(parent))
    }
}

struct Place<'s> {
    src: &'s Path,
    folder: PathBuf,
    file: usize,
}

impl Module {
    fn read_item(&mut self, item: &Item) {
        let (mentions, local) = item_mentions(item);
        self.mentions.extend(mentions);
        self.imports.extend(local);
        match item {
            Item::Use(item) if item.leading_colon.is_none() => {
                self.imports.extend(imports(&item.tree, !matches!(item.vis, Visibility::Inherited)));
            }
            Item::Macro(item) => match &item.ident {
                Some(name) => self.define(&[Namespace::Macros], name),
                None => self.perhaps.extend(idents(item.mac.tokens.clone())),
            },
            Item::Const(item) => self.define(&[Namespace::Values], &item.ident),
            Item::Static(item) => self.define(&[Namespace::Values], &item.ident),
            Item::Fn(item) => self.define(&[Namespace::Values], &item.sig.ident),
            Item::Struct(item) => self.define(&[Namespace::Types, Namespace::Values], &item.ident),
            Item::Enum(item) => self.define(&[Namespace::Types], &item.ident),
            Item::Trait(item) => self.define(&[Namespace::Types], &item.ident),
            Item::TraitAlias(item) => self.define(&[Namespace::Types], &item.ident),
            Item::Type(item) => self.define(&[Namespace::Types], &item.ident),
            Item::Union(item) => self.define(&[Namespace::Types], &item.ident),
            _ => {}
        }
    }

    /// The macros that are there in what follows a `#[macro_use] mod name;`, which is this one.
    fn macros_of(&self, name: &str) -> Vec<Import> {
        let defined = self.definitions.keys().filter(|(namespace, _)| *namespace == Namespace::Macros);
        let import = |(_, word): &(Namespace, String)| Import {
            alias: word.clone(),
            path: vec![name.to_owned(), word.clone()],
            exported: true,
        };
        defined.map(import).collect()
    }

    fn define(&mut self, namespaces: &[Namespace], name: &syn::Ident) {
        let names = namespaces.iter().map(|namespace| ((*namespace, name.to_string()), Definition::Item));
        self.definitions.extend(names);
    }
}

fn attributes(item: &Item) -> &[syn::Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
