//! 年度报告 Annual reports and their sub-tables (field list: 企业信息公示暂行条例 art. 9).
//! Amounts in 分; `None` means that the filer left the figure out.

crate::dialect::step!(
    "
CREATE TABLE annual_reports (
    id {id},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    year INTEGER NOT NULL,
    submitted_on DATE NOT NULL,
    postal_address VARCHAR(512),
    postal_code VARCHAR(6),
    phone VARCHAR(32),
    email VARCHAR(128),
    operating_status VARCHAR(32),
    main_activity VARCHAR(256),
    controlling_kind VARCHAR(32),
    employees INTEGER,
    female_employees INTEGER,
    total_assets_fen BIGINT,
    total_liabilities_fen BIGINT,
    owners_equity_fen BIGINT,
    total_revenue_fen BIGINT,
    main_revenue_fen BIGINT,
    total_profit_fen BIGINT,
    net_profit_fen BIGINT,
    total_tax_fen BIGINT,
    insured_persons INTEGER,
    source_id BIGINT,
    digest BIGINT NOT NULL,
    UNIQUE (enterprise_id, year)
);
CREATE TABLE report_contributions (
    id {id},
    report_id BIGINT NOT NULL REFERENCES annual_reports (id),
    holder VARCHAR(256) NOT NULL,
    subscribed_fen BIGINT NOT NULL,
    subscribed_due_on DATE,
    subscribed_form VARCHAR(32) NOT NULL,
    paid_fen BIGINT NOT NULL,
    paid_on DATE,
    paid_form VARCHAR(32)
);
CREATE TABLE report_investments (
    id {id},
    report_id BIGINT NOT NULL REFERENCES annual_reports (id),
    name VARCHAR(256) NOT NULL,
    uscc VARCHAR(18)
);
CREATE TABLE report_websites (
    id {id},
    report_id BIGINT NOT NULL REFERENCES annual_reports (id),
    name VARCHAR(128) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    url VARCHAR(256) NOT NULL
);
CREATE TABLE report_equity_transfers (
    id {id},
    report_id BIGINT NOT NULL REFERENCES annual_reports (id),
    holder VARCHAR(256) NOT NULL,
    before_basis_points INTEGER NOT NULL,
    after_basis_points INTEGER NOT NULL,
    transferred_on DATE NOT NULL
);
CREATE TABLE report_guarantees (
    id {id},
    report_id BIGINT NOT NULL REFERENCES annual_reports (id),
    creditor VARCHAR(256) NOT NULL,
    debtor VARCHAR(256) NOT NULL,
    amount_fen BIGINT NOT NULL,
    period_from DATE,
    period_to DATE,
    manner VARCHAR(32) NOT NULL
);
CREATE TABLE report_social_insurance (
    id {id},
    report_id BIGINT NOT NULL REFERENCES annual_reports (id),
    kind VARCHAR(16) NOT NULL,
    persons INTEGER NOT NULL,
    base_fen BIGINT,
    paid_fen BIGINT,
    arrears_fen BIGINT
);
CREATE TABLE report_employment_needs (
    id {id},
    report_id BIGINT NOT NULL REFERENCES annual_reports (id),
    post VARCHAR(128) NOT NULL,
    pay_low_yuan INTEGER,
    pay_high_yuan INTEGER,
    head_count INTEGER NOT NULL,
    graduates INTEGER,
    education VARCHAR(32),
    region_code INTEGER REFERENCES regions (code),
    publish_on DATE,
    until_on DATE
);
"
);
