//! 加密存储与口令 The keys that a database is sealed with, room for sealed values, former passwords, when an
//! account was last used.
//!
//! Values that lie in clear are sealed once the keys are there (`services::vault`): a step of the schema has
//! none. SQLite does not bound texts, so that only PostgreSQL has to be told that they are longer now; it
//! rewrites nothing for it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::dialect;

const SQL: &str = "
CREATE TABLE vault_keys (
    id VARCHAR(16) NOT NULL PRIMARY KEY,
    proof VARCHAR(128) NOT NULL,
    created_at {instant} NOT NULL,
    swept_at {instant}
);
CREATE TABLE former_passwords (
    id {sequence},
    user_id BIGINT NOT NULL REFERENCES users (id),
    hash VARCHAR(256) NOT NULL,
    replaced_at {instant} NOT NULL
);
ALTER TABLE users ADD COLUMN used_at {instant};
UPDATE users SET used_at = (SELECT MAX(started_at) FROM sessions WHERE sessions.user_id = users.id);
";

const WIDER: &str = "
ALTER TABLE enterprises ALTER COLUMN phone TYPE VARCHAR(256);
ALTER TABLE users ALTER COLUMN totp_secret TYPE VARCHAR(256);
";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, SQL).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            dialect::run(manager, WIDER).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
