//! The server as clients see it: through a socket on loopback.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "test code")]

mod adopting;
mod answers;
mod api_pages;
mod auth;
mod cluster;
mod crowd;
mod curl;
mod databases;
mod dependencies;
mod durability;
mod edges;
mod files;
mod legacy;
mod multipart;
mod newest;
mod openapi;
mod own_files;
mod own_store;
mod page;
mod slow;
mod stock;
mod stores;
mod support;
mod table;
mod user_defined;
mod users;
mod validate;
