//! 信用记录 Licences, inspections, penalties, the two lists and credit repair.

crate::dialect::step!(
    "
CREATE TABLE licences (
    id {id},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    licence_number VARCHAR(64) NOT NULL,
    name VARCHAR(128) NOT NULL,
    authority_id BIGINT NOT NULL REFERENCES authorities (id),
    valid_from DATE NOT NULL,
    valid_to DATE,
    source_id BIGINT,
    digest BIGINT NOT NULL
);
CREATE TABLE inspections (
    id {id},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    kind VARCHAR(32) NOT NULL,
    result VARCHAR(32) NOT NULL,
    authority_id BIGINT NOT NULL REFERENCES authorities (id),
    inspected_on DATE NOT NULL,
    source_id BIGINT,
    digest BIGINT NOT NULL
);
CREATE TABLE penalties (
    id {id},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    document_number VARCHAR(64) NOT NULL,
    category VARCHAR(64) NOT NULL,
    violation TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    decision TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    authority_id BIGINT NOT NULL REFERENCES authorities (id),
    decided_on DATE NOT NULL,
    published_on DATE,
    source_id BIGINT,
    digest BIGINT NOT NULL
);
CREATE TABLE abnormal_listings (
    id {id},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    ground VARCHAR(32) NOT NULL,
    listed_on DATE NOT NULL,
    removal_ground VARCHAR(32),
    removed_on DATE,
    authority_id BIGINT NOT NULL REFERENCES authorities (id),
    source_id BIGINT,
    digest BIGINT NOT NULL
);
CREATE TABLE serious_violations (
    id {id},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    ground VARCHAR(32) NOT NULL,
    document_number VARCHAR(64) NOT NULL,
    facts TEXT NOT NULL,
    listed_on DATE NOT NULL,
    removed_on DATE,
    authority_id BIGINT NOT NULL REFERENCES authorities (id)
);
CREATE TABLE credit_repairs (
    id {id},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    kind VARCHAR(32) NOT NULL,
    status VARCHAR(32) NOT NULL,
    penalty_id BIGINT REFERENCES penalties (id),
    abnormal_listing_id BIGINT REFERENCES abnormal_listings (id),
    serious_violation_id BIGINT REFERENCES serious_violations (id),
    applied_on DATE NOT NULL,
    decided_on DATE,
    authority_id BIGINT NOT NULL REFERENCES authorities (id)
);
"
);
