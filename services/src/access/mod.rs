//! 登录与账号 Signing in, sessions, accounts, roles, partner clients.
//!
//! SIGN-1: five failed tries lock the login at that address for fifteen minutes, whether it exists or not;
//! before that each further one has to wait longer.
//! SIGN-2: nothing tells an unknown login from a wrong password: neither the words nor the time.
//! SIGN-3: a session ends after 30 minutes without use and after 8 hours in any case; what ends it or
//! takes a role away is in force everywhere within a minute.
//! SIGN-4: a code of the second factor is taken once.
//! SIGN-5: passwords, tokens, keys and secrets are stored as hashes, and are in no log.
//!
//! The secret of the second factor is the exception to SIGN-5: it has to be known to be compared with, and
//! lies encrypted.

pub mod by_phone;
pub mod clients;
mod household;
pub mod liaison;
pub mod manifest;
pub mod nonces;
pub mod oidc;
pub mod passwords;
pub mod purpose;
pub mod reveal;
mod secrets;
pub mod sessions;
pub mod sign_in;
mod tries;
pub mod unused;
pub mod users;

pub(crate) use household::household;
pub(crate) use secrets::readable;
pub use secrets::{sha256_hex, sm3_hex};
