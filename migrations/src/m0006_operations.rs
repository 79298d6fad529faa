//! 运行 Outbox, audit log, jobs, attachments.

crate::dialect::step!(
    "
CREATE TABLE outbox (
    sequence {sequence},
    transaction_id {transaction},
    recorded_at {instant} NOT NULL,
    family VARCHAR(32) NOT NULL,
    act VARCHAR(16) NOT NULL,
    first_id BIGINT NOT NULL,
    last_id BIGINT NOT NULL
);
CREATE TABLE audit_entries (
    sequence {sequence},
    recorded_at {instant} NOT NULL,
    actor VARCHAR(128) NOT NULL,
    act VARCHAR(64) NOT NULL,
    subject VARCHAR(128) NOT NULL,
    detail {json} NOT NULL
);
CREATE TABLE jobs (
    id {id},
    kind VARCHAR(32) NOT NULL,
    status VARCHAR(16) NOT NULL,
    input {json} NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT,
    result {json},
    error TEXT,
    created_at {instant} NOT NULL,
    started_at {instant},
    finished_at {instant}
);
CREATE TABLE attachments (
    id {id},
    owner_family VARCHAR(32) NOT NULL,
    owner_id BIGINT NOT NULL,
    file_name VARCHAR(256) NOT NULL,
    media_type VARCHAR(128) NOT NULL,
    bytes_count BIGINT NOT NULL,
    content_hash VARCHAR(64) NOT NULL,
    content {bytes},
    created_at {instant} NOT NULL
);
"
);
