//! The whole life of a module on a cluster, played in memory: uploaded, used by a database, upgraded, deleted.
//!
//! What is asked in each step, what the cluster answers, and whether that is as hoped. The upload is judged as by
//! [`judge`](crate::judge), all that follows by the rules of [`databases`](crate::databases).
//!
//! ```
//! use std::io::Cursor;
//! use ramp_core::rehearsal::{Plan, rehearse};
//! use ramp_core::{Limits, Target, facts};
//! # use ramp_fixtures::bundle::BundleBuilder;
//! # let bundle = BundleBuilder::good().set("compatible_redis_version", "8.0").build();
//!
//! let facts = facts::gather(Cursor::new(bundle), &Limits::default())?;
//! let plan = Plan { redis_version: Some("7.4".to_owned()), ..Plan::new(Target::named("7.22")?) };
//! let played = rehearse(&facts, None, &plan)?;
//! let refused = played.steps.iter().find(|step| !step.is_as_hoped()).unwrap();
//! assert_eq!(refused.title, "create a database of Redis 7.4 with `testmodule` 1.2.3");
//! let answer = refused.answer.as_ref().unwrap();
//! assert_eq!((answer.http_status, answer.error_code.as_deref()), (Some(406), Some("missing_module")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod build;
mod cluster;
mod error;
mod plan;
mod play;
mod requests;
mod step;

pub use error::RehearsalError;
pub use plan::Plan;
pub use play::rehearse;
pub use step::{Action, Hoped, Rehearsal, Step, StepAnswer, StepRequest};
