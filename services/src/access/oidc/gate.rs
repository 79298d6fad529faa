//! 登录口 The way out to a provider and the way back: which browser, which provider, which answer.

use entities::identity::sign_in_attempt;
use entities::{Database, DatabaseError};
use openidconnect::core::{CoreAuthPrompt, CoreAuthenticationFlow};
use openidconnect::url::form_urlencoded;
use openidconnect::{AuthenticationContextClass, CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier, Scope};
use sea_orm::DbErr;
use serde_json::json;

use super::attempt::{self, Attempt};
use super::provider::{Metadata, Provider};
use super::reason::{Reason, Refusal};
use super::target::own_path;
use super::token::{Expected, Proved};
use crate::access::secrets::{sm3_hex, token};
use crate::access::sessions::{Sessions, absent};
use crate::audit::Outcome;
use crate::audit_desk::AuditDesk;
use crate::command::power::ManageAccount;
use crate::command::{Caller, event};

/// Characters of a part of an answer at most.
const PART: usize = 4096;

/// Why a step of a sign-in was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// It was refused.
    #[error("refused")]
    Refused(Box<Refusal>),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<DbErr> for Stopped {
    fn from(error: DbErr) -> Self {
        Self::Database(error.into())
    }
}

impl From<Refusal> for Stopped {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<Reason> for Stopped {
    fn from(reason: Reason) -> Self {
        Refusal::from(reason).into()
    }
}

/// 登录口 What a step of a sign-in works with.
pub struct Gate<'a> {
    /// The database.
    pub db: &'a Database,
    /// The sessions of this process.
    pub sessions: &'a Sessions,
    /// Where refusals are recorded.
    pub audit: &'a AuditDesk,
    /// The provider of the address.
    pub provider: &'a Provider,
    /// The browser: with the session that it carries, if it has one.
    pub caller: &'a Caller,
}

/// 目的 What a sign-in at the provider is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// 登录
    SignIn,
    /// 关联 The account of the session is linked. It has to be asked for on a page of ours: another page could
    /// have a person linked to an identity that is its own.
    Link {
        /// What the browser says of the page.
        on_own_page: bool,
    },
}

impl Purpose {
    fn act(self) -> &'static str {
        match self {
            Self::SignIn => "SIGN_IN",
            Self::Link { .. } => "LINK_IDENTITY",
        }
    }
}

/// 已发起 Where to send the browser, and what it has to carry.
#[derive(Clone, Debug)]
pub struct Begun {
    /// The provider's address.
    pub location: String,
    /// The cookie that binds the sign-in to this browser.
    pub browser: String,
}

/// 已返回 Where the browser goes now.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// A path of this server.
    pub target: String,
    /// The token of the new session; empty if an identity was linked.
    pub token: Option<String>,
}

/// The parameters of an answer (RFC 6749, section 4.1.2; RFC 9207, section 2).
#[derive(Default)]
struct Answer {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

impl Answer {
    /// A parameter that comes twice makes it no answer (RFC 6749, section 3.1).
    fn read(query: &str) -> Option<Self> {
        let mut answer = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match &*name {
                "state" => &mut answer.state,
                "code" => &mut answer.code,
                "error" => &mut answer.error,
                "iss" => &mut answer.iss,
                _ => continue,
            };
            if value.len() > PART || place.replace(value.into_owned()).is_some() {
                return None;
            }
        }
        Some(answer)
    }
}

