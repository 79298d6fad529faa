//! 本地账号 From an identity that is proved to a session of the account to which it is linked, or to a link.

use entities::access::{self as stored, grant, user};
use entities::bulk::Session;
use entities::{DatabaseError, identity};
use serde_json::json;

use super::gate::{Gate, Stopped};
use super::identities::{self, fit};
use super::reason::{Reason, Refusal};
use super::settings::Audience;
use super::token::Proved;
use crate::access::secrets::{readable, sm3_hex};
use crate::access::sessions::{self, Origin, absent};
use crate::access::users::returned_id;
use crate::audit::{self, Outcome};
use crate::command::power::ManageAccount;
use crate::command::{Caller, event};

/// Characters of chance in the login of an account that is made for an identity.
const LOGIN: usize = 12;

impl Gate<'_> {
    /// Begins a session for whoever is linked to the identity; gives its token.
    pub(super) async fn sign_in(&self, proved: &Proved) -> Result<String, Stopped> {
        let mut session = Session::begin(self.db).await?;
        match self.enter(&mut session, proved).await {
            Ok(token) => {
                session.commit().await?;
                self.sessions.forget();
                Ok(token)
            }
            Err(stopped) => {
                session.rollback().await?;
                Err(stopped)
            }
        }
    }

    async fn enter(&self, session: &mut Session, proved: &Proved) -> Result<String, Stopped> {
        let (settings, caller) = (self.provider.settings(), self.caller);
        let user = self.account(session, proved).await?;
        let told = |reason: Reason| Refusal { login: Some(user.login.clone()), ..reason.into() };
        let grants = grants(session, user.id).await?;
        fit(&user, &grants, settings.audience).map_err(told)?;
        // The session that the browser carried in ends (OIDC-5).
        if let (Some(owner), Some(carried)) = (caller.user(), caller.session) {
            sessions::end(session, owner, Some(carried), caller.now).await?;
        }
        let origin = Origin {
            issuer: settings.issuer.clone(),
            subject: proved.subject.clone(),
            provider_session: proved.provider_session.clone(),
            audience: settings.audience.code().to_owned(),
        };
        stored::note_use(session, user.id, caller.now).await?;
        let new = sessions::New { two_factors: proved.two_factors, origin: Some(&origin) };
        let (id, token) = sessions::begin(session, user.id, &caller.source, caller.now, new).await?;
        let detail = json!({
            "user": user.id,
            "session": id,
            "ended": caller.session,
            "provider": settings.id,
            "issuer": settings.issuer,
            "subject": sm3_hex(&proved.subject),
            "twoFactors": proved.two_factors,
        });
        let event = event(&self.actor(&user.login), "SIGN_IN", user.login, Outcome::Done, detail);
        audit::append(session, &[event]).await?;
        Ok(token)
    }

    /// Whoever signs in, in the audit log: not the one whose session the browser carried.
    fn actor(&self, login: &str) -> Caller {
        Caller { name: login.into(), ..Caller::anonymous(self.caller.source.clone(), self.caller.now) }
    }

    /// The account to which an identity is linked, locked so that no grant passes the check of it.
    async fn account(&self, session: &mut Session, proved: &Proved) -> Result<user::Model, Stopped> {
        let settings = self.provider.settings();
        let id = match identity::find(session, &settings.issuer, &proved.subject).await? {
            Some(identity) => identity.user_id,
            None if settings.audience == Audience::Public && settings.creates_accounts => {
                self.new_account(session, proved).await?
            }
            None => return Err(Reason::IdentityNotLinked.into()),
        };
        Ok(identities::locked(session, id).await?.ok_or_else(|| absent("users"))?)
    }

    /// An account without any right; it has no password, so that it is entered through the provider alone.
    async fn new_account(&self, session: &mut Session, proved: &Proved) -> Result<i64, Stopped> {
        let (settings, now) = (self.provider.settings(), self.caller.now);
        let login = readable(LOGIN).map(|part| format!("oidc-{part}")).ok_or_else(|| absent("chance"))?;
        let name = proved.name.as_deref().unwrap_or(&settings.name);
        let mut sql = session.sql("INSERT INTO users (login, name, created_at) VALUES (");
        sql.bind(login.as_str()).push(", ").bind(name).push(", ").bind(now).push(") RETURNING id");
        let id = returned_id(&session.run(sql).await?)?;
        if !identity::add(session, id, (&settings.issuer, &proved.subject), now, None).await? {
            return Err(Reason::TryAgain.into());
        }
        let detail = json!({ "user": id, "provider": settings.id, "subject": sm3_hex(&proved.subject) });
        let event = event(&self.actor(&login), "CREATE_USER", login, Outcome::Done, detail);
        audit::append(session, &[event]).await?;
        Ok(id)
    }

    /// Links the identity to the account of the session in which linking was begun.
    pub(super) async fn link(&self, proved: &Proved, begun_in: i64) -> Result<(), Stopped> {
        if self.caller.session != Some(begun_in) {
            return Err(Reason::SessionChanged.into());
        }
        let permit = self.caller.may::<ManageAccount>().map_err(|_| Reason::LinkNeedsSession)?;
        let user = self.caller.user().ok_or(Reason::LinkNeedsSession)?;
        identities::link_to(self.db, &permit, self.provider, user, &proved.subject).await.map(drop)
    }
}

/// What an account is granted now, read in a transaction.
pub(super) async fn grants(session: &mut Session, user: i64) -> Result<Vec<grant::Model>, DatabaseError> {
    let mut sql = session.select::<grant::Model>();
    sql.push(" WHERE ended_at IS NULL AND user_id = ").bind(user);
    session.records(sql).await
}
