//! 用工需求 Posts that enterprises want to fill, in one table: those of their reports, and those published beside them.
//! What reports said until now is copied; `report_employment_needs` is left as it is.

crate::dialect::step!(
    "
CREATE TABLE employment_needs (
    id {id},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    report_id BIGINT REFERENCES annual_reports (id),
    post VARCHAR(128) NOT NULL,
    pay_low_yuan INTEGER,
    pay_high_yuan INTEGER,
    head_count INTEGER NOT NULL,
    graduates INTEGER,
    experience_years INTEGER,
    education VARCHAR(32),
    region_code INTEGER REFERENCES regions (code),
    benefits VARCHAR(512),
    publish_on DATE,
    until_on DATE,
    withdrawn_on DATE,
    idempotency_key VARCHAR(64),
    input_hash VARCHAR(64),
    UNIQUE (enterprise_id, idempotency_key)
);
INSERT INTO employment_needs (id, enterprise_id, report_id, post, pay_low_yuan, pay_high_yuan, head_count, graduates,
    education, region_code, publish_on, until_on)
SELECT n.id, r.enterprise_id, n.report_id, n.post, n.pay_low_yuan, n.pay_high_yuan, n.head_count, n.graduates,
    n.education, n.region_code, n.publish_on, n.until_on
FROM report_employment_needs n JOIN annual_reports r ON r.id = n.report_id;
"
);
