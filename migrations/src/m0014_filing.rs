//! 年报填报 Drafts of annual reports, what was submitted under which receipt, and which published values were
//! changed later (企业信息公示暂行条例 art. 12).
//!
//! `content` and `change` are sealed: a draft is nobody's business but its filer's, and a report holds more than
//! is published. What is published of a report stands in `annual_reports` and its sub-tables.

crate::dialect::step!(
    "
CREATE TABLE report_drafts (
    id {sequence},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    year INTEGER NOT NULL,
    version INTEGER NOT NULL,
    content TEXT NOT NULL,
    errors INTEGER NOT NULL,
    warnings INTEGER NOT NULL,
    hints INTEGER NOT NULL,
    saved_by BIGINT REFERENCES users (id),
    saved_at {instant} NOT NULL,
    UNIQUE (enterprise_id, year)
);
CREATE TABLE report_submissions (
    id {sequence},
    report_id BIGINT NOT NULL REFERENCES annual_reports (id),
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    year INTEGER NOT NULL,
    version INTEGER NOT NULL,
    step VARCHAR(16) NOT NULL,
    receipt_number VARCHAR(40) NOT NULL UNIQUE,
    idempotency_key VARCHAR(64) NOT NULL,
    input_hash VARCHAR(64) NOT NULL,
    content TEXT NOT NULL,
    is_late INTEGER NOT NULL,
    submitted_by BIGINT REFERENCES users (id),
    submitted_at {instant} NOT NULL,
    UNIQUE (enterprise_id, idempotency_key),
    UNIQUE (enterprise_id, year, version)
);
CREATE TABLE report_modifications (
    id {sequence},
    report_id BIGINT NOT NULL REFERENCES annual_reports (id),
    code VARCHAR(48) NOT NULL UNIQUE,
    path VARCHAR(128) NOT NULL,
    label VARCHAR(256) NOT NULL,
    phase VARCHAR(16) NOT NULL,
    change TEXT NOT NULL,
    is_public INTEGER NOT NULL,
    reason TEXT NOT NULL,
    modified_at {instant} NOT NULL
);
"
);
