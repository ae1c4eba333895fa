//! Every key of the catalogue, read as a server reads it.

use std::collections::{BTreeMap, HashMap};

use super::copies::Key;
use super::{databases, modules, users};
use crate::store::actions::Action;
use crate::store::contents::Contents;
use crate::store::error::StoreError;
use crate::store::json;

/// The type of each key that has a name of its own.
const NAMED: [(&str, &str); 17] = [
    ("names", "hash"),
    ("databases", "hash"),
    ("emails", "hash"),
    ("usernames", "hash"),
    ("admins", "set"),
    ("user-uid", "string"),
    ("database-uid", "string"),
    ("revision", "hash"),
    ("changes", "list"),
    ("blobs", "hash"),
    ("discarded", "set"),
    ("actions", "list"),
    ("action", "hash"),
    ("settings", "hash"),
    ("schema", "string"),
    ("written-by", "string"),
    ("identity", "string"),
];
/// The type of each key that there are many of.
const MANY: [(&str, &str); 8] = [
    ("m:", "hash"),
    ("b:", "hash"),
    ("c:", "hash"),
    ("a:", "hash"),
    ("u:", "hash"),
    ("d:", "set"),
    ("uses:", "set"),
    ("pending:", "set"),
];

/// What keys hold.
pub(super) fn of(keys: &[Key]) -> Contents {
    let mut found = Contents::default();
    let mut all = Keys::default();
    for (name, kind, values) in keys {
        match expected(name) {
            None => found.fault(name, "", "is not a key of a catalogue"),
            Some(wanted) if wanted != kind => found.fault(name, "", format!("is a {kind}, and must be a {wanted}")),
            Some("hash") if values.len() % 2 != 0 => found.fault(name, "", "has a field without a value"),
            Some("hash") => {
                let pairs = values.chunks_exact(2).map(|pair| (pair[0].as_str(), pair[1].as_str()));
                all.hashes.insert(name, pairs.collect());
            }
            Some(_) => drop(all.lists.insert(name, values)),
        }
    }
    all.modules(&mut found);
    all.artifacts(&mut found);
    all.claims(&mut found);
    all.users(&mut found);
    all.the_rest(&mut found);
    found
}

fn expected(name: &str) -> Option<&'static str> {
    let named = NAMED.iter().find(|(own, _)| *own == name);
    named.or_else(|| MANY.iter().find(|(start, _)| name.starts_with(start))).map(|(_, kind)| *kind)
}

type Fields<'a> = BTreeMap<&'a str, &'a str>;

/// The keys whose type is theirs.
#[derive(Debug, Default)]
struct Keys<'a> {
    hashes: HashMap<&'a str, Fields<'a>>,
    /// Lists, sets, and texts of one value.
    lists: HashMap<&'a str, &'a [String]>,
}

impl Keys<'_> {
    fn fields(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        self.hashes.get(name).into_iter().flatten().map(|(field, value)| (*field, *value))
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.lists.get(name).into_iter().flat_map(|values| values.iter()).map(String::as_str)
    }

    /// A field of a hash that must have it.
    fn field(&self, name: &str, field: &str) -> Result<&str, StoreError> {
        let there = self.hashes.get(name).ok_or_else(|| wrong("record", format!("`{name}` is not there")))?;
        there.get(field).copied().ok_or_else(|| wrong("record", format!("`{name}` has no `{field}`")))
    }

    fn modules(&self, found: &mut Contents) {
        for (field, uid) in self.fields("names") {
            let Some((module_name, version)) = found.judge("names", field, name_and_version(field)) else { continue };
            let key = format!("m:{uid}");
            let read = || {
                json::value("module", self.field(&key, "metadata")?)?;
                let named = format!("{}:{}", self.field(&key, "version")?, self.field(&key, "name")?);
                if named != field {
                    return Err(wrong("module", format!("it is {named} there")));
                }
                flag(self.field(&key, "defined")?)
            };
            let _ = found.judge(&key, "", read());
            let builds = format!("b:{uid}");
            for (place, claim) in self.fields(&builds) {
                let built = self.held(claim, "uid", uid).and_then(|held| {
                    json::value("build", self.field(&format!("c:{claim}"), "details")?)?;
                    Ok(held)
                });
                if let Some(Some(blob)) = found.judge(&builds, place, built) {
                    found.has(blob.to_owned(), module_name.to_owned(), version);
                }
            }
        }
    }

    fn artifacts(&self, found: &mut Contents) {
        let nodes = self.hashes.iter().filter_map(|(name, fields)| Some((*name, name.strip_prefix("a:")?, fields)));
        for (key, node, fields) in nodes {
            for (field, claim) in fields {
                let held = self.held(claim, "node", node).and_then(|held| {
                    json::read::<Vec<String>>("artifact", self.field(&format!("c:{claim}"), "details")?)?;
                    Ok((name_and_version(field)?, held))
                });
                if let Some(((module_name, version), Some(blob))) = found.judge(key, field, held) {
                    found.has(blob.to_owned(), module_name.to_owned(), version);
                }
            }
        }
    }

    /// The blob of a claim of that module or node, where it is committed.
    fn held(&self, claim: &str, of: &str, whom: &str) -> Result<Option<&str>, StoreError> {
        let key = format!("c:{claim}");
        if self.field(&key, of)? != whom {
            return Err(wrong("claim", format!("`{key}` is that of another")));
        }
        let blob = self.field(&key, "blob")?;
        Ok(flag(self.field(&key, "committed")?)?.then_some(blob))
    }

    fn claims(&self, found: &mut Contents) {
        for key in self.hashes.keys().filter(|name| name.starts_with("c:")) {
            let read = || {
                let blob = self.field(key, "blob")?;
                self.field(key, "owner")?;
                if self.field("blobs", blob)? == &key[2..] {
                    Ok(())
                } else {
                    Err(wrong("claim", "its blob is another's"))
                }
            };
            let _ = found.judge(key, "", read());
        }
        for blob in self.values("discarded") {
            found.must_not_have("discarded", blob);
        }
    }

    fn users(&self, found: &mut Contents) {
        for (email, uid) in self.fields("emails") {
            let key = format!("u:{uid}");
            let read = || {
                let mut row = vec!["done".to_owned(), uid.to_owned()];
                for field in users::FIELDS {
                    row.push(self.field(&key, field)?.to_owned());
                }
                let user = users::user(&row)?;
                if user.email == email { Ok(()) } else { Err(wrong("user", format!("it is that of `{}`", user.email))) }
            };
            let _ = found.judge("emails", email, read());
        }
    }

    fn the_rest(&self, found: &mut Contents) {
        for (uid, spec) in self.fields("databases") {
            let _ = found.judge("databases", uid, databases::database(uid, spec));
        }
        for uid in self.values("actions") {
            let read = self.field("action", uid).and_then(|text| json::read::<Action>("action", text));
            let _ = found.judge("actions", uid, read);
        }
        for (name, value) in self.fields("settings") {
            if found.judge("settings", name, json::value("setting", value)).is_some() {
                found.settings.insert(name.to_owned(), value.to_owned());
            }
        }
        for name in ["user-uid", "database-uid"] {
            for value in self.values(name) {
                let _ = found.judge(name, "", json::read::<u32>("number", value));
            }
        }
    }
}

