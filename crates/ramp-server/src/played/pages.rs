//! A JSON array of objects, in pages: of a change, one page is written anew, however many objects there are.

use axum::body::Bytes;

use crate::http::Pieces;

/// Beyond how many bytes a page is parted, unless it has one object only. Two that fit together into half of that become one.
const LONGEST: usize = 16 << 10;

/// Where an object stands: name and version of its module.
pub(super) type Key = (String, i64);

/// The objects, in the order of their keys.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// None of them is empty.
    pages: Vec<Page>,
    /// How many objects they have.
    count: usize,
}

/// Objects that follow each other.
#[derive(Debug)]
struct Page {
    /// The key of each, and how long it is, with the comma before it.
    objects: Vec<(Key, usize)>,
    /// Each of them with a comma before it.
    text: Bytes,
}

impl Pages {
    /// Of these, which are in order already.
    pub(super) fn of(objects: impl IntoIterator<Item = (Key, String)>) -> Self {
        let mut all = Self::default();
        let mut page = Draft::default();
        for (key, object) in objects {
            // So that there is room for some more before it has to be parted.
            if !page.objects.is_empty() && page.text.len() + object.len() >= LONGEST / 2 {
                all.pages.push(std::mem::take(&mut page).finish());
            }
            page.add(key, object.as_bytes());
            all.count += 1;
        }
        if !page.objects.is_empty() {
            all.pages.push(page.finish());
        }
        all
    }

    /// Puts an object there, in place of the one that is there.
    pub(super) fn put(&mut self, key: Key, object: &str) {
        let at = self.page_of(&key);
        let Some(page) = self.pages.get(at) else {
            *self = Self::of([(key, object.to_owned())]);
            return;
        };
        let (before, found, after) = page.around(&key);
        self.count += usize::from(found.is_none());
        let mut draft = Draft::of(page.text.len() + object.len() + 1);
        draft.add_all(before);
        draft.add(key, object.as_bytes());
        draft.add_all(after);
        self.pages.splice(at..=at, draft.part());
    }

    /// Takes the object away that is there, if one is.
    pub(super) fn remove(&mut self, key: &Key) {
        let at = self.page_of(key);
        let Some(page) = self.pages.get(at) else { return };
        let (before, Some(_), after) = page.around(key) else { return };
        self.count -= 1;
        let mut draft = Draft::of(page.text.len());
        draft.add_all(before);
        draft.add_all(after);
        // The next one goes with it where both are small.
        let end = self.pages.get(at + 1).filter(|next| draft.text.len() + next.text.len() <= LONGEST / 2).map_or(
            at,
            |next| {
                draft.add_all(next.all());
                at + 1
            },
        );
        self.pages.splice(at..=end, draft.part());
    }

    /// How many objects there are.
    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// The array, as it is now.
    pub(super) fn array(&self) -> Pieces {
        let mut pieces = Vec::with_capacity(self.pages.len() + 2);
        pieces.push(Bytes::from_static(b"["));
        for (number, page) in self.pages.iter().enumerate() {
            // Before the first object there is no comma.
            pieces.push(page.text.slice(usize::from(number == 0)..));
        }
        pieces.push(Bytes::from_static(b"]"));
        Pieces::of(pieces)
    }

    /// The number of the page where that key is, or belongs.
    fn page_of(&self, key: &Key) -> usize {
        let after = self.pages.partition_point(|page| page.objects.first().is_none_or(|(first, _)| first <= key));
        after.saturating_sub(1)
    }
}

/// Objects of a page: key and length of each, and their text.
type Slice<'a> = (&'a [(Key, usize)], &'a [u8]);

impl Page {
    fn all(&self) -> Slice<'_> {
        (&self.objects, &self.text)
    }

    /// What is before that key, the object that is there, and what is after it.
    fn around(&self, key: &Key) -> (Slice<'_>, Option<&(Key, usize)>, Slice<'_>) {
        let found = self.objects.binary_search_by(|(other, _)| other.cmp(key));
        let (Ok(at) | Err(at)) = found;
        let (before, rest) = self.objects.split_at(at);
        let (before_text, rest_text) = self.text.split_at(length(before));
        match rest {
            [here, after @ ..] if found.is_ok() => {
                ((before, before_text), Some(here), (after, rest_text.get(here.1..).unwrap_or_default()))
            }
            _ => ((before, before_text), None, (rest, rest_text)),
        }
    }
}

