//! What is played of a cluster: its settings and nodes, its modules, databases and users as they are shown and asked for, and
//! how the releases differ.

pub(crate) mod capabilities;
mod characters;
mod cluster;
pub(crate) mod database;
pub(crate) mod definition;
mod listing;
pub(crate) mod module;
pub(crate) mod nodes;
mod releases;
pub(crate) mod settings;
pub(crate) mod user;

pub(crate) use cluster::Cluster;
pub(crate) use listing::Listing;
