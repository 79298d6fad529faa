//! 基础代码 Regions (GB/T 2260), industries (GB/T 4754-2017) and authorities.
//! The rows of the two standards are written at start-up from the tables in `rules`.

crate::dialect::step!(
    "
CREATE TABLE regions (
    code INTEGER PRIMARY KEY,
    name VARCHAR(64) NOT NULL,
    full_name VARCHAR(128) NOT NULL,
    level SMALLINT NOT NULL,
    parent_code INTEGER REFERENCES regions (code)
);
CREATE TABLE industries (
    code VARCHAR(4) PRIMARY KEY,
    name VARCHAR(128) NOT NULL,
    section VARCHAR(1) NOT NULL,
    level SMALLINT NOT NULL,
    parent_code VARCHAR(4) REFERENCES industries (code)
);
CREATE TABLE authorities (
    id {id},
    name VARCHAR(128) NOT NULL UNIQUE,
    region_code INTEGER REFERENCES regions (code)
);
"
);
