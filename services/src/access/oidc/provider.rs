//! 提供方 What a provider tells of itself (OpenID Connect Discovery 1.0) and its keys, kept for a while.

use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, AuthType, ClientId, DiscoveryError, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IssuerUrl, JsonWebKeySet, ProviderMetadata, RedirectUrl,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::reason::{Reason, Refusal};
use super::settings::Settings;
use super::way::{Unanswered, Way};

/// What a provider told of itself and its keys is believed for this time.
const BELIEVED: TimeDelta = TimeDelta::minutes(10);
/// A key that is not known is asked for at most this often, so that nobody makes us ask with made-up ones.
const ASKED: TimeDelta = TimeDelta::seconds(60);

/// What is read of the metadata beyond OpenID Connect Discovery.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Extensions {
    /// Whether each answer names its issuer (RFC 9207, section 3).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Extensions {}

/// The metadata of a provider, with its keys.
pub type Metadata = ProviderMetadata<
    Extensions,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// A client that knows where to send people, and perhaps where to ask for tokens.
pub type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// 提供方 One provider.
pub struct Provider {
    settings: Settings,
    issuer: IssuerUrl,
    redirect: RedirectUrl,
    start_url: String,
    way: Way,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    metadata: Option<(Arc<Metadata>, DateTime<Utc>)>,
    keys_asked_at: Option<DateTime<Utc>>,
    failed: Option<(Instant, Reason)>,
}

impl Provider {
    fn new(settings: Settings, public_url: &str) -> Result<Self, Unusable> {
        let base = format!("{}/oidc/{}", public_url.trim_end_matches('/'), settings.id);
        Ok(Self {
            issuer: IssuerUrl::new(settings.issuer.clone())?,
            redirect: RedirectUrl::new(format!("{base}/callback"))?,
            start_url: format!("{base}/start"),
            way: Way::new(settings.issuer.starts_with("https:"))?,
            settings,
            kept: Mutex::default(),
        })
    }

    /// What is configured.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// 登录地址 Where a sign-in begins.
    pub fn start_url(&self) -> &str {
        &self.start_url
    }

    pub(super) fn way(&self) -> &Way {
        &self.way
    }

    pub(super) fn issuer(&self) -> &IssuerUrl {
        &self.issuer
    }

    /// What the provider tells of itself, asked anew every ten minutes.
    pub(super) async fn metadata(&self, now: DateTime<Utc>) -> Result<Arc<Metadata>, Reason> {
        let arrived = Instant::now();
        let mut kept = self.kept.lock().await;
        if let Some((metadata, at)) = &kept.metadata
            && now - *at < BELIEVED
        {
            return Ok(Arc::clone(metadata));
        }
        // Whoever waited while it failed for another need not wait for the same again.
        if let Some((at, reason)) = kept.failed
            && at >= arrived
        {
            return Err(reason);
        }
        match Metadata::discover_async(self.issuer.clone(), &self.way).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                kept.metadata = Some((Arc::clone(&metadata), now));
                Ok(metadata)
            }
            Err(error) => {
                let reason = self.unanswered(&error);
                kept.failed = Some((Instant::now(), reason));
                Err(reason)
            }
        }
    }

    /// The metadata with the keys as they are now, for a token whose key is not among those that are known;
    /// `None` if they were asked for within the minute.
    pub(super) async fn with_new_keys(
        &self,
        known: &Arc<Metadata>,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<Metadata>>, Reason> {
        let mut kept = self.kept.lock().await;
        let Some((current, at)) = kept.metadata.clone() else { return Ok(None) };
        if !Arc::ptr_eq(&current, known) {
            return Ok(Some(current));
        }
        if kept.keys_asked_at.is_some_and(|at| now - at < ASKED) {
            return Ok(None);
        }
        kept.keys_asked_at = Some(now);
        let keys = JsonWebKeySet::fetch_async(known.jwks_uri(), &self.way).await;
        let keys = keys.map_err(|error| self.unanswered(&error))?;
        let metadata = Arc::new(Metadata::clone(known).set_jwks(keys));
        kept.metadata = Some((Arc::clone(&metadata), at));
        Ok(Some(metadata))
    }

    fn unanswered(&self, error: &DiscoveryError<Unanswered>) -> Reason {
        tracing::warn!(provider.id = %self.settings.id, error = ?error, "a provider of identity could not be asked");
        match error {
            DiscoveryError::Request(Unanswered::TooLong) => Reason::ProviderFault,
            DiscoveryError::Request(_) => Reason::ProviderUnreachable,
            _ => Reason::ProviderFault,
        }
    }

    /// Our side of the conversation.
    pub(super) fn client(&self, metadata: &Metadata) -> Client {
        let (id, secret) = (ClientId::new(self.settings.client_id.clone()), self.settings.client_secret.clone());
        let client = CoreClient::from_provider_metadata(metadata.clone(), id, secret);
        let methods = metadata.token_endpoint_auth_methods_supported();
        let has = |method| methods.is_some_and(|methods| methods.contains(&method));
        let takes_body_only =
            has(CoreClientAuthMethod::ClientSecretPost) && !has(CoreClientAuthMethod::ClientSecretBasic);
        let auth_type = if takes_body_only { AuthType::RequestBody } else { AuthType::BasicAuth };
        client.set_redirect_uri(self.redirect.clone()).set_auth_type(auth_type)
    }

    /// Names the provider in a refusal of its answer.
    pub(super) fn fault(&self, reason: Reason, error: &dyn std::fmt::Debug, fault: &str) -> Refusal {
        tracing::warn!(provider.id = %self.settings.id, error = ?error, "an answer of a provider of identity is refused");
        Refusal::because(reason, fault)
    }
}

/// Why a provider cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The machine lacks what HTTPS needs, such as the certificates of authorities.
    #[error("无法建立到身份提供方的连接：请检查本机的根证书（ca-certificates）")]
    Http(#[from] reqwest::Error),
    /// An address that is none.
    #[error("身份提供方的地址有误")]
    Address(#[from] openidconnect::url::ParseError),
}

/// 身份提供方 All providers; a clone is the same.
#[derive(Clone, Default)]
pub struct Providers(Arc<[Provider]>);

impl Providers {
    /// The providers that are configured; `public_url` is where browsers reach this server.
    ///
    /// # Errors
    /// What the machine lacks.
    pub fn new(settings: &[Settings], public_url: &str) -> Result<Self, Unusable> {
        settings.iter().map(|one| Provider::new(one.clone(), public_url)).collect::<Result<_, _>>().map(Self)
    }

    /// The provider with this id.
    pub fn find(&self, id: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.settings.id == id)
    }

    /// The provider that is this issuer.
    pub fn by_issuer(&self, issuer: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.settings.issuer == issuer)
    }

    /// In the order of the configuration.
    pub fn iter(&self) -> impl Iterator<Item = &Provider> {
        self.0.iter()
    }
}
