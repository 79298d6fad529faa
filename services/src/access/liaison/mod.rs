//! 联络员注册与变更 Somebody whom nobody knows yet becomes liaison of an enterprise, by a code that is sent to the
//! telephone of its legal representative.
//!
//! LIAISON-1 and LIAISON-2 of `rules::liaison`, and:
//! LIAISON-3: an unknown enterprise, one without a telephone and another number than the registered one are answered
//! like any other, and the same work is done for them; only no message goes out.
//! LIAISON-4: account, role, end of the former liaison, steps and audit entry are one transaction.
//! LIAISON-5: a code belongs to who asked for it: wrong tries of others wear out their own codes.

pub mod phone;
mod register;
mod request;

use chrono::{DateTime, Utc};
use entities::bulk::Session;
use entities::liaison::{self as stored, Logged};
use entities::{Database, DatabaseError};
use rules::liaison::{CodePolicy, LiaisonPurpose, LiaisonStep, code_policy};
use serde_json::json;

pub use register::{Registered, Registration, register};
pub use request::{Request, Requested, request};

use super::sessions::absent;
use crate::audit::{self, Outcome};
use crate::command::{Caller, Done, UserError, event};
use crate::ports::Clock;

/// The figures that hold at an instant.
fn policy(now: DateTime<Utc>) -> Result<&'static CodePolicy, DatabaseError> {
    code_policy(Clock::Fixed(now).today()).ok_or_else(|| absent("code policy"))
}

/// 环节 A step that a caller takes.
struct Step<'a> {
    caller: &'a Caller,
    uscc: &'a str,
    purpose: LiaisonPurpose,
    step: LiaisonStep,
    login: Option<&'a str>,
}

impl Step<'_> {
    /// Logs how the step ended, and chains it to the audit log.
    async fn note(&self, session: &mut Session, outcome: &str) -> Result<(), DatabaseError> {
        let Self { caller, uscc, purpose, step, login } = *self;
        let source = (!caller.source.is_empty()).then_some(caller.source.as_ref());
        let logged = Logged { uscc, purpose, step, outcome, login, source };
        stored::add_log(session, &logged, caller.now).await?;
        let act = match step {
            LiaisonStep::Request => "REQUEST_LIAISON_CODE",
            LiaisonStep::Send => "SEND_LIAISON_CODE",
            LiaisonStep::Verify => "VERIFY_LIAISON_CODE",
            LiaisonStep::Save => "SAVE_LIAISON",
        };
        let ended = if outcome == "DONE" { Outcome::Done } else { Outcome::Refused };
        let detail = json!({ "purpose": purpose.code(), "outcome": outcome, "login": login });
        audit::append(session, &[event(caller, act, uscc.to_owned(), ended, detail)]).await
    }

    /// Notes in a transaction of its own that the step was refused, and gives the refusal.
    async fn refuse(&self, db: &Database, error: UserError) -> Done<UserError> {
        let mut session = Session::begin(db).await?;
        self.note(&mut session, error.code).await?;
        session.commit().await?;
        Ok(error)
    }
}
