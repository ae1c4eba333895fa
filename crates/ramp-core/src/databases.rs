//! The life of a module after the upload: which databases can use it, what they are upgraded to, and when it can go.
//!
//! Rules alone: a target, the modules that the cluster has, and a database in; the database as it then is out, or a [`Refused`], with the
//! status, the `error_code` and the words that the cluster answers. Nothing is asked, kept or run.
//!
//! Sources: the REST API reference, `/v1/bdbs` and what is below it; what is not documented was seen, or is said to be inferred, in the
//! rows of `codes.toml` and `capabilities.toml`.
//!
//! ```
//! use ramp_core::Target;
//! use ramp_core::databases::{DatabaseRequest, Module, WantedDatabase, WantedModule, create};
//! use ramp_core::metadata::json;
//!
//! let metadata = json::read(br#"{"module_name": "hello", "version": 10203, "semantic_version": "1.2.3",
//!                                "compatible_redis_version": "7.4", "capabilities": ["types"]}"#)?.root;
//! let modules = [Module::new("0123", metadata)];
//! let mut wanted = WantedDatabase { modules: vec![WantedModule::named("hello")], ..WantedDatabase::default() };
//! let target = Target::named("7.22")?;
//! let database = create(DatabaseRequest::CreateV1, &wanted, &modules, &target).unwrap();
//! assert_eq!((database.redis.to_string(), database.modules[0].semantic_version.as_str()), ("7.4.3".into(), "1.2.3"));
//!
//! wanted.options.set("replication", true)?;
//! let refused = create(DatabaseRequest::CreateV1, &wanted, &modules, &target).unwrap_err();
//! assert_eq!((refused.http_status(), refused.error_code()), (406, "unsupported_module_capabilities"));
//! assert_eq!(
//!     refused.description(),
//!     "`replication` is true, and the module `hello` 1.2.3 does not have the capability `failover_migrate`"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod capable;
mod cause;
mod change;
mod choice;
mod configuration;
mod create;
mod database;
pub(crate) mod fit;
mod help;
mod module;
mod module_upgrade;
mod options;
mod refused;
mod request;
mod upgrade;
mod versions;
mod wanted;

pub use cause::{Cause, NamedModule};
pub use change::{WantedChange, change};
pub use configuration::configure;
pub use create::{WantedDatabase, create};
pub use database::{Database, UsedModule};
pub use fit::Unsuited;
pub use module::Module;
pub use module_upgrade::{ModuleUpgrade, upgrade_modules};
pub use options::{OptionError, Options};
pub use refused::Refused;
pub use request::DatabaseRequest;
pub(crate) use upgrade::takes_latest_modules;
pub use upgrade::{WantedUpgrade, upgrade};
pub use versions::default_version;
pub use wanted::WantedModule;
