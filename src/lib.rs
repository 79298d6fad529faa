//! 秦信 Command line, configuration, HTTP and wiring. The only room that knows every other.
//!
//! A library beside the binary, so that another graph can be put behind the same door
//! (`examples/products`) and so that the door can be fuzzed.

pub mod alone;
mod authorities;
pub mod cli;
pub mod commands;
pub mod config;
pub mod connections;
mod folder;
pub mod http;
mod progress;
pub mod seats;
pub mod serve;
mod telemetry;
mod traces;
