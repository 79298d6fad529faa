//! 年报监管 Facts and cells of statistics that follow annual reports, findings of the comparison with the archive,
//! and the letters that order their correction.
//!
//! `filer_facts` and `report_facts` keep what each enterprise and report has put into the cells, so that it can be
//! taken out again; they refer to nothing, because they may outlive a row for a moment. `scope_code` is the region
//! that is looked at and `child_code` the one directly below it (0 is the country); rows of the region itself have
//! both alike. Sums are in 分.

crate::dialect::step!(
    "
CREATE TABLE report_cube_state (
    id {id},
    sequence BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE TABLE filer_facts (
    id {id},
    region_code INTEGER NOT NULL,
    kind VARCHAR(32) NOT NULL,
    from_year INTEGER NOT NULL,
    to_year INTEGER NOT NULL
);
CREATE TABLE report_facts (
    id {id},
    enterprise_id BIGINT NOT NULL,
    year INTEGER NOT NULL,
    region_code INTEGER NOT NULL,
    city_code INTEGER NOT NULL,
    section VARCHAR(1) NOT NULL,
    size VARCHAR(8) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    submitted_on DATE NOT NULL,
    is_late INTEGER NOT NULL,
    is_owed INTEGER NOT NULL,
    is_zero INTEGER NOT NULL,
    total_assets BIGINT,
    total_liabilities BIGINT,
    owners_equity BIGINT,
    total_revenue BIGINT,
    main_revenue BIGINT,
    total_profit BIGINT,
    net_profit BIGINT,
    total_tax BIGINT,
    employees BIGINT,
    insured_persons BIGINT
);
CREATE TABLE due_cube (
    scope_code INTEGER NOT NULL,
    child_code INTEGER NOT NULL,
    kind VARCHAR(32) NOT NULL,
    from_year INTEGER NOT NULL,
    to_year INTEGER NOT NULL,
    filers BIGINT NOT NULL,
    PRIMARY KEY (scope_code, child_code, kind, from_year, to_year)
);
CREATE TABLE filing_cube (
    year INTEGER NOT NULL,
    scope_code INTEGER NOT NULL,
    child_code INTEGER NOT NULL,
    kind VARCHAR(32) NOT NULL,
    submitted_on DATE NOT NULL,
    filed BIGINT NOT NULL,
    late BIGINT NOT NULL,
    owed BIGINT NOT NULL,
    PRIMARY KEY (year, scope_code, child_code, kind, submitted_on)
);
CREATE TABLE report_cube (
    year INTEGER NOT NULL,
    scope_code INTEGER NOT NULL,
    child_code INTEGER NOT NULL,
    section VARCHAR(1) NOT NULL,
    size VARCHAR(8) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    reports BIGINT NOT NULL,
    late BIGINT NOT NULL,
    zero BIGINT NOT NULL,
    total_assets_stated BIGINT NOT NULL,
    total_assets_sum BIGINT NOT NULL,
    total_liabilities_stated BIGINT NOT NULL,
    total_liabilities_sum BIGINT NOT NULL,
    owners_equity_stated BIGINT NOT NULL,
    owners_equity_sum BIGINT NOT NULL,
    total_revenue_stated BIGINT NOT NULL,
    total_revenue_sum BIGINT NOT NULL,
    main_revenue_stated BIGINT NOT NULL,
    main_revenue_sum BIGINT NOT NULL,
    total_profit_stated BIGINT NOT NULL,
    total_profit_sum BIGINT NOT NULL,
    net_profit_stated BIGINT NOT NULL,
    net_profit_sum BIGINT NOT NULL,
    total_tax_stated BIGINT NOT NULL,
    total_tax_sum BIGINT NOT NULL,
    employees_stated BIGINT NOT NULL,
    employees_sum BIGINT NOT NULL,
    insured_persons_stated BIGINT NOT NULL,
    insured_persons_sum BIGINT NOT NULL,
    PRIMARY KEY (year, scope_code, child_code, section, size, kind)
);
CREATE TABLE report_steps (
    year INTEGER NOT NULL,
    scope_code INTEGER NOT NULL,
    measure VARCHAR(32) NOT NULL,
    child_code INTEGER NOT NULL,
    section VARCHAR(1) NOT NULL,
    step INTEGER NOT NULL,
    reports BIGINT NOT NULL,
    PRIMARY KEY (year, scope_code, measure, child_code, section, step)
);
CREATE TABLE correction_letters (
    id {sequence},
    number VARCHAR(64) UNIQUE,
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    year INTEGER NOT NULL,
    region_code INTEGER NOT NULL,
    city_code INTEGER NOT NULL,
    text TEXT NOT NULL,
    issued_on DATE NOT NULL,
    due_on DATE NOT NULL,
    issued_by VARCHAR(128) NOT NULL,
    answer TEXT,
    answered_on DATE,
    answered_by VARCHAR(128),
    settled_on DATE
);
CREATE TABLE comparison_findings (
    id {sequence},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    report_id BIGINT NOT NULL,
    year INTEGER NOT NULL,
    region_code INTEGER NOT NULL,
    city_code INTEGER NOT NULL,
    detector VARCHAR(16) NOT NULL,
    item VARCHAR(256) NOT NULL,
    told TEXT NOT NULL,
    filed TEXT NOT NULL,
    message TEXT NOT NULL,
    stage VARCHAR(16) NOT NULL,
    letter_id BIGINT REFERENCES correction_letters (id),
    due_on DATE,
    found_on DATE NOT NULL,
    changed_at {instant} NOT NULL,
    UNIQUE (report_id, detector, item)
);
CREATE TABLE finding_steps (
    id {sequence},
    finding_id BIGINT NOT NULL REFERENCES comparison_findings (id),
    step VARCHAR(16) NOT NULL,
    stage VARCHAR(16) NOT NULL,
    note TEXT,
    taken_by VARCHAR(128) NOT NULL,
    taken_at {instant} NOT NULL
);
"
);
