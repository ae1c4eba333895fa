//! From a path to the file that defines what it names.

use std::collections::BTreeSet;

use super::house::{Definition, House};
use super::mentions::Namespace;

const ALL: [Namespace; 3] = [Namespace::Types, Namespace::Values, Namespace::Macros];

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Found {
    Module(usize),
    /// An item by its name, and the module that defines it.
    Item(usize, String),
}

/// Names that are being looked for: one that leads back to itself is defined by nobody.
type Asked = BTreeSet<(usize, String, Namespace)>;

impl House {
    /// Who takes what from whom: the file that takes, the file that defines, the name. Within a file nobody does.
    pub(super) fn takings(&self) -> Vec<(usize, usize, String)> {
        let mut takings = Vec::new();
        for (id, module) in self.modules.iter().enumerate() {
            let mut take = |found: &[Found], above: bool| {
                for found in found {
                    let Found::Item(of, name) = found else { continue };
                    let to = self.modules[*of].file;
                    if to != module.file && !(above && self.is_above(id, *of)) {
                        takings.push((module.file, to, name.clone()));
                    }
                }
            };
            for import in &module.imports {
                let found = self.all(id, &import.path, &ALL);
                assert!(
                    !found.is_empty() || !is_of_crate(&import.path),
                    "{}: no `{}`",
                    self.files[module.file],
                    import.path.join("::")
                );
                take(&found, import.exported);
            }
            for mention in &module.mentions {
                let found = self.all(id, &mention.path, mention.namespace.as_ref().map_or(&ALL, std::slice::from_ref));
                assert!(
                    !found.is_empty() || mention.guessed || !is_of_crate(&mention.path),
                    "{}: no `{}`",
                    self.files[module.file],
                    mention.path.join("::")
                );
                take(&found, false);
            }
        }
        takings
    }

    fn is_above(&self, module: usize, mut of: usize) -> bool {
        while let Some(parent) = self.modules[of].parent {
            if parent == module {
                return true;
            }
            of = parent;
        }
        false
    }

    fn all(&self, from: usize, path: &[String], namespaces: &[Namespace]) -> Vec<Found> {
        namespaces.iter().filter_map(|namespace| self.resolve(from, path, *namespace, &mut Asked::new())).collect()
    }

    fn resolve(&self, from: usize, path: &[String], namespace: Namespace, asked: &mut Asked) -> Option<Found> {
        let mut at = Found::Module(from);
        for (index, segment) in path.iter().enumerate() {
            let Found::Module(module) = at else { break };
            let parent = self.modules[module].parent;
            at = match segment.as_str() {
                "self" if index == 0 => at,
                "super" => Found::Module(parent?),
                "crate" => Found::Module(self.root(module)),
                name => {
                    let namespace = if index + 1 == path.len() { namespace } else { Namespace::Types };
                    self.look_up(module, name, namespace, index == 0, asked)?
                }
            };
        }
        Some(at)
    }

    fn root(&self, mut module: usize) -> usize {
        while let Some(parent) = self.modules[module].parent {
            module = parent;
        }
        module
    }

    /// What a name stands for in a module: for one who is in it (`inside`), or by a path that leads there.
    fn look_up(&self, id: usize, name: &str, namespace: Namespace, inside: bool, asked: &mut Asked) -> Option<Found> {
        let question = (id, name.to_owned(), namespace);
        if !asked.insert(question.clone()) {
            return None;
        }
        let found = self.defined(id, name, namespace).or_else(|| self.imported(id, name, namespace, asked));
        let found = found.or_else(|| {
            let module = &self.modules[id];
            if !inside {
                module.perhaps.contains(name).then(|| Found::Item(id, name.to_owned()))
            } else if namespace == Namespace::Macros {
                // A macro is there in the modules behind it, too.
                self.look_up(module.parent?, name, namespace, true, asked)
            } else {
                None
            }
        });
        asked.remove(&question);
        found
    }

    fn defined(&self, id: usize, name: &str, namespace: Namespace) -> Option<Found> {
        Some(match self.modules[id].definitions.get(&(namespace, name.to_owned()))? {
            Definition::Module(child) => Found::Module(*child),
            Definition::Item => Found::Item(id, name.to_owned()),
        })
    }

    fn imported(&self, id: usize, name: &str, namespace: Namespace, asked: &mut Asked) -> Option<Found> {
        let named = |alias| self.modules[id].imports.iter().filter(move |import| import.alias == alias);
        named(name).find_map(|import| self.resolve(id, &import.path, namespace, asked)).or_else(|| {
            named("*").find_map(|import| match self.resolve(id, &import.path, Namespace::Types, asked)? {
                Found::Module(other) => self.look_up(other, name, namespace, true, asked),
                Found::Item(..) => None,
            })
        })
    }
}

fn is_of_crate(path: &[String]) -> bool {
    path.first().is_some_and(|first| matches!(first.as_str(), "crate" | "self" | "super"))
}
