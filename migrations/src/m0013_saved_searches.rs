//! 检索的导出与保存 What jobs are asked, by accounts and by partner clients; the files that they write, in
//! parts, so that every process can serve them; searches that their owners keep.
//!
//! A job of a partner client has no account. SQLite cannot let go of a `NOT NULL`: its table is made anew,
//! which costs nothing, since nothing refers to it yet.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::dialect;

const POSTGRES_JOBS: &str = "
ALTER TABLE jobs ALTER COLUMN started_by DROP NOT NULL;
ALTER TABLE jobs ADD COLUMN client_id BIGINT REFERENCES api_clients (id);
ALTER TABLE jobs ADD COLUMN input {json};
ALTER TABLE jobs ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
";

const SQLITE_JOBS: &str = "
CREATE TABLE jobs_anew (
    id {sequence},
    kind VARCHAR(32) NOT NULL,
    status VARCHAR(16) NOT NULL,
    started_by BIGINT REFERENCES users (id),
    client_id BIGINT REFERENCES api_clients (id),
    input {json},
    attempt INTEGER NOT NULL DEFAULT 0,
    step VARCHAR(64),
    done BIGINT NOT NULL,
    total BIGINT,
    result {json},
    error TEXT,
    created_at {instant} NOT NULL,
    heard_at {instant},
    finished_at {instant}
);
INSERT INTO jobs_anew (id, kind, status, started_by, step, done, total, result, error, created_at, heard_at, finished_at)
    SELECT id, kind, status, started_by, step, done, total, result, error, created_at, heard_at, finished_at FROM jobs;
DROP TABLE jobs;
ALTER TABLE jobs_anew RENAME TO jobs;
";

const SQL: &str = "
CREATE TABLE export_files (
    job_id BIGINT NOT NULL REFERENCES jobs (id),
    attempt INTEGER NOT NULL,
    part INTEGER NOT NULL,
    content {bytes} NOT NULL,
    PRIMARY KEY (job_id, attempt, part)
);
CREATE TABLE saved_searches (
    id {sequence},
    user_id BIGINT NOT NULL REFERENCES users (id),
    name VARCHAR(64) NOT NULL,
    query TEXT NOT NULL,
    filter {json} NOT NULL,
    notify INTEGER NOT NULL,
    seen_sequence BIGINT NOT NULL,
    created_at {instant} NOT NULL,
    UNIQUE (user_id, name)
);
";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        dialect::run(manager, if postgres { POSTGRES_JOBS } else { SQLITE_JOBS }).await?;
        dialect::run(manager, SQL).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
