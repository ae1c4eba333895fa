//! What is wrong with a finished bundle, put right where that needs no guess.
//!
//! What is right, the rules say that find what is wrong ([`ramp_core::cures`]): here it is collected, made, and written. The bytes of the
//! module and of the dependencies stay as they are; what of `module.json` needs no repair stays too, keys in their order, numbers in
//! their spelling.

mod change;
mod contents;
mod edits;
mod metadata;
mod outside;
mod write;

pub use change::{Change, Changed, Obstacle};
pub use write::RepairError;

use std::io::{Read, Seek};

use ramp_core::facts::{self, BundleFacts};
use ramp_core::{Cure, Limits, Location, Target, cures};

use contents::Contents;

/// What is to be changed in a bundle, and what keeps it from being changed.
///
/// ```
/// use std::io::Cursor;
/// use ramp_core::Limits;
/// use ramp_pack::{WriteOptions, repair};
/// # use ramp_fixtures::bundle::BundleBuilder;
/// # let bundle = BundleBuilder::good().set("version", "1.2.3").build();
///
/// let (mut bundle, limits) = (Cursor::new(bundle), Limits::default());
/// let repair = repair::plan(&mut bundle, &limits)?;
/// let told: Vec<String> = repair.changes().iter().map(ToString::to_string).collect();
/// assert_eq!(told, ["module.json#/version: \"1.2.3\" -> 10203"]);
///
/// let mut repaired = Cursor::new(Vec::new());
/// repair.write(&mut bundle, &mut repaired, &limits, &WriteOptions::default())?;
/// // There is nothing left to be repaired in it.
/// assert!(repair::plan(&mut repaired, &limits)?.changes().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Repair {
    facts: BundleFacts,
    changes: Vec<Change>,
    obstacles: Vec<Obstacle>,
    /// What goes into the new bundle; nothing where it cannot be written.
    contents: Option<Contents>,
    /// The new text of `module.json`, where it needs one.
    metadata: Option<String>,
}

impl Repair {
    /// What is known of the bundle as it is.
    pub const fn facts(&self) -> &BundleFacts {
        &self.facts
    }

    /// What is changed, the zip first, then `module.json` in the order in which it is put right. Nothing where there are
    /// [obstacles](Self::obstacles).
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// What keeps the bundle from being repaired: it is left as it is.
    pub fn obstacles(&self) -> &[Obstacle] {
        &self.obstacles
    }
}

/// Finds what can be put right in a bundle, within `limits`.
///
/// # Errors
///
/// [`ramp_core::Error`] where the bundle cannot be evaluated. Whatever is wrong with it is an [`Obstacle`], or is left.
pub fn plan<R: Read + Seek>(mut bundle: R, limits: &Limits) -> Result<Repair, ramp_core::Error> {
    bundle.rewind()?;
    let facts = facts::gather(&mut bundle, limits)?;
    let (contents, mut obstacles) = match contents::of(&facts) {
        Ok(contents) => (Some(contents), Vec::new()),
        Err(obstacles) => (None, obstacles),
    };
    let cures = cures(&facts, &Target::default());
    for found in &cures {
        if found.cure == Cure::Prevented {
            obstacles.push(Obstacle::Prevented { rule: found.rule.id, message: found.message.clone() });
        }
    }
    obstacles.extend(outside::records(&mut bundle, &facts)?);
    if !obstacles.is_empty() {
        return Ok(Repair { facts, changes: Vec::new(), obstacles, contents: None, metadata: None });
    }
    let zip = cures.into_iter().filter(|found| found.cure == Cure::Zip).map(|found| {
        let Location { entry, offset, .. } = found.location;
        Change { rules: vec![found.rule.id], changed: Changed::Zip { entry, offset, message: found.message } }
    });
    let mut changes: Vec<Change> = zip.collect();
    let text = match metadata::repair(&facts, limits) {
        Ok(repaired) => repaired.map(|repaired| {
            changes.extend(repaired.changes);
            repaired.text
        }),
        Err(obstacle) => {
            return Ok(Repair {
                facts,
                changes: Vec::new(),
                obstacles: vec![obstacle],
                contents: None,
                metadata: None,
            });
        }
    };
    if let Some(contents) = contents.as_ref().filter(|_| !changes.is_empty()) {
        changes.extend(contents.modes());
    }
    Ok(Repair { facts, changes, obstacles, contents, metadata: text })
}
