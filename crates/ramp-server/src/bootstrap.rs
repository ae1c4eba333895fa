//! A cluster is made of a node: with its first admin, and the modules that the node downloads for it.
//!
//! Source: the pages on bootstrap requests of the REST API reference, and on adding modules to a cluster while it is bootstrapped.

use std::path::PathBuf;
use std::sync::Arc;

use axum::http::StatusCode;
use ramp_core::UploadErrorCode;
use ramp_core::text::shorten;
use tracing::{Instrument as _, Span};

use crate::app::App;
use crate::auth::{Differs, LONGEST_PASSWORD, Users};
use crate::causes::causes;
use crate::config::Config;
use crate::dependencies::Failure;
use crate::error::ServerError;
use crate::http::{Refusal, Traced, span};
use crate::locations::catalogue_in;
use crate::played::bootstrap::{Concerned, Created, State, Status, Warning};
use crate::played::configuration::{Wanted, WantedModule};
use crate::played::user::bad_email;
use crate::store::Role;

/// The file in the data directory that has the password of the first admin, where one was made.
const FIRST_PASSWORD: &str = "first-password";

/// The code where a database uses a module that the node lacks.
const INCOMPATIBLE: &str = "incompatible_modules";

/// Longest name that is told, in characters.
const LONGEST_TOLD: usize = 80;

/// Refuses a first admin who could never sign in, before anything is made; where it is known by then that there is no cluster yet.
pub(crate) fn check_before(config: &Config) -> Result<(), ServerError> {
    let is_new = config.store.is_none() && !catalogue_in(&config.data_dir).exists();
    if is_new && !config.unbootstrapped { check_admin(config) } else { Ok(()) }
}

/// The rules by which a user is made, and a cluster with its first.
fn check_admin(config: &Config) -> Result<(), ServerError> {
    let name = &config.admin_user;
    if let Some(what) = bad_email(name) {
        let name = shorten(&name.escape_debug().to_string(), LONGEST_TOLD).into_owned();
        return Err(ServerError::AdminName { name, what });
    }
    match config.admin_password.as_deref().map(str::len) {
        Some(bytes) if !(1..=LONGEST_PASSWORD).contains(&bytes) => {
            Err(ServerError::AdminPassword { bytes, most: LONGEST_PASSWORD })
        }
        _ => Ok(()),
    }
}

/// Makes a cluster of this node at once, unless the server is to start without one: with an admin, if there is no user yet. The file with its
/// password, where one was made.
pub(crate) async fn at_start(app: &Arc<App>, config: &Config) -> Result<Option<PathBuf>, ServerError> {
    let has_cluster = app.bootstrap.has_cluster(&app.asking).await?;
    if config.unbootstrapped {
        if has_cluster {
            tracing::info!("the catalogue is that of a cluster already, and the node starts as part of it");
        } else {
            tracing::info!("the node has no cluster yet: POST /v1/bootstrap/create_cluster makes one of it");
        }
        return Ok(None);
    }
    if !has_cluster {
        check_admin(config)?;
        let status = Status::begun().ended(State::Completed);
        Created { name: None, status }.keep(&app.asking).await?;
    }
    let (users, name, password) = (Arc::clone(&app.users), config.admin_user.clone(), config.admin_password.clone());
    let file = config.data_dir.join(FIRST_PASSWORD);
    let kept = file.clone();
    let added = tokio::task::spawn_blocking(move || {
        let is_made = users.add_first(&name, password.as_deref(), &kept)?;
        say_if_it_differs(&users, &name, password.as_deref())?;
        Ok::<bool, ServerError>(is_made)
    });
    if !added.await.map_err(|_| ServerError::Task)?? {
        if !has_cluster {
            tracing::info!(user = config.admin_user, "the first admin was created, with the password that was given");
        }
        return Ok(None);
    }
    let what = "the first admin was created, and its password is in the file: sign in, then delete it";
    tracing::warn!(user = config.admin_user, file = %file.display(), "{what}");
    Ok(Some(file))
}

