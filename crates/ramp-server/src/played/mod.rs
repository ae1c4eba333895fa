//! What is played of a cluster: its settings and nodes, its modules, databases, users and actions as they are shown and asked for, and
//! how the releases differ.

pub(crate) mod action;
mod asked;
pub(crate) mod bootstrap;
pub(crate) mod bundled;
pub(crate) mod capabilities;
mod characters;
mod cluster;
pub(crate) mod configuration;
pub(crate) mod database;
pub(crate) mod database_upgrade;
pub(crate) mod database_wanted;
pub(crate) mod definition;
pub(crate) mod license;
mod listing;
pub(crate) mod module;
pub(crate) mod nodes;
mod pages;
pub(crate) mod releases;
pub(crate) mod settings;
pub(crate) mod user;

pub(crate) use asked::Asked;
pub(crate) use cluster::Cluster;
pub(crate) use listing::Listing;
