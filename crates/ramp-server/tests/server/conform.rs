//! Holds every answer that a test gets against the server's own description.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::Answer;

/// A server's description.
#[derive(Debug)]
pub(crate) struct Description {
    pub(crate) document: Value,
    id: u64,
}

/// By description and place in it. Compiling one takes longer than many requests.
static VALIDATORS: LazyLock<Mutex<Validators>> = LazyLock::new(Mutex::default);

type Validators = HashMap<(u64, String), Arc<Validator>>;

impl Description {
    pub(crate) fn new(text: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        Self { document: serde_json::from_str(text).unwrap(), id: hasher.finish() }
    }

    /// The template of a path, such as `/v1/modules/{uid}`.
    fn template(&self, path: &str) -> Option<&str> {
        let asked: Vec<&str> = path.split('?').next().unwrap().split('/').collect();
        let fits = |template: &str| {
            let parts: Vec<&str> = template.split('/').collect();
            let mut pairs = parts.iter().zip(&asked);
            parts.len() == asked.len() && pairs.all(|(part, asked)| part.starts_with('{') || part == asked)
        };
        let templates = self.document["paths"].as_object().unwrap().keys().map(String::as_str);
        // `/v1/cluster/module-capabilities` before `/v1/cluster/{x}`.
        templates.filter(|template| fits(template)).min_by_key(|template| template.matches('{').count())
    }

    /// A validator of the schema at that place.
    pub(crate) fn validator(&self, schema: &Value) -> Arc<Validator> {
        let mut validators = VALIDATORS.lock().unwrap();
        let known = validators.entry((self.id, schema.to_string())).or_insert_with(|| {
            let whole = json!({"allOf": [schema], "components": self.document["components"]});
            Arc::new(jsonschema::validator_for(&whole).unwrap())
        });
        Arc::clone(known)
    }

    /// Panics where an answer is not what the description says.
    pub(crate) fn check(&self, method: &str, path: &str, answer: &Answer) {
        let operation = self.template(path).map(|t| &self.document["paths"][t][method.to_lowercase()]);
        let Some(operation) = operation.filter(|operation| operation.is_object()) else {
            assert!([401, 404, 405, 503].contains(&answer.status), "{method} {path} is not described: {answer:?}");
            return;
        };
        let response = &operation["responses"][answer.status.to_string()];
        assert!(response.is_object(), "{method} {path}: the status is not described: {answer:?}");
        let Some(content) = response["content"].as_object() else {
            assert_eq!(answer.text, "", "{method} {path}: no body is described: {answer:?}");
            return;
        };
        let sent = answer.headers["content-type"].to_str().unwrap().split(';').next().unwrap();
        let described = content.get(sent).unwrap_or_else(|| panic!("{method} {path}: {sent} is not described"));
        if sent == "application/json" {
            let value = answer.json();
            if let Err(err) = self.validator(&described["schema"]).validate(&value) {
                panic!("{method} {path}: {err} at `{}`: {answer:?}", err.instance_path());
            }
        }
    }
}