/// Says where the password that was given for the first admin is not the one by which anybody gets in.
fn say_if_it_differs(users: &Users, name: &str, password: Option<&str>) -> Result<(), ServerError> {
    let Some(password) = password else { return Ok(()) };
    match users.differs(name, password)? {
        None => {}
        Some(Differs::Password) => tracing::warn!(
            user = name,
            "the password given for the first admin is not the stored one, which holds; `ramp user set-password` changes it"
        ),
        Some(Differs::NoUser) => tracing::warn!(
            user = name,
            "there are users already, and none of the name given for the first admin, who is not added"
        ),
    }
    Ok(())
}

/// Begins to make a cluster of this node; how far that is, its status says.
pub(crate) async fn begin(app: &Arc<App>, wanted: Wanted, traced: Option<Traced>) -> Result<(), Refusal> {
    let refuse = || {
        Refusal::new(
            StatusCode::CONFLICT,
            "bootstrap_in_progress",
            "Bootstrap already in progress (check state)",
            "GET /v1/bootstrap says how far this node is; a cluster is made of a node once",
        )
    };
    if app.bootstrap.has_cluster(&app.asking).await? {
        return Err(refuse());
    }
    let status = app.bootstrap.begin().ok_or_else(refuse)?;
    let app = Arc::clone(app);
    // On a task of its own: a client that goes away does not stop it half way.
    let work = async move {
        let status = Status { state: State::CreatingCluster, ..status };
        app.bootstrap.set(status.clone());
        if let Err(err) = create(&app, wanted, traced.as_ref(), status.clone()).await {
            tracing::error!(error = causes(&err), "the cluster could not be created");
            app.bootstrap.set(status.failed("internal_error", "see the server's log".to_owned()));
        }
    };
    tokio::spawn(work.in_current_span());
    Ok(())
}

async fn create(
    app: &Arc<App>,
    wanted: Wanted,
    traced: Option<&Traced>,
    mut status: Status,
) -> Result<(), ServerError> {
    for module in wanted.modules {
        // What is noted of one is not to be told of another.
        let span = traced.map_or_else(Span::none, |traced| span(&traced.id, traced.client));
        if let Err(message) = install(app, &module).instrument(span.clone()).await {
            let name = module.name;
            let what = format!("Failed to download and install custom module '{}': {message}", name.escape_debug());
            tracing::warn!(parent: &span, "{what}");
            status.warnings.push(Warning {
                warning_type: UploadErrorCode::ModuleDownloadFailed.as_str().to_owned(),
                message,
                details: Concerned { module_name: name },
            });
        }
    }
    if let Some(message) = lacking(app).await? {
        tracing::error!(message, "the cluster could not be created");
        app.bootstrap.set(status.failed(INCOMPATIBLE, message));
        return Ok(());
    }
    let (name, status) = (Some(wanted.cluster_name), status.ended(State::Completed));
    Created { name, status }.keep(&app.asking).await?;
    // Last: from then on there is a cluster, and whoever asks must say who they are.
    let (users, admin) = (Arc::clone(&app.users), wanted.admin);
    let user = admin.username.clone();
    let added = tokio::task::spawn_blocking(move || users.add(&admin.username, &admin.password, Role::Admin));
    added.await.map_err(|_| ServerError::Task)??;
    tracing::info!(user, "cluster created");
    Ok(())
}

/// Downloads a module, judges it and stores it; why not, where that fails.
async fn install(app: &App, module: &WantedModule) -> Result<(), String> {
    let downloads = app.intake.downloads.as_ref().ok_or_else(|| Failure::Off.told())?;
    let received = app.receiving.download(downloads, &module.location).await.map_err(|failure| failure.told())?;
    app.intake.joining(&received).await.map_err(|refusal| refusal.description)?;
    tracing::info!(name = module.name, "custom module installed");
    Ok(())
}

/// Which module a database uses that this node lacks, in words.
async fn lacking(app: &App) -> Result<Option<String>, ServerError> {
    let node = app.owner.clone();
    let lacking = app.ask(move |store| {
        let there = store.artifacts(&node)?;
        for database in store.databases()? {
            for used in database.spec.modules {
                if !store.module(&used.module_uid)?.is_some_and(|module| module.is_on(&there)) {
                    let (name, version) = (used.module_name.escape_debug(), used.semantic_version.escape_debug());
                    return Ok(Some(format!(
                        "database {} uses `{name}` {version}, of which this node has no build",
                        database.uid
                    )));
                }
            }
        }
        Ok(None)
    });
    Ok(lacking.await?)
}