fn name_and_version(field: &str) -> Result<(&str, i64), StoreError> {
    modules::name_and_version(field).ok_or_else(|| wrong("name", "it does not begin with a version"))
}

fn flag(text: &str) -> Result<bool, StoreError> {
    match text {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err(wrong("flag", format!("`{text}` is neither 0 nor 1"))),
    }
}

fn wrong(what: &'static str, why: impl Into<String>) -> StoreError {
    StoreError::corrupt(what, why.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(changed: Key) -> Vec<Key> {
        let key = |name: &str, kind: &str, values: &[&str]| -> Key {
            (name.into(), kind.into(), values.iter().map(|&value| value.into()).collect())
        };
        let mut keys = vec![
            key("names", "hash", &["1:m", "uid"]),
            key("m:uid", "hash", &["name", "m", "version", "1", "metadata", "{}", "defined", "0"]),
            key("b:uid", "hash", &["*", "claim"]),
            key("c:claim", "hash", &["owner", "o", "blob", "b", "details", "{}", "committed", "1", "uid", "uid"]),
            key("blobs", "hash", &["b", "claim"]),
            key("a:node", "hash", &["2:m", "other"]),
            key(
                "c:other",
                "hash",
                &["owner", "o", "blob", "a", "details", "[]", "committed", "1", "node", "node", "field", "2:m"],
            ),
            key("emails", "hash", &["e", "1"]),
            key(
                "u:1",
                "hash",
                &["email", "e", "name", "", "password_hash", "h", "issued", "1", "role", "admin", "email_alerts", "1"],
            ),
            key("actions", "list", &[]),
            key("user-uid", "string", &["1"]),
        ];
        keys[4].2.extend(["a".to_owned(), "other".to_owned()]);
        keys.retain(|key| key.0 != changed.0);
        keys.push(changed);
        keys
    }

    #[test]
    fn each_key_that_no_server_could_read_is_named() {
        let key = |name: &str, kind: &str, values: &str| -> Key {
            (name.into(), kind.into(), values.split(' ').filter(|value| !value.is_empty()).map(str::to_owned).collect())
        };
        let whole = of(&keys(key("settings", "hash", "restore true")));
        assert_eq!((whole.faults, whole.blobs.len()), (vec![], 2));
        for (changed, told) in [
            (key("stray", "string", "x"), "`stray`: is not a key of a catalogue"),
            (key("names", "list", "x"), "`names`: is a list, and must be a hash"),
            (key("names", "hash", "x"), "`names`: has a field without a value"),
            (key("names", "hash", "m uid"), "`names` m: the name cannot be read: it does not begin with a version"),
            (key("m:uid", "hash", "name m"), "`m:uid`: the record cannot be read: `m:uid` has no `metadata`"),
            (key("b:uid", "hash", "* gone"), "`b:uid` *: the record cannot be read: `c:gone` is not there"),
            (key("a:node", "hash", "2:m claim"), "`a:node` 2:m: the record cannot be read: `c:claim` has no `node`"),
            (key("discarded", "set", "b"), "`discarded` b: is to be removed, and a module has it"),
            (key("emails", "hash", "f 1"), "`emails` f: the user cannot be read: it is that of `e`"),
            (key("databases", "hash", "1 {}"), "`databases` 1: the database cannot be read: missing field `name` at"),
            (key("actions", "list", "a"), "`actions` a: the record cannot be read: `action` is not there"),
            (key("settings", "hash", "a yes"), "`settings` a: the setting cannot be read: "),
            (key("user-uid", "string", "x"), "`user-uid`: the number cannot be read: expected value at"),
        ] {
            let found = of(&keys(changed)).faults;
            assert!(found.iter().any(|fault| fault.to_string().starts_with(told)), "{found:?} and not: {told}");
        }
    }
}
