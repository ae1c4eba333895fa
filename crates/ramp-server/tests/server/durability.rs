//! What survives, and what does not stay behind.

use std::path::Path;
use std::sync::Arc;

use ramp_server::store::{NewBuild, NewModule, Reserved, SqliteStore, Store as _};
use ramp_server::{Config, Server, ServerError, Transport, open_storage, open_store};

use crate::support::{BundleBuilder, TestServer};

#[test]
fn modules_survive_the_server() {
    let server = TestServer::of("7.22");
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    let before = server.get("/v1/modules").ok().json();
    let blobs = server.files("blobs");
    let server = TestServer::start(server.end(), "7.22", |_| {});
    assert_eq!(server.get("/v1/modules").ok().json(), before);
    assert_eq!(server.files("blobs"), blobs);
    server.upload("/v2/modules", BundleBuilder::good()).is_refused(400, "module_exists");
}

#[test]
fn a_blob_is_the_bundle_under_its_hash() {
    let server = TestServer::of("7.22");
    let bundle = BundleBuilder::good().build();
    server.upload("/v2/modules", bundle.clone()).ok();
    let [name] = server.files("blobs").try_into().unwrap();
    let sha256 = ramp_fixtures::bundle::sha256_hex(&bundle);
    assert!(name.starts_with(&sha256), "{name}");
    let path = server.directory.path().join("blobs").join(&sha256[..2]).join(name);
    assert_eq!(std::fs::read(path).unwrap(), bundle);
}

#[test]
fn what_a_crash_leaves_is_removed_at_the_next_start() {
    let server = TestServer::of("7.22");
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    let directory = server.end();
    let at = |path: &str| directory.path().join(path);
    let owner = std::fs::read_to_string(at("server-id")).unwrap();
    // Died before the claim, between claim and blob, and between blob and commit; and a file of somebody else.
    std::fs::write(at("incoming").join(format!("{owner}-{}", "5".repeat(32))), b"PK").unwrap();
    let sha256 = "a".repeat(64);
    let blob = |claim: &str| format!("aa/{sha256}-{}.zip", claim.repeat(32));
    let (lost, claimed) = (blob("1"), blob("2"));
    for name in [lost.as_str(), &claimed, "readme.txt"] {
        let path = at("blobs").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, b"PK").unwrap();
    }
    let store = SqliteStore::open(&at("catalogue.sqlite")).unwrap();
    let module = NewModule { uid: "f".repeat(32), module_name: "m".into(), version: 1, metadata: "{}".into() };
    let build = NewBuild {
        claim: "2".repeat(32),
        owner,
        places: vec!["rhel9/x86_64".into()],
        blob: claimed,
        details: "{}".into(),
        stored: false,
    };
    assert!(matches!(store.reserve(&module, &build).unwrap(), Reserved::Claimed(_)));
    assert_eq!(store.reserve(&module, &build).unwrap(), Reserved::Taken, "a claim holds its place");
    assert_eq!(store.modules().unwrap().len(), 1, "and is not seen");
    drop(store);

    let server = TestServer::start(directory, "7.22", |_| {});
    server.only_module();
    // What no claim speaks of is nobody's to remove.
    let (there, name) = (server.files("blobs"), |blob: &str| blob.split('/').next_back().unwrap().to_owned());
    assert_eq!(there.len(), 3, "{there:?}");
    assert!(there.contains(&"readme.txt".to_owned()) && there.contains(&name(&lost)), "{there:?}");
    let ready = server.get("/readyz").ok().json();
    assert_eq!((&ready["status"], &ready["bundles_unknown"]), (&"ready".into(), &1.into()));
    assert_eq!(server.files("incoming"), Vec::<String>::new());
    let again = BundleBuilder::good().set("module_name", "m").set("version", 1);
    server.upload("/v2/modules", again).ok();
}

fn start(change: impl FnOnce(&mut Config)) -> Result<(), ServerError> {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let mut config = Config::new(ramp_core::Target::named("7.22").unwrap(), directory.path());
    config.listen = "127.0.0.1:0".parse().unwrap();
    change(&mut config);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Server::start(&config)).map(drop)
}

