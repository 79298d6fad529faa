//! 登记 Enterprises as registered, their holders, key persons, changes and history.
//!
//! Amounts are whole 分 (`_fen`; 1 万元 = 1,000,000 分), days are Beijing days. `city_code` repeats
//! the prefecture of `region_code` so that a city's page is one index range. `source`,
//! `source_id` and `digest` tell where a row came from and whether the source still says the same.

crate::dialect::step!(
    "
CREATE TABLE enterprises (
    id {id},
    uscc VARCHAR(18) NOT NULL UNIQUE,
    name VARCHAR(256) NOT NULL,
    status VARCHAR(32) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    type_name VARCHAR(64) NOT NULL,
    legal_representative VARCHAR(128) NOT NULL,
    registered_capital_fen BIGINT,
    established_on DATE NOT NULL,
    approved_on DATE,
    closed_on DATE,
    operating_until DATE,
    region_code INTEGER NOT NULL REFERENCES regions (code),
    city_code INTEGER NOT NULL,
    address VARCHAR(512) NOT NULL,
    industry_section VARCHAR(1) NOT NULL,
    industry_code VARCHAR(4) NOT NULL REFERENCES industries (code),
    business_scope TEXT NOT NULL,
    authority_id BIGINT NOT NULL REFERENCES authorities (id),
    employees INTEGER,
    phone VARCHAR(32),
    parent_id BIGINT REFERENCES enterprises (id),
    valid_from DATE NOT NULL,
    source VARCHAR(16) NOT NULL,
    source_id BIGINT,
    digest BIGINT NOT NULL
);
CREATE TABLE enterprise_versions (
    id {id},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    recorded_at {instant} NOT NULL,
    name VARCHAR(256) NOT NULL,
    status VARCHAR(32) NOT NULL,
    legal_representative VARCHAR(128) NOT NULL,
    registered_capital_fen BIGINT,
    region_code INTEGER NOT NULL REFERENCES regions (code),
    address VARCHAR(512) NOT NULL,
    business_scope TEXT NOT NULL,
    CHECK (valid_from < valid_to)
);
CREATE TABLE shareholders (
    id {id},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    name VARCHAR(256) NOT NULL,
    uscc VARCHAR(18)
);
CREATE TABLE contributions (
    id {id},
    shareholder_id BIGINT NOT NULL REFERENCES shareholders (id),
    subscribed_fen BIGINT NOT NULL,
    subscribed_due_on DATE,
    subscribed_form VARCHAR(32) NOT NULL,
    paid_fen BIGINT NOT NULL,
    paid_on DATE,
    paid_form VARCHAR(32)
);
CREATE TABLE key_persons (
    id {id},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    name VARCHAR(128) NOT NULL,
    role VARCHAR(32) NOT NULL,
    since DATE
);
CREATE TABLE change_records (
    id {id},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    item VARCHAR(32) NOT NULL,
    before_text TEXT NOT NULL,
    after_text TEXT NOT NULL,
    changed_on DATE NOT NULL
);
"
);
