//! 失败处理 Failed tries to sign in (GB/T 22239-2019 8.1.4.1 b).
//!
//! SIGN-6: a try is counted before its password is looked at, so that many at once are no more than one after
//! another; what comes too soon is refused with the seconds to wait, and holds nothing up meanwhile.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use entities::Database;
use entities::access as stored;
use entities::bulk::Session;
use rules::access::{PasswordPolicy, Try};
use serde_json::{Value, json};

use super::household::household;
use super::passwords::policy;
use crate::audit::{self, Outcome};
use crate::command::{Caller, Done, UserError, event};
use crate::crowd::{Crowd, Member};

/// Characters of a login that are kept of those that do not exist.
const LOGIN: usize = 64;

/// 二次验证 The factor whose tries are counted by the account alone: whoever knows the password may come from
/// anywhere, and the right password clears none of them.
pub(super) const SECOND_FACTOR: &str = "second factor";
/// Tries of one household side by side: each takes a core for some hundredths of a second, and others wait.
const AT_ONCE: usize = 64;

static TRYING: LazyLock<Crowd> = LazyLock::new(Crowd::default);

/// 一次尝试 A try that is under way.
pub(super) struct Attempt<'c> {
    caller: &'c Caller,
    /// By which tries are counted, beside the login.
    place: String,
    _member: Member,
    policy: &'static PasswordPolicy,
    login: String,
    /// What is shown: `password`, `second factor`, `old password`.
    factor: &'static str,
    number: i32,
}

/// Begins a try, unless it comes too soon or the login is locked here.
///
/// # Errors
/// `TOO_SOON`, `LOCKED`, both with the seconds to wait.
pub(super) async fn begin<'c>(
    db: &Database,
    caller: &'c Caller,
    login: &str,
    factor: &'static str,
) -> Done<Attempt<'c>> {
    let (policy, login) = (policy(caller.now)?, login.chars().take(LOGIN).collect::<String>());
    let household = household(&caller.source);
    let Some(member) = TRYING.join(&household, AT_ONCE) else {
        let message = "此地址正在进行的登录验证过多，请 1 秒后再试。";
        return Err(UserError::at(&["input"], "TOO_SOON", message).after(1).into());
    };
    let place = if factor == SECOND_FACTOR { SECOND_FACTOR.to_owned() } else { household };
    let mut session = Session::begin(db).await?;
    let failures = stored::held_failures(&mut session, &login, &place, caller.now).await?;
    let number = match policy.judge(failures, caller.now) {
        Try::Taken(number) => number,
        mut barred => {
            // What comes too soon is a try like any other: five in a row lock, however fast they come.
            if matches!(barred, Try::TooSoon(_)) {
                let number = failures.count + 1;
                stored::count_failure(&mut session, &login, &place, number, caller.now).await?;
                if let Some(until) = policy.locks(number, caller.now) {
                    stored::lock_login(&mut session, &login, &place, until).await?;
                    barred = Try::Locked(until);
                }
            }
            let (code, error) = refusal(policy, barred, caller.now);
            audit::append(&mut session, &[refused(caller, &login, json!({ "factor": factor, "reason": code }))])
                .await?;
            session.commit().await?;
            return Err(error.into());
        }
    };
    stored::count_failure(&mut session, &login, &place, number, caller.now).await?;
    session.commit().await?;
    Ok(Attempt { caller, place, _member: member, policy, login, factor, number })
}

impl Attempt<'_> {
    /// It failed: locks the login if it was one too many.
    ///
    /// # Errors
    /// A failure of the database.
    pub(super) async fn failed(self, db: &Database) -> Done<UserError> {
        let Self { caller, place, policy, login, factor, number, .. } = self;
        let locked_until = policy.locks(number, caller.now);
        let mut session = Session::begin(db).await?;
        if let Some(until) = locked_until {
            stored::lock_login(&mut session, &login, &place, until).await?;
        }
        let detail = json!({ "factor": factor, "tries": number });
        audit::append(&mut session, &[refused(caller, &login, detail)]).await?;
        session.commit().await?;
        Ok(match locked_until {
            Some(until) => refusal(policy, Try::Locked(until), caller.now).1,
            None => {
                let (tries, minutes) = (policy.tries, policy.locked_minutes);
                let message = format!("账号或口令不正确，请核对后重试；连续失败 {tries} 次将锁定 {minutes} 分钟。");
                UserError::at(&["input"], "SIGN_IN_FAILED", message).after(policy.delay(number).num_seconds().max(0))
            }
        })
    }

    /// It succeeded: earlier ones are forgotten, in the transaction of what it was for.
    ///
    /// # Errors
    /// Any failure of the database.
    pub(super) async fn succeeded(self, session: &mut Session) -> Done<()> {
        Ok(stored::forget_failures(session, &self.login, &self.place).await?)
    }
}

fn refusal(policy: &PasswordPolicy, barred: Try, now: DateTime<Utc>) -> (&'static str, UserError) {
    let seconds = |until: DateTime<Utc>| ((until - now).num_milliseconds() + 999) / 1_000;
    match barred {
        Try::Locked(until) => {
            let minutes = (seconds(until) + 59) / 60;
            let tries = policy.tries;
            let message = format!("连续 {tries} 次验证失败，该账号在此地址已锁定，请约 {minutes} 分钟后再试。");
            ("LOCKED", UserError::at(&["input"], "LOCKED", message).after(seconds(until)))
        }
        Try::TooSoon(free) => {
            let wait = seconds(free);
            let message = format!("验证失败后需等待，请 {wait} 秒后再试；等待时间随失败次数增加。");
            ("TOO_SOON", UserError::at(&["input"], "TOO_SOON", message).after(wait))
        }
        Try::Taken(_) => ("TAKEN", UserError::at(&["input"], "SIGN_IN_FAILED", "请重试。")),
    }
}

fn refused(caller: &Caller, login: &str, detail: Value) -> audit::Event {
    event(caller, "SIGN_IN", login.to_owned(), Outcome::Refused, detail)
}