fn length(objects: &[(Key, usize)]) -> usize {
    objects.iter().map(|(_, length)| length).sum()
}

/// A page that is being written.
#[derive(Debug, Default)]
struct Draft {
    objects: Vec<(Key, usize)>,
    text: Vec<u8>,
}

impl Draft {
    /// With room for so many bytes.
    fn of(bytes: usize) -> Self {
        Self { objects: Vec::new(), text: Vec::with_capacity(bytes) }
    }

    fn add(&mut self, key: Key, object: &[u8]) {
        self.text.push(b',');
        self.text.extend_from_slice(object);
        self.objects.push((key, object.len() + 1));
    }

    fn add_all(&mut self, (objects, text): Slice<'_>) {
        self.objects.extend_from_slice(objects);
        self.text.extend_from_slice(text);
    }

    /// No page where there is no object, two where one would be too long.
    fn part(mut self) -> Vec<Page> {
        if self.objects.is_empty() {
            return Vec::new();
        }
        if self.text.len() <= LONGEST || self.objects.len() == 1 {
            return vec![self.finish()];
        }
        let half = self.text.len() / 2;
        let ends = self.objects.iter().scan(0, |end, (_, length)| {
            *end += length;
            Some(*end)
        });
        // At least one object on each side.
        let first = ends.take_while(|end| *end <= half).count().clamp(1, self.objects.len() - 1);
        let objects = self.objects.split_off(first);
        let text = self.text.split_off(length(&self.objects));
        let mut pages = self.part();
        pages.extend(Self { objects, text }.part());
        pages
    }

    fn finish(self) -> Page {
        // Else it kept what it was given in advance.
        Page { objects: self.objects, text: self.text.into_boxed_slice().into() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use axum::response::IntoResponse as _;
    use proptest::prelude::*;

    use super::*;

    fn text(pages: &Pages) -> String {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let bytes = runtime.block_on(axum::body::to_bytes(pages.array().into_response().into_body(), usize::MAX));
        String::from_utf8(bytes.unwrap().to_vec()).unwrap()
    }

    fn key(number: i64) -> Key {
        (format!("m{}", number / 10), number)
    }

    /// Of that length.
    fn object(number: i64, length: usize) -> String {
        format!("{{\"{number}\":\"{}\"}}", "x".repeat(length))
    }

    proptest! {
        #[test]
        fn it_is_what_was_put_and_not_taken_away(
            first in prop::collection::btree_map(0_i64..200, 0_usize..3000, 0..50),
            changes in prop::collection::vec((0_i64..200, prop::option::of(0_usize..40_000)), 0..100),
        ) {
            let mut there: BTreeMap<Key, String> = first.into_iter().map(|(n, length)| (key(n), object(n, length))).collect();
            let mut pages = Pages::of(there.clone());
            for (number, change) in changes {
                match change {
                    Some(length) => {
                        pages.put(key(number), &object(number, length));
                        there.insert(key(number), object(number, length));
                    }
                    None => {
                        pages.remove(&key(number));
                        there.remove(&key(number));
                    }
                }
                let objects: Vec<&str> = there.values().map(String::as_str).collect();
                prop_assert_eq!(text(&pages), format!("[{}]", objects.join(",")));
                prop_assert_eq!(pages.count(), there.len());
                prop_assert!(pages.pages.iter().all(|page| page.text.len() <= LONGEST || page.objects.len() == 1));
            }
        }
    }

    #[test]
    fn a_change_writes_one_page_and_the_others_are_shared() {
        let mut pages =
            Pages::of((0..1000).map(|number| (key(number * 2), object(number, 500))).collect::<BTreeMap<_, _>>());
        let many = pages.pages.len();
        assert!((50..=80).contains(&many), "{many}");
        for number in [1, 777, 1999] {
            let before: Vec<*const u8> = pages.pages.iter().map(|page| page.text.as_ptr()).collect();
            pages.put(key(number), "{}");
            let shared = pages.pages.iter().filter(|page| before.contains(&page.text.as_ptr())).count();
            assert!(shared >= before.len() - 1, "{shared} of {}", before.len());
        }
        assert_eq!(pages.count(), 1003);
        // Nothing is left of pages whose objects go.
        for number in 0..2000 {
            pages.remove(&key(number));
        }
        assert_eq!((pages.pages.len(), text(&pages).as_str()), (0, "[]"));
    }
}
