//! 数据提取同意 Who agreed that figures of an enterprise and a year are asked of which authority, until when; and what
//! that authority told (税收征收管理法 art. 8; 社会保险法 art. 81). `content` is sealed.

crate::dialect::step!(
    "
CREATE TABLE data_consents (
    id {sequence},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    year INTEGER NOT NULL,
    source VARCHAR(24) NOT NULL,
    wording VARCHAR(16) NOT NULL,
    given_by BIGINT REFERENCES users (id),
    given_by_login VARCHAR(128) NOT NULL,
    given_at {instant} NOT NULL,
    withdrawn_by BIGINT REFERENCES users (id),
    withdrawn_at {instant}
);
CREATE TABLE extracted_figures (
    id {sequence},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    year INTEGER NOT NULL,
    source VARCHAR(24) NOT NULL,
    consent_id BIGINT NOT NULL REFERENCES data_consents (id),
    as_of DATE,
    is_final INTEGER NOT NULL,
    figures INTEGER NOT NULL,
    extracted_at {instant} NOT NULL,
    content TEXT NOT NULL,
    UNIQUE (enterprise_id, year, source)
);
"
);
