//! The `ramp` command, run as its users run it.
#![allow(clippy::unwrap_used)]

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod asked;
mod check;
#[cfg(all(feature = "serve", feature = "cluster", unix))]
mod cluster;
mod config;
mod diff;
mod embed_deps;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod ended;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod first_module;
mod fix;
mod formats;
mod formats_ci;
mod formats_docs;
mod formats_markdown;
mod formats_place;
mod formats_written;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod guarded;
mod help;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod init;
mod inspect;
#[cfg(all(feature = "serve", unix))]
mod keeping;
mod kubernetes;
mod look;
#[cfg(all(feature = "serve", feature = "cluster", unix))]
mod modules;
#[cfg(all(feature = "serve", unix))]
mod operate;
mod options;
mod pack;
#[cfg(target_os = "linux")]
mod pack_asks;
#[cfg(target_os = "linux")]
mod pack_errors;
mod picture;
mod probe;
#[cfg(all(feature = "serve", unix))]
mod process;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod rehearse;
mod release;
mod samples;
mod scripts;
#[cfg(all(feature = "serve", unix))]
mod serve;
mod set;
mod shop;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod shut_in;
#[cfg(feature = "serve")]
mod store;
mod targets;
mod unpack;
mod unpack_moves;
#[cfg(target_os = "linux")]
mod untouched;
#[cfg(all(feature = "serve", feature = "cluster", unix))]
mod upload;
#[cfg(feature = "cluster")]
mod urls;
mod words;