impl Gate<'_> {
    /// 发起 Sends a browser to the provider.
    ///
    /// # Errors
    /// A refusal, recorded, or a failure of the database.
    pub async fn start(&self, target: &str, purpose: Purpose) -> Result<Begun, Stopped> {
        self.recorded(self.begin(target, purpose).await, purpose.act()).await
    }

    async fn begin(&self, target: &str, purpose: Purpose) -> Result<Begun, Stopped> {
        let target = own_path(target).ok_or(Reason::InvalidTarget)?;
        let linking = match purpose {
            Purpose::SignIn => None,
            Purpose::Link { on_own_page: true } => Some(self.linking_session()?),
            Purpose::Link { on_own_page: false } => return Err(Reason::ForeignPage.into()),
        };
        let metadata = self.provider.metadata(self.caller.now).await?;
        let secret = || token().ok_or_else(|| absent("chance"));
        let (state, browser, nonce, verifier) = (secret()?, secret()?, secret()?, secret()?);
        let attempt = Attempt {
            state: &state,
            browser: &browser,
            provider: &self.provider.settings().id,
            nonce: &nonce,
            verifier: &verifier,
            target: &target,
            session: linking,
            source: &self.caller.source,
        };
        attempt::keep(self.db, &attempt, self.caller.now).await?;
        Ok(Begun { location: self.request(&metadata, &attempt), browser })
    }

    /// The session whose account may be linked: both factors of an office have been shown.
    fn linking_session(&self) -> Result<i64, Reason> {
        let may = self.caller.may::<ManageAccount>().is_ok();
        self.caller.session.filter(|_| may).ok_or(Reason::LinkNeedsSession)
    }

    /// The address of the authentication request (OpenID Connect Core 1.0, section 3.1.2.1).
    fn request(&self, metadata: &Metadata, attempt: &Attempt<'_>) -> String {
        let client = self.provider.client(metadata);
        let (state, nonce) = (attempt.state.to_owned(), attempt.nonce.to_owned());
        let verifier = PkceCodeVerifier::new(attempt.verifier.to_owned());
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || CsrfToken::new(state), || Nonce::new(nonce))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        if self.provider.settings().creates_accounts {
            request = request.add_scope(Scope::new("profile".to_owned()));
        }
        for level in self.provider.settings().levels() {
            request = request.add_auth_context_value(AuthenticationContextClass::new(level.to_owned()));
        }
        if attempt.session.is_some() {
            // Whoever links sees as whom: a browser that others have signed in there links nobody else.
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        request.url().0.into()
    }

    /// 返回 Takes the browser back; `browser` is the cookie that it carries.
    ///
    /// # Errors
    /// A refusal, recorded, or a failure of the database.
    pub async fn callback(&self, query: &str, browser: Option<&str>) -> Result<Arrived, Stopped> {
        let (attempt, answer) = self.recorded(self.attempt(query, browser).await, "SIGN_IN").await?;
        let links = attempt.session_id.is_some();
        let arrived = self.arrive(attempt, answer).await;
        self.recorded(arrived, if links { "LINK_IDENTITY" } else { "SIGN_IN" }).await
    }

    /// The sign-in to which an answer belongs, if it was begun in this browser and at this provider.
    async fn attempt(&self, query: &str, browser: Option<&str>) -> Result<(sign_in_attempt::Model, Answer), Stopped> {
        let answer = Answer::read(query).ok_or(Reason::CallbackMalformed)?;
        let state = answer.state.as_deref().ok_or(Reason::CallbackMalformed)?;
        let attempt = attempt::take(self.db, state, self.caller.now).await?.ok_or(Reason::AttemptUnknown)?;
        if browser.map(sm3_hex).as_ref() != Some(&attempt.browser_hash) {
            return Err(Reason::OtherBrowser.into());
        }
        if attempt.provider != self.provider.settings().id {
            return Err(Refusal::because(Reason::ProviderMismatch, "address").into());
        }
        Ok((attempt, answer))
    }

    async fn arrive(&self, attempt: sign_in_attempt::Model, answer: Answer) -> Result<Arrived, Stopped> {
        let metadata = self.provider.metadata(self.caller.now).await?;
        self.check_issuer(&metadata, answer.iss.as_deref())?;
        let code = match (answer.error, answer.code) {
            (Some(error), _) => return Err(refused_there(&error).into()),
            (None, Some(code)) => code,
            (None, None) => return Err(Reason::CallbackMalformed.into()),
        };
        let sign_in_attempt::Model { verifier, nonce, started_at, session_id, target, .. } = attempt;
        let expected = Expected { code, verifier, nonce: &nonce, started_at };
        let proved = self.provider.proved(&metadata, expected, self.caller.now).await?;
        let done = match session_id {
            Some(session) => self.link(&proved, session).await.map(|()| None),
            None => self.sign_in(&proved).await.map(Some),
        };
        match done {
            Ok(token) => Ok(Arrived { target, token }),
            Err(stopped) => Err(with_subject(stopped, &proved)),
        }
    }

    /// The issuer that an answer names (RFC 9207, section 2.4).
    fn check_issuer(&self, metadata: &Metadata, named: Option<&str>) -> Result<(), Refusal> {
        let is_promised = metadata.additional_metadata().authorization_response_iss_parameter_supported;
        let fault = match named {
            Some(named) if named != self.provider.settings().issuer => "iss",
            None if is_promised => "no iss",
            _ => return Ok(()),
        };
        Err(Refusal::because(Reason::ProviderMismatch, fault))
    }

    /// Records a refusal before it is told.
    pub(super) async fn recorded<T>(&self, done: Result<T, Stopped>, act: &'static str) -> Result<T, Stopped> {
        if let Err(Stopped::Refused(refusal)) = &done {
            let provider = &self.provider.settings().id;
            let detail = json!({
                "provider": provider,
                "reason": refusal.reason.code(),
                "fault": refusal.fault,
                "issuer": self.provider.settings().issuer,
                "subject": refusal.subject.as_deref().map(sm3_hex),
            });
            let subject = refusal.login.clone().unwrap_or_else(|| format!("provider {provider}"));
            self.audit.record(event(self.caller, act, subject, Outcome::Refused, detail)).await;
        }
        done
    }
}

/// What an error of the provider means (RFC 6749, section 4.1.2.1).
fn refused_there(error: &str) -> Refusal {
    let reason = match error {
        "access_denied" | "login_required" | "interaction_required" | "consent_required" => Reason::AccessDenied,
        "temporarily_unavailable" | "server_error" => Reason::ProviderUnreachable,
        _ => Reason::ProviderFault,
    };
    let word = error.chars().filter(char::is_ascii_graphic).take(64).collect::<String>();
    Refusal::because(reason, word)
}

fn with_subject(stopped: Stopped, proved: &Proved) -> Stopped {
    match stopped {
        Stopped::Refused(refusal) => Refusal { subject: Some(proved.subject.clone()), ..*refusal }.into(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_each_part_once() {
        let answer =
            Answer::read("state=a&code=b%2Bc&iss=https%3A%2F%2Fid.example&session_state=x").expect("an answer");
        assert_eq!(answer.code.as_deref(), Some("b+c"));
        assert_eq!(answer.iss.as_deref(), Some("https://id.example"));
        assert!(Answer::read("state=a&state=b&code=c").is_none());
        assert!(Answer::read(&format!("code={}", "a".repeat(PART + 1))).is_none());
    }

    #[test]
    fn what_the_provider_says_is_cut_to_words() {
        let refusal = refused_there("access_denied");
        assert_eq!(refusal.reason, Reason::AccessDenied);
        let odd = refused_there(&format!("<b>\n{}", "x".repeat(200)));
        assert_eq!((odd.reason, odd.fault.map(|fault| fault.len())), (Reason::ProviderFault, Some(64)));
    }
}
