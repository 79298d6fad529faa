//! 年报统计 How far statistics are that are being made anew beside those in force, and figures by step, size and kind.

crate::dialect::step!(
    "
CREATE TABLE report_rebuild (
    id {id},
    sequence BIGINT NOT NULL,
    version BIGINT NOT NULL,
    after_id BIGINT NOT NULL,
    filers BIGINT NOT NULL,
    reports BIGINT NOT NULL
);
CREATE TABLE report_class_steps (
    year INTEGER NOT NULL,
    scope_code INTEGER NOT NULL,
    measure VARCHAR(32) NOT NULL,
    child_code INTEGER NOT NULL,
    size VARCHAR(8) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    step INTEGER NOT NULL,
    reports BIGINT NOT NULL,
    PRIMARY KEY (year, scope_code, measure, child_code, size, kind, step)
);
"
);
