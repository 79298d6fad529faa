//! 统一退出 The provider tells that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0):
//! the sessions that were begun through it end.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entities::bulk::Session;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::gate::{Gate, Stopped};
use super::jws::{self, Fault};
use super::provider::Metadata;
use super::reason::{Reason, Refusal};
use super::settings::Settings;
use super::token::TOLERANCE;
use crate::access::secrets::sm3_hex;
use crate::access::sessions;
use crate::audit::{self, Outcome};
use crate::command::{Caller, event};

/// The event of a logout token (section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Types of a logout token: its own, and the one that older providers write (section 2.4).
const TYPES: [&str; 2] = ["logout+jwt", "JWT"];
/// How old a token may be. Section 2.4 asks providers for at most two minutes; clocks and queues add to it.
const OLDEST: TimeDelta = TimeDelta::minutes(5);
const ACT: &str = "BACKCHANNEL_LOGOUT";

/// One audience or several (RFC 7519, section 4.1.3).
#[derive(Deserialize)]
#[serde(untagged)]
enum Audiences {
    One(String),
    Many(Vec<String>),
}

/// The claims of a logout token (section 2.4).
#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audiences,
    iat: f64,
    exp: Option<f64>,
    jti: String,
    sub: Option<String>,
    sid: Option<String>,
    #[serde(default)]
    events: Map<String, Value>,
    nonce: Option<Value>,
}

impl Claims {
    /// The checks of section 2.6 but for the signature; until when the token is to be remembered.
    fn checked(&self, settings: &Settings, now: DateTime<Utc>) -> Result<DateTime<Utc>, &'static str> {
        let is_ours = match &self.aud {
            Audiences::One(audience) => *audience == settings.client_id,
            Audiences::Many(audiences) => audiences.contains(&settings.client_id),
        };
        let instant = |seconds: f64| DateTime::from_timestamp(seconds as i64, 0);
        let issued = instant(self.iat).ok_or("iat")?;
        let expires = self.exp.map_or(Some(issued + OLDEST), instant).ok_or("exp")?;
        let checks = [
            (self.iss != settings.issuer, "iss"),
            (!is_ours, "aud"),
            (issued > now + TOLERANCE || issued < now - OLDEST, "iat"),
            (expires <= now - TOLERANCE, "exp"),
            (!self.events.get(EVENT).is_some_and(Value::is_object), "events"),
            (self.nonce.is_some(), "nonce"),
            (self.sub.is_none() && self.sid.is_none(), "sub"),
            (self.jti.is_empty(), "jti"),
        ];
        match checks.into_iter().find(|(is_wrong, _)| *is_wrong) {
            Some((_, fault)) => Err(fault),
            // An older one is refused by its age.
            None => Ok(issued + OLDEST + TOLERANCE),
        }
    }
}

impl Gate<'_> {
    /// 统一退出 Ends the sessions of which a logout token tells.
    ///
    /// # Errors
    /// A refusal, recorded, or a failure of the database.
    pub async fn log_out(&self, token: &str) -> Result<(), Stopped> {
        let done = self.logged_out(token).await;
        self.recorded(done, ACT).await
    }

    async fn logged_out(&self, token: &str) -> Result<(), Stopped> {
        let (settings, now) = (self.provider.settings(), self.caller.now);
        let invalid = |fault: &str| Refusal::because(Reason::LogoutTokenInvalid, fault);
        let claims = self.claims(token).await?;
        let until = claims.checked(settings, now).map_err(invalid)?;
        let mut session = Session::begin(self.db).await?;
        if !is_first(&mut session, &settings.issuer, &claims.jti, until, now).await? {
            session.rollback().await?;
            return Err(Reason::LogoutTokenReplayed.into());
        }
        let (subject, provider_session) = (claims.sub.as_deref(), claims.sid.as_deref());
        let begun = sessions::Begun { issuer: &settings.issuer, subject, provider_session };
        let ended = sessions::end_begun(&mut session, &begun, now).await?;
        let name = format!("provider {}", settings.id);
        let actor = Caller { name: name.as_str().into(), ..self.caller.clone() };
        let detail = json!({
            "provider": settings.id, "issuer": settings.issuer, "subject": subject.map(sm3_hex), "sessions": ended
        });
        audit::append(&mut session, &[event(&actor, ACT, name, Outcome::Done, detail)]).await?;
        session.commit().await?;
        self.sessions.forget();
        Ok(())
    }

    async fn claims(&self, token: &str) -> Result<Claims, Refusal> {
        let metadata = self.provider.metadata(self.caller.now).await?;
        let read = |metadata: &Arc<Metadata>| jws::verified(token, metadata.jwks().keys(), &TYPES);
        let claims = match read(&metadata) {
            Err(Fault::Key) => match self.provider.with_new_keys(&metadata, self.caller.now).await? {
                Some(newer) => read(&newer),
                None => Err(Fault::Key),
            },
            claims => claims,
        };
        claims.map_err(|fault| Refusal::because(Reason::LogoutTokenInvalid, fault.word()))
    }
}

/// Remembers a token; `false` if it was there before. Those that are too old anyhow go.
async fn is_first(
    session: &mut Session,
    issuer: &str,
    jti: &str,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, entities::DatabaseError> {
    let mut sql = session.sql("DELETE FROM logout_tokens WHERE expires_at < ");
    sql.bind(now);
    session.run(sql).await?;
    let mut sql = session.sql("INSERT INTO logout_tokens (issuer, token_hash, expires_at) VALUES (");
    sql.bind(issuer).push(", ").bind(sm3_hex(jti)).push(", ").bind(until);
    sql.push(") ON CONFLICT (issuer, token_hash) DO NOTHING RETURNING issuer");
    Ok(!session.run(sql).await?.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::settings::{Audience, Settings};
    use super::*;

    fn fault(change: Value) -> Option<&'static str> {
        let settings = Settings {
            id: "staff".to_owned(),
            name: "统一身份认证".to_owned(),
            issuer: "https://id.example".to_owned(),
            client_id: "qinxin".to_owned(),
            client_secret: None,
            audience: Audience::Staff,
            second_factor_acr: Vec::new(),
            creates_accounts: false,
        };
        let mut claims = json!({
            "iss": "https://id.example", "aud": "qinxin", "iat": 1_000_000_000, "exp": 1_000_000_120, "jti": "a",
            "sub": "s", "events": { EVENT: {} }
        });
        for (name, value) in change.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        let claims: Claims = serde_json::from_value(claims).expect("claims");
        claims.checked(&settings, DateTime::from_timestamp(1_000_000_010, 0).expect("an instant")).err()
    }

    #[test]
    fn each_claim_is_checked() {
        let cases = [
            (json!({}), None),
            (json!({ "aud": ["other", "qinxin"] }), None),
            (json!({ "sub": null, "sid": "x" }), None),
            (json!({ "exp": null }), None),
            (json!({ "iss": "https://evil.example" }), Some("iss")),
            (json!({ "aud": "other" }), Some("aud")),
            (json!({ "iat": 1_000_000_071 }), Some("iat")),
            (json!({ "iat": 999_999_709 }), Some("iat")),
            (json!({ "exp": 999_999_950 }), Some("exp")),
            (json!({ "events": {} }), Some("events")),
            (json!({ "events": { EVENT: "x" } }), Some("events")),
            (json!({ "nonce": "n" }), Some("nonce")),
            (json!({ "sub": null }), Some("sub")),
            (json!({ "jti": "" }), Some("jti")),
        ];
        for (change, expected) in cases {
            assert_eq!(fault(change.clone()), expected, "{change}");
        }
    }
}
