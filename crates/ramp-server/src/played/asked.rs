//! Which fields of objects a request asks for.

use std::collections::BTreeSet;
use std::sync::Arc;

/// The names of the fields that are asked for; all of them where nobody says which.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked(Option<Arc<BTreeSet<String>>>);

impl Asked {
    /// As a request names them: with commas between them.
    pub(crate) fn of(names: &str) -> Self {
        Self(Some(Arc::new(names.split(',').map(|name| name.trim().to_owned()).collect())))
    }

    pub(crate) const fn is_all(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|names| names.contains(name))
    }
}

#[cfg(test)]
mod tests {
    use super::Asked;

    #[test]
    fn names_have_commas_between_them() {
        let asked = Asked::of("uid, module_name ,,UID");
        assert!(asked.has("uid") && asked.has("module_name") && !asked.has("version") && !asked.is_all());
        assert!(Asked::default().has("version") && Asked::default().is_all());
        assert!(!Asked::of("").has("uid"));
    }
}
