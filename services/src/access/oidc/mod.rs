//! 统一身份认证 Sign-in at providers of unified identity: OpenID Connect Core 1.0, authorization code with
//! PKCE (RFC 7636).
//!
//! OIDC-1: an account is found by issuer and subject alone, never by a name, a number or an address.
//! OIDC-2: what a provider says gives no right: roles come from our grants, and whoever holds an office
//! comes through a provider for staff.
//! OIDC-3: an answer counts once, in the browser in which its sign-in was begun, at the provider to which
//! it was sent, within ten minutes.
//! OIDC-4: signatures are ES256 or RS256 by a key of the provider; `none` and shared secrets never count.
//! OIDC-5: a browser that signs in gets a new session, and the one that it carried in ends.
//!
//! Absent on purpose: access tokens are not used, so that none is kept.

mod account;
mod attempt;
mod gate;
pub mod identities;
mod jws;
mod logout;
mod provider;
mod reason;
mod settings;
mod target;
mod token;
mod way;

pub use gate::{Arrived, Begun, Gate, Purpose, Stopped};
pub use provider::{Provider, Providers, Unusable};
pub use reason::{Reason, Refusal};
pub use settings::{Audience, Secret, Settings, faults};
