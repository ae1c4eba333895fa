//! What a `use` brings.

use syn::UseTree;

/// A name that a `use` brings into a module.
#[derive(Debug)]
pub(super) struct Import {
    /// `_` where it gets no name, `*` for everything.
    pub(super) alias: String,
    pub(super) path: Vec<String>,
    pub(super) exported: bool,
}

/// The names that a `use` brings.
pub(super) fn imports(tree: &UseTree, exported: bool) -> Vec<Import> {
    fn walk(tree: &UseTree, before: &[String], exported: bool, found: &mut Vec<Import>) {
        let with = |name: &syn::Ident| {
            let own = (name != "self" || before.is_empty()).then(|| name.to_string());
            before.iter().cloned().chain(own).collect::<Vec<String>>()
        };
        match tree {
            UseTree::Path(path) => walk(&path.tree, &with(&path.ident), exported, found),
            UseTree::Name(name) => {
                let path = with(&name.ident);
                found.push(Import { alias: path.last().cloned().unwrap_or_default(), path, exported });
            }
            UseTree::Rename(name) => {
                found.push(Import { alias: name.rename.to_string(), path: with(&name.ident), exported });
            }
            UseTree::Glob(_) => found.push(Import { alias: "*".to_owned(), path: before.to_vec(), exported }),
            UseTree::Group(group) => group.items.iter().for_each(|tree| walk(tree, before, exported, found)),
        }
    }
    let mut found = Vec::new();
    walk(tree, &[], exported, &mut found);
    found
}
