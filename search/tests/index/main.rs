//! The index from outside: what is found, what is counted, and what survives a crash.

mod counting;
mod language;
mod lifecycle;
mod paging;
mod people;
mod precision;
mod recall;
mod register;
mod shards;
mod slips;
mod sums;
