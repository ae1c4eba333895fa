//! The list of modules as it is answered: written once, shared by all who ask for it, and kept up to date change by change.
//!
//! Without that, each of many who ask at the same time would have the whole list in memory for themselves, and each change would write it
//! anew.

use std::collections::HashMap;
use std::time::Instant;

use ramp_core::knowledge::Release;
use tokio::sync::Mutex;

use super::module::Shown;
use super::pages::{Key, Pages};
use crate::http::Pieces;
use crate::store::{Asking, Changed, ModuleRecord, StoreError, json};

/// The list as it was last looked at.
#[derive(Debug, Default)]
pub(crate) struct Listing(Mutex<Option<Kept>>);

#[derive(Debug)]
struct Kept {
    /// Since when it is not older than the catalogue.
    began: Instant,
    /// The catalogue's revision.
    revision: String,
    objects: Objects,
    list: Pieces,
}

/// The objects of the modules, and by which uid each is known.
#[derive(Debug, Default)]
struct Objects {
    pages: Pages,
    keys: HashMap<String, Key>,
}

/// What is to be done to the objects.
enum News {
    Some { gone: Vec<String>, there: Vec<Object> },
    All(Objects),
}

/// A module as it is answered.
struct Object {
    uid: String,
    key: Key,
    text: String,
}

impl Listing {
    /// The list of modules as a release answers it: a JSON array.
    pub(crate) async fn modules(&self, asking: &Asking, release: &'static Release) -> Result<Pieces, StoreError> {
        self.look(asking, release, |kept| kept.list.clone()).await
    }

    /// How many modules there are.
    pub(crate) async fn count(&self, asking: &Asking, release: &'static Release) -> Result<usize, StoreError> {
        self.look(asking, release, |kept| kept.objects.pages.count()).await
    }

    /// Brings the list up to date, and has a look at it.
    async fn look<T>(
        &self,
        asking: &Asking,
        release: &'static Release,
        see: impl FnOnce(&Kept) -> T,
    ) -> Result<T, StoreError> {
        let asked = Instant::now();
        // Who waits here takes what was begun after they asked, whatever has changed since.
        let mut kept = self.0.lock().await;
        if let Some(kept) = kept.as_ref().filter(|kept| kept.began >= asked) {
            return Ok(see(kept));
        }
        let began = Instant::now();
        let since = kept.as_ref().map(|kept| kept.revision.clone());
        let (revision, news) = asking
            .ask(move |store| {
                let changes = store.changes(since.as_deref())?;
                Ok((changes.revision, News::of(changes.modules, release)?))
            })
            .await?;
        let objects = kept.take().map(|kept| (kept.objects, kept.list));
        let (objects, list) = match (news, objects) {
            (News::Some { gone, there }, Some(unchanged)) if gone.is_empty() && there.is_empty() => unchanged,
            (News::Some { gone, there }, before) => {
                let mut objects = before.map(|(objects, _)| objects).unwrap_or_default();
                objects.change(&gone, there);
                let list = objects.pages.array();
                (objects, list)
            }
            (News::All(objects), _) => {
                let list = objects.pages.array();
                (objects, list)
            }
        };
        Ok(see(kept.insert(Kept { began, revision, objects, list })))
    }
}

impl News {
    fn of(changed: Changed, release: &'static Release) -> Result<Self, StoreError> {
        Ok(match changed {
            Changed::Some { gone, there } => {
                let there = there.iter().map(|module| Object::of(module, release)).collect::<Result<_, _>>()?;
                Self::Some { gone, there }
            }
            Changed::All(modules) => Self::All(Objects::of(modules, release)?),
        })
    }
}

impl Objects {
    fn of(modules: Vec<ModuleRecord>, release: &'static Release) -> Result<Self, StoreError> {
        let mut keys = HashMap::with_capacity(modules.len());
        let mut failed = None;
        // Each record goes as its object comes.
        let objects = modules.into_iter().map_while(|module| match Object::of(&module, release) {
            Ok(Object { uid, key, text }) => {
                keys.insert(uid, key.clone());
                Some((key, text))
            }
            Err(err) => {
                failed = Some(err);
                None
            }
        });
        let pages = Pages::of(objects);
        failed.map_or(Ok(Self { pages, keys }), Err)
    }

    fn change(&mut self, gone: &[String], there: Vec<Object>) {
        // In this order: what is there may have the name and the version of what is gone.
        for uid in gone {
            if let Some(key) = self.keys.remove(uid) {
                self.pages.remove(&key);
            }
        }
        for Object { uid, key, text } in there {
            self.pages.put(key.clone(), &text);
            self.keys.insert(uid, key);
        }
    }
}

impl Object {
    fn of(module: &ModuleRecord, release: &'static Release) -> Result<Self, StoreError> {
        Ok(Self {
            uid: module.uid.clone(),
            key: (module.module_name.clone(), module.version),
            text: json::write("module", &Shown::new(module, release)?)?,
        })
    }
}
