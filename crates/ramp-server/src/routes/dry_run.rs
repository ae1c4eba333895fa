//! `?dry_run`: what would come of a request, without doing it.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::{MatchedPath, Query, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

use super::parameters::Questions;
use crate::http::{Refusal, body};

/// Its name.
pub(super) const NAME: &str = "dry_run";

/// Whether nothing is to be changed: `?dry_run`, with whatever value but `false`. It is documented as a string.
pub(super) fn is_dry(questions: &Questions) -> bool {
    let Ok(Query(questions)) = questions else { return false };
    questions.iter().any(|(name, value)| name == NAME && !value.eq_ignore_ascii_case("false"))
}

/// The endpoints that have one, by method and route.
#[derive(Debug, Clone)]
pub(super) struct DryRuns(Arc<HashSet<(Method, String)>>);

impl DryRuns {
    /// Those that are described with one.
    pub(super) fn of(api: &OpenApi) -> Self {
        let has_one = |operation: &Operation| {
            operation.parameters.iter().flatten().any(|parameter| match parameter {
                RefOr::T(parameter) => parameter.name == NAME && parameter.parameter_in == ParameterIn::Query,
                RefOr::Ref(_) => false,
            })
        };
        let of_path = api.paths.paths.iter().flat_map(|(path, item)| {
            let methods = [
                (Method::PUT, &item.put),
                (Method::POST, &item.post),
                (Method::DELETE, &item.delete),
                (Method::PATCH, &item.patch),
            ];
            let with = methods.into_iter().filter(|(_, operation)| operation.as_ref().is_some_and(has_one));
            with.map(|(method, _)| (method, path.clone()))
        });
        Self(Arc::new(of_path.collect()))
    }

    fn refuse(&self, request: &Request) -> bool {
        if request.method().is_safe() || !is_dry(&Query::try_from_uri(request.uri())) {
            return false;
        }
        let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
        route.is_some_and(|route| !self.0.contains(&(request.method().clone(), route)))
    }
}

/// Refuses a dry run of what has none: to do it where that was not meant would be worse.
pub(super) async fn only_where_there_is_one(State(there): State<DryRuns>, request: Request, next: Next) -> Response {
    if !there.refuse(&request) {
        return next.run(request).await;
    }
    let what = format!("{} {} has no `{NAME}`; nothing was changed", request.method(), request.uri().path());
    body::discard(request).await;
    Refusal::new(StatusCode::BAD_REQUEST, "dry_run_unsupported", "There is no dry run of this request", what)
        .into_response()
}
