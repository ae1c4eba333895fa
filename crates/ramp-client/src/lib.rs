//! Asks a Redis Enterprise cluster what it takes, and uploads modules to it.
//!
//! A [`Cluster`] is where one is and who asks. [`Cluster::survey`] makes a [`ramp_core::Target`] of what it tells of itself, so
//! that a bundle can be judged before it is sent; [`Cluster::upload`] sends it the way its release has.
//!
//! ```no_run
//! use std::fs::File;
//!
//! use ramp_client::{Bundle, Cluster, ClusterUrl, Credentials, Trust};
//! use ramp_core::{Policy, validate};
//!
//! let url: ClusterUrl = "https://cluster.example:9443".parse()?;
//! let cluster = Cluster::new(url, &Credentials::new("admin@example.com", "secret")?, Trust::System)?;
//! let survey = cluster.survey()?;
//! let mut file = File::open("mymodule.zip")?;
//! let report = validate(&mut file, &survey.target, &Policy::strict())?;
//! if report.accepted() {
//!     let mut bundle = Bundle::new("mymodule.zip", &mut file, report.metadata())?;
//!     let uploaded = cluster.upload(&survey, survey.endpoint()?, &mut bundle, &mut |_| ())?;
//!     println!("{:?}", uploaded.module_uid);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Blocking, without an async runtime. Nothing is printed, and no password is in any error. What an answer may take of time and
//! memory is bounded by [`ClientLimits`].
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod answer;
mod cluster;
mod credentials;
mod error;
mod form;
mod http;
mod limits;
mod node;
mod resolve;
mod survey;
mod trust;
mod upload;
mod url;

pub use answer::Refused;
pub use cluster::Cluster;
pub use credentials::Credentials;
pub use error::{ClientError, Undone};
pub use limits::ClientLimits;
pub use node::Node;
pub use survey::{Survey, Warning};
pub use trust::Trust;
pub use upload::{Bundle, Event, Uploaded};
pub use url::ClusterUrl;
