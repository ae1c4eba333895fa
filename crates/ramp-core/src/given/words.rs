//! What was given, in words: what it is, and what to do.

use super::Given;

mod answers;
mod described;
mod files;
mod zips;

pub use described::Described;

impl Given {
    /// What it is and what to do; `None` for a bundle, and for what is not known. `name` is how the file is called.
    ///
    /// ```
    /// use ramp_core::given::Given;
    ///
    /// let described = Given::LfsPointer { size: Some(1_234_567) }.describe(Some("hello.zip")).unwrap();
    /// assert!(described.what.contains("Git LFS pointer"));
    /// assert!(described.help.contains("git lfs pull"));
    /// ```
    pub fn describe(&self, name: Option<&str>) -> Option<Described> {
        files::describe(self, name).or_else(|| answers::describe(self, name)).or_else(|| zips::describe(self, name))
    }
}
