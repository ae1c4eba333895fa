//! What a module needs, defines and exports: versions and symbols.

use super::parts::{STB_GLOBAL, STB_LOCAL, STT_FUNC, STV_DEFAULT};
use super::{ElfBuilder, Export, Need};

impl ElfBuilder {
    fn add_need(mut self, library: &str, version: &str, weak: bool, symbols: &[&str]) -> Self {
        self.needs.push(Need {
            library: library.to_owned(),
            version: version.to_owned(),
            weak,
            symbols: symbols.iter().map(|name| ((*name).to_owned(), weak)).collect(),
        });
        self
    }

    /// Adds a version need and the undefined symbols that ask for it.
    #[must_use]
    pub fn need(self, library: &str, version: &str, symbols: &[&str]) -> Self {
        self.add_need(library, version, false, symbols)
    }

    /// Adds a version need with the weak flag, for weak symbols.
    #[must_use]
    pub fn weak_need(self, library: &str, version: &str, symbols: &[&str]) -> Self {
        self.add_need(library, version, true, symbols)
    }

    /// Drops all needed libraries and version needs.
    #[must_use]
    pub fn without_needs(mut self) -> Self {
        self.needed.clear();
        self.needs.clear();
        self
    }

    /// Adds a version definition.
    #[must_use]
    pub fn definition(mut self, version: &str) -> Self {
        self.definitions.push(version.to_owned());
        self
    }

    /// Exports a function.
    #[must_use]
    pub fn export(self, name: &str) -> Self {
        self.export_as(Export {
            name: name.to_owned(),
            symbol_type: STT_FUNC,
            binding: STB_GLOBAL,
            visibility: STV_DEFAULT,
            defined: true,
        })
    }

    /// Adds any symbol to the dynamic table.
    #[must_use]
    pub fn export_as(mut self, export: Export) -> Self {
        self.exports.push(export);
        self
    }

    /// Drops all exports.
    #[must_use]
    pub fn without_exports(mut self) -> Self {
        self.exports.clear();
        self
    }

    /// Adds an undefined symbol without a version.
    #[must_use]
    pub fn undefined(mut self, name: &str) -> Self {
        self.undefined.push((name.to_owned(), false));
        self
    }

    /// Adds a weak undefined symbol without a version.
    #[must_use]
    pub fn weak_undefined(mut self, name: &str) -> Self {
        self.undefined.push((name.to_owned(), true));
        self
    }

    /// Adds a local function to the static symbol table.
    #[must_use]
    pub fn local(mut self, name: &str) -> Self {
        self.statics.push(Export {
            name: name.to_owned(),
            symbol_type: STT_FUNC,
            binding: STB_LOCAL,
            visibility: STV_DEFAULT,
            defined: true,
        });
        self
    }
}
