//! 统一身份 Identities at the providers of unified identity, and sign-ins that are under way there.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use crate::bulk::Session;
use crate::record::record;
use crate::statement::Sql;
use crate::{Database, DatabaseError, read};

record! {
    /// 统一身份 Who an account is at a provider: issuer and subject together are nobody else.
    user_identity "user_identities" {
        user_id: i64,
        issuer: String,
        subject: String,
        linked_at: DateTimeUtc,
        /// Who linked it; empty if the account was made for it.
        linked_by: Option<i64>,
    }
}

record! {
    /// 登录过程 A sign-in that was sent to a provider and has not come back.
    sign_in_attempt "sign_in_attempts" {
        /// SM3 of the `state`, which is kept nowhere.
        state_hash: String,
        /// SM3 of the cookie of the browser in which it was begun.
        browser_hash: String,
        provider: String,
        nonce: String,
        /// The verifier of RFC 7636.
        verifier: String,
        /// Where the browser goes in the end.
        target: String,
        /// The session whose account is to be linked; empty for a sign-in.
        session_id: Option<i64>,
        source: String,
        started_at: DateTimeUtc,
    }
}

/// Identities of accounts, by account, in the order in which they were linked.
///
/// # Errors
/// Any failure of the database.
pub async fn of_users(db: &Database, users: &[i64]) -> Result<HashMap<i64, Vec<user_identity::Model>>, DbErr> {
    let mut sql = Sql::select::<user_identity::Model>(db.backend());
    sql.push(" WHERE ").any_number("user_id", users).push(" ORDER BY id");
    Ok(crate::holders::group(read::all::<user_identity::Model>(db, sql).await?, |identity| identity.user_id))
}

/// The identity with this issuer and subject, read in a transaction.
///
/// # Errors
/// Any failure of the database.
pub async fn find(
    session: &mut Session,
    issuer: &str,
    subject: &str,
) -> Result<Option<user_identity::Model>, DatabaseError> {
    let mut sql = session.select::<user_identity::Model>();
    sql.push(" WHERE issuer = ").bind(issuer).push(" AND subject = ").bind(subject);
    Ok(session.records(sql).await?.pop())
}

/// Writes an identity; `false` if it is somebody's already.
///
/// # Errors
/// Any failure of the database.
pub async fn add(
    session: &mut Session,
    user: i64,
    (issuer, subject): (&str, &str),
    at: DateTime<Utc>,
    by: Option<i64>,
) -> Result<bool, DatabaseError> {
    let mut sql = session.sql("INSERT INTO user_identities (user_id, issuer, subject, linked_at, linked_by) VALUES (");
    sql.bind(user).push(", ").bind(issuer).push(", ").bind(subject).push(", ").bind(at).push(", ").bind(by);
    sql.push(") ON CONFLICT (issuer, subject) DO NOTHING RETURNING id");
    Ok(!session.run(sql).await?.is_empty())
}

/// Removes an identity of an account; `false` if the account has none such.
///
/// # Errors
/// Any failure of the database.
pub async fn remove(session: &mut Session, user: i64, (issuer, subject): (&str, &str)) -> Result<bool, DatabaseError> {
    let mut sql = session.sql("DELETE FROM user_identities WHERE user_id = ");
    sql.bind(user).push(" AND issuer = ").bind(issuer).push(" AND subject = ").bind(subject).push(" RETURNING id");
    Ok(!session.run(sql).await?.is_empty())
}
