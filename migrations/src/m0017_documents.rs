//! 文书 Documents that were issued as PDF, each with the code by which anybody verifies it.
//!
//! `content` is sealed: the whole edition of a report holds more than is published.

crate::dialect::step!(
    "
CREATE TABLE documents (
    id {sequence},
    kind VARCHAR(32) NOT NULL,
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    report_id BIGINT REFERENCES annual_reports (id),
    year INTEGER,
    version INTEGER NOT NULL,
    source_digest BIGINT NOT NULL,
    is_public INTEGER NOT NULL,
    filer_name TEXT NOT NULL,
    verification_code VARCHAR(24) NOT NULL UNIQUE,
    digest VARCHAR(64) NOT NULL,
    page_count INTEGER NOT NULL,
    byte_count INTEGER NOT NULL,
    missing TEXT NOT NULL,
    content TEXT NOT NULL,
    issued_at {instant} NOT NULL,
    issued_by BIGINT REFERENCES users (id)
);
"
);
