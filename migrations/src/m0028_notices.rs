//! 公告 Notices of liquidation, creditors, capital, mergers, licences and service: who announces what, until when.
//!
//! `ends_on` follows from the rule of the day of publication and is empty where the law sets no end. What was generated
//! has no key of a request.

crate::dialect::step!(
    "
CREATE TABLE notices (
    id {id},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    kind VARCHAR(32) NOT NULL,
    title VARCHAR(100) NOT NULL,
    body TEXT NOT NULL,
    document_number VARCHAR(64),
    publisher VARCHAR(260) NOT NULL,
    authority_id BIGINT NOT NULL REFERENCES authorities (id),
    published_on DATE NOT NULL,
    ends_on DATE,
    withdrawn_on DATE,
    withdrawal_reason VARCHAR(200),
    idempotency_key VARCHAR(64),
    input_hash VARCHAR(64),
    UNIQUE (enterprise_id, idempotency_key)
);
"
);
