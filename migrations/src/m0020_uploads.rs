//! 上传读数 What was read of the files that filers upload: rows for branches, figures of statements. The files
//! themselves are not kept; what was read is sealed, and removed after its last day.

crate::dialect::step!(
    "
CREATE TABLE filing_uploads (
    id {sequence},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    year INTEGER NOT NULL,
    kind VARCHAR(16) NOT NULL,
    idempotency_key VARCHAR(64) NOT NULL,
    input_hash VARCHAR(64) NOT NULL,
    content TEXT NOT NULL,
    job_id BIGINT REFERENCES jobs (id),
    uploaded_by BIGINT REFERENCES users (id),
    uploaded_at {instant} NOT NULL,
    expires_at {instant} NOT NULL,
    UNIQUE (enterprise_id, idempotency_key)
);
"
);
