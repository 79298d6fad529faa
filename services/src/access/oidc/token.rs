//! 身份凭证 The code is exchanged for an ID token, and the token is checked (OpenID Connect Core 1.0,
//! section 3.1.3.7).

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{CoreErrorResponseType, CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, ClientId, Nonce, PkceCodeVerifier, RequestTokenError,
    SignatureVerificationError, TokenResponse,
};
use serde::Deserialize;

use super::jws;
use super::provider::{Metadata, Provider};
use super::reason::{Reason, Refusal};
use super::way::Unanswered;

/// How far clocks may differ.
pub const TOLERANCE: TimeDelta = TimeDelta::seconds(60);
/// Characters of a subject at most (OpenID Connect Core 1.0, section 2).
const SUBJECT: usize = 255;
/// Characters of a name at most.
const NAME: usize = 128;

/// What is expected of a token.
pub struct Expected<'a> {
    /// The code that came with the browser.
    pub code: String,
    /// The verifier of RFC 7636.
    pub verifier: String,
    /// The nonce of the request.
    pub nonce: &'a str,
    /// When the request was sent.
    pub started_at: DateTime<Utc>,
}

/// 已证实的身份 Who somebody is at a provider, proved.
#[derive(Clone, Debug)]
pub struct Proved {
    /// 主体标识
    pub subject: String,
    /// 姓名 For an account that is made for it; never a right and never a key.
    pub name: Option<String>,
    /// The provider's own session (`sid`).
    pub provider_session: Option<String>,
    /// Whether two factors were shown there.
    pub two_factors: bool,
}

/// A claim of OpenID Connect Back-Channel Logout 1.0 (section 2.1) that the library does not read.
#[derive(Deserialize)]
struct SessionClaim {
    sid: Option<String>,
}

impl Provider {
    /// Exchanges a code and checks what comes back.
    pub(super) async fn proved(
        &self,
        metadata: &Arc<Metadata>,
        expected: Expected<'_>,
        now: DateTime<Utc>,
    ) -> Result<Proved, Refusal> {
        let token = self.exchanged(metadata, expected.code, expected.verifier).await?;
        let (nonce, started_at) = (Nonce::new(expected.nonce.to_owned()), expected.started_at);
        let checked = match self.checked(metadata, &token, &nonce, started_at, now) {
            Err(fault) if is_key_unknown(&fault) => match self.with_new_keys(metadata, now).await? {
                Some(newer) => self.checked(&newer, &token, &nonce, started_at, now),
                None => Err(fault),
            },
            checked => checked,
        };
        let claims = checked.map_err(|error| self.fault(Reason::TokenInvalid, &error, word(&error)))?;
        self.read(claims, &token.to_string())
    }

    async fn exchanged(&self, metadata: &Metadata, code: String, verifier: String) -> Result<CoreIdToken, Refusal> {
        let client = self.client(metadata);
        let request = client.exchange_code(AuthorizationCode::new(code));
        let request = request.map_err(|error| self.fault(Reason::ProviderFault, &error, "no token endpoint"))?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier));
        let answer = request.request_async(self.way()).await;
        let answer = answer.map_err(|error| match &error {
            RequestTokenError::ServerResponse(told) if *told.error() == CoreErrorResponseType::InvalidGrant => {
                Reason::CodeRefused.into()
            }
            RequestTokenError::ServerResponse(told) => self.fault(Reason::ProviderFault, told, "token endpoint"),
            RequestTokenError::Request(Unanswered::Http(_) | Unanswered::Status(_)) => {
                self.fault(Reason::ProviderUnreachable, &error, "token endpoint")
            }
            // What was answered may hold tokens, which belong into no log.
            _ => self.fault(Reason::ProviderFault, &"an answer of another form", "token endpoint"),
        })?;
        answer.id_token().cloned().ok_or_else(|| Refusal::because(Reason::TokenInvalid, "absent"))
    }

    /// The claims of a token that is in order.
    fn checked<'t>(
        &self,
        metadata: &Metadata,
        token: &'t CoreIdToken,
        nonce: &Nonce,
        started_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<&'t CoreIdTokenClaims, ClaimsVerificationError> {
        let id = ClientId::new(self.settings().client_id.clone());
        // As for a client without a secret: then no shared secret is a key (OIDC-4).
        let verifier = CoreIdTokenVerifier::new_public_client(id, self.issuer().clone(), metadata.jwks().clone())
            .set_allowed_algs(jws::ALGORITHMS)
            .set_time_fn(move || now - TOLERANCE)
            .set_issue_time_verifier_fn(move |issued| {
                let is_timely = issued >= started_at - TOLERANCE && issued <= now + TOLERANCE;
                if is_timely { Ok(()) } else { Err("iat".to_owned()) }
            })
            // Others may read the token if it was issued to us, which `azp` tells.
            .set_other_audience_verifier_fn(|_| true);
        let claims = token.claims(&verifier, nonce)?;
        let party = claims.authorized_party().map(|party| party.as_str());
        let is_ours = party.is_none_or(|party| party == self.settings().client_id);
        if !is_ours || (party.is_none() && claims.audiences().len() > 1) {
            return Err(ClaimsVerificationError::Other("azp".to_owned()));
        }
        Ok(claims)
    }

    fn read(&self, claims: &CoreIdTokenClaims, token: &str) -> Result<Proved, Refusal> {
        let subject = claims.subject().as_str();
        if !is_subject(subject) {
            return Err(Refusal::because(Reason::TokenInvalid, "sub"));
        }
        let name = claims.name().and_then(|names| names.get(None)).map(|name| name.trim());
        let sid = jws::claims::<SessionClaim>(token).and_then(|claim| claim.sid);
        let acr = claims.auth_context_ref().map(|level| level.as_str());
        let amr = claims.auth_method_refs().into_iter().flatten().map(|method| method.as_str());
        Ok(Proved {
            subject: subject.to_owned(),
            name: name.filter(|name| !name.is_empty()).map(|name| name.chars().take(NAME).collect()),
            provider_session: sid.filter(|sid| sid.len() <= SUBJECT),
            two_factors: self.settings().is_two_factors(acr, amr),
        })
    }
}

/// Whether a text can be a subject: at most 255 visible characters of ASCII.
pub fn is_subject(text: &str) -> bool {
    (1..=SUBJECT).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
}

fn is_key_unknown(error: &ClaimsVerificationError) -> bool {
    matches!(error, ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey))
}

/// Which check failed, for the audit log.
fn word(error: &ClaimsVerificationError) -> &'static str {
    use SignatureVerificationError::{AmbiguousKeyId, DisallowedAlg, NoMatchingKey, NoSignature, UnsupportedAlg};
    match error {
        ClaimsVerificationError::InvalidIssuer(_) => "iss",
        ClaimsVerificationError::InvalidAudience(_) => "aud",
        ClaimsVerificationError::InvalidNonce(_) => "nonce",
        ClaimsVerificationError::Expired(told) if told == "iat" => "iat",
        ClaimsVerificationError::Expired(_) => "exp",
        ClaimsVerificationError::Other(told) if told == "azp" => "azp",
        ClaimsVerificationError::SignatureVerification(NoMatchingKey | AmbiguousKeyId(_)) => "kid",
        ClaimsVerificationError::SignatureVerification(DisallowedAlg(_) | UnsupportedAlg(_) | NoSignature) => "alg",
        ClaimsVerificationError::SignatureVerification(_) => "signature",
        _ => "form",
    }
}
