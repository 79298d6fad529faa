//! 跨地域记录 Licences, penalties, listings and cases that other provinces sent, and until when the public may
//! see a penalty of our own.
//!
//! `enterprise_id` is set if the party stands in our register. A repair that was granted ended the publicity of
//! its penalty on the day of the decision, so that penalties of earlier releases are told theirs here.

crate::dialect::step!(
    "
CREATE TABLE cross_region_records (
    id {id},
    kind VARCHAR(32) NOT NULL,
    province_code INTEGER NOT NULL REFERENCES regions (code),
    uscc VARCHAR(18) NOT NULL,
    enterprise_name VARCHAR(256) NOT NULL,
    enterprise_id BIGINT REFERENCES enterprises (id),
    document_number VARCHAR(64) NOT NULL,
    title VARCHAR(128) NOT NULL,
    facts TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    decision TEXT NOT NULL,
    authority VARCHAR(128) NOT NULL,
    amount_fen BIGINT,
    decided_on DATE NOT NULL,
    valid_to DATE,
    public_until DATE,
    removed_on DATE,
    state VARCHAR(32),
    source_time {instant} NOT NULL,
    received_at {instant} NOT NULL,
    UNIQUE (province_code, kind, document_number, uscc)
);
ALTER TABLE penalties ADD COLUMN public_until DATE;
UPDATE penalties SET public_until = granted.decided_on FROM
    (SELECT penalty_id, MIN(decided_on) AS decided_on FROM credit_repairs
        WHERE status = 'GRANTED' AND penalty_id IS NOT NULL GROUP BY penalty_id) AS granted
    WHERE granted.penalty_id = penalties.id;
"
);