#[test]
fn a_server_that_cannot_start_says_why() {
    let plain = start(|config| (config.transport, config.listen) = (Transport::Plain, "0.0.0.0:0".parse().unwrap()));
    assert!(matches!(plain, Err(ServerError::PlainHttp { .. })), "{plain:?}");
    let unknown = start(|config| config.target = ramp_core::Target::default());
    assert!(matches!(unknown, Err(ServerError::NoRelease)), "{unknown:?}");
    let store = open_store("mysql://user:secret@host", "/nowhere".as_ref());
    let text = format!("{store:?}");
    assert!(matches!(store, Err(ServerError::StoreLocation { .. })) && !text.contains("secret"), "{text}");
    if !cfg!(feature = "s3") {
        let storage = open_storage("s3://bucket/prefix");
        assert!(matches!(storage, Err(ServerError::StorageLocation { .. })), "{storage:?}");
    }
    let files = Transport::Files { certificate: "/nowhere.pem".into(), key: "/nowhere.key".into() };
    let tls = start(|config| config.transport = files);
    assert!(matches!(tls, Err(ServerError::Tls { .. })), "{tls:?}");
    let server = TestServer::of("7.22");
    let directory = Arc::clone(&server.directory);
    let used = start(|config| config.data_dir = directory.path().to_owned());
    assert!(matches!(used, Err(ServerError::InUse { .. })), "{used:?}");
}

/// The server's own directories are not for bundles.
#[test]
fn bundles_are_kept_apart_from_what_the_server_empties() {
    let server = TestServer::of("7.22");
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    let directory = server.end();
    let data_dir = directory.path();
    std::fs::create_dir_all(data_dir.join("incoming/deep")).unwrap();
    std::fs::create_dir_all(data_dir.join("incomings")).unwrap();
    let mut wrong = vec![
        data_dir.join("incoming"),
        data_dir.join("incoming/deep"),
        data_dir.join("blobs/../incoming/./new"),
        data_dir.to_owned(),
        data_dir.join("blobs/.."),
    ];
    if cfg!(unix) {
        #[cfg(unix)]
        std::os::unix::fs::symlink(data_dir.join("incoming"), data_dir.join("link")).unwrap();
        wrong.push(data_dir.join("link"));
    }
    for path in wrong {
        std::fs::create_dir_all(&path).unwrap();
        std::fs::write(path.join("kept"), b"PK").unwrap();
        let config = |config: &mut Config| {
            config.data_dir = data_dir.to_owned();
            config.storage = Some(open_storage(path.to_str().unwrap()).unwrap());
        };
        let refused = start(config);
        assert!(matches!(refused, Err(ServerError::StorageDirectory { .. })), "{path:?}: {refused:?}");
        let mut asked = Config::new(ramp_core::Target::named("7.22").unwrap(), ".");
        config(&mut asked);
        let refused = ramp_server::check(&asked, ramp_server::Strangers::Adopt, &mut |_, _| {});
        assert!(matches!(refused, Err(ServerError::StorageDirectory { .. })), "{path:?}: {refused:?}");
        assert!(path.join("kept").exists(), "{path:?}");
    }
    let start_with = |path: &Path| {
        start(|config| {
            (config.data_dir, config.transport) = (data_dir.to_owned(), Transport::Plain);
            config.storage = Some(open_storage(path.to_str().unwrap()).unwrap());
        })
    };
    let right = start_with(&data_dir.join("incoming/../blobs"));
    assert!(right.is_ok(), "{right:?}");
    // There, bundles may be; but those of this catalogue are not.
    let other = start_with(&data_dir.join("incomings"));
    assert!(matches!(other, Err(ServerError::NewStorage { .. })), "{other:?}");
}

#[test]
fn the_admin_is_made_once_and_its_password_told_once() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let mut config = Config::new(ramp_core::Target::named("7.22").unwrap(), directory.path());
    (config.listen, config.transport) = ("127.0.0.1:0".parse().unwrap(), Transport::Plain);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let start =
        || runtime.block_on(async { Server::start(&config).await.unwrap().password_file().map(Path::to_owned) });
    let file = start().unwrap();
    assert_eq!(file, directory.path().join("first-password"));
    let password = std::fs::read_to_string(&file).unwrap();
    assert_eq!((password.len(), password.trim_end().len()), (33, 32));
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(start(), None);
    // It lets its owner in, and stays until they delete it.
    let server = TestServer::start(Arc::new(directory), "7.22", |_| {});
    server.request(Some(("admin@ramp.local", password.trim_end())), "GET", "/v1/cluster", None).ok();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), password);
}
