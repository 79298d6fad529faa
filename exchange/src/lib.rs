//! 对外交换 Peers: gateways for short messages, the tax and the social-insurance authorities. Each peer is a port, an
//! adapter that speaks HTTP, and a stand-in for machines without one.
//!
//! Absent on purpose: the database and the graph. `services` decides what is asked of whom, and writes down the answer.

pub mod authority;
pub mod breaker;
pub mod signature;
pub mod sms;
