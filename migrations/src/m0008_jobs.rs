//! 任务 Who started a job, and when the process that runs it was last heard of.

crate::dialect::step!(
    "
DROP TABLE jobs;
CREATE TABLE jobs (
    id {sequence},
    kind VARCHAR(32) NOT NULL,
    status VARCHAR(16) NOT NULL,
    started_by BIGINT NOT NULL REFERENCES users (id),
    step VARCHAR(64),
    done BIGINT NOT NULL,
    total BIGINT,
    result {json},
    error TEXT,
    created_at {instant} NOT NULL,
    heard_at {instant},
    finished_at {instant}
);
"
);
