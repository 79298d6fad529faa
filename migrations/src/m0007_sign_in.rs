//! 登录 Accounts with a second factor, what they are granted, sessions, failed tries, keys of partner
//! clients, the chain of the audit log.
//!
//! The tables of `m0005_access` were never written to; those that change their shape are made anew.

crate::dialect::step!(
    "
DROP TABLE user_roles;
DROP TABLE users;
DROP TABLE api_clients;
CREATE TABLE users (
    id {sequence},
    login VARCHAR(64) NOT NULL UNIQUE,
    name VARCHAR(128) NOT NULL,
    password_hash VARCHAR(256),
    password_changed_at {instant},
    totp_secret VARCHAR(64),
    totp_confirmed_at {instant},
    totp_step BIGINT,
    disabled_at {instant},
    created_at {instant} NOT NULL
);
CREATE TABLE grants (
    id {sequence},
    user_id BIGINT NOT NULL REFERENCES users (id),
    role_code VARCHAR(32) NOT NULL REFERENCES roles (code),
    region_code INTEGER NOT NULL REFERENCES regions (code),
    enterprise_id BIGINT REFERENCES enterprises (id),
    granted_at {instant} NOT NULL,
    granted_by BIGINT REFERENCES users (id),
    ended_at {instant}
);
CREATE TABLE sessions (
    id {sequence},
    token_hash VARCHAR(64) NOT NULL UNIQUE,
    user_id BIGINT NOT NULL REFERENCES users (id),
    source VARCHAR(64) NOT NULL,
    started_at {instant} NOT NULL,
    seen_at {instant} NOT NULL,
    two_factors_at {instant},
    ended_at {instant}
);
CREATE TABLE sign_in_failures (
    login VARCHAR(64) NOT NULL,
    source VARCHAR(64) NOT NULL,
    failed INTEGER NOT NULL,
    last_at {instant} NOT NULL,
    locked_until {instant},
    PRIMARY KEY (login, source)
);
CREATE TABLE api_clients (
    id {sequence},
    name VARCHAR(128) NOT NULL UNIQUE,
    region_code INTEGER NOT NULL REFERENCES regions (code),
    requests_per_minute INTEGER NOT NULL,
    cost_per_minute BIGINT NOT NULL,
    only_trusted_at {instant},
    disabled_at {instant},
    created_at {instant} NOT NULL
);
CREATE TABLE api_keys (
    id {sequence},
    client_id BIGINT NOT NULL REFERENCES api_clients (id),
    prefix VARCHAR(16) NOT NULL UNIQUE,
    key_hash VARCHAR(64) NOT NULL,
    created_at {instant} NOT NULL,
    expires_at {instant} NOT NULL,
    ended_at {instant}
);
CREATE TABLE trusted_documents (
    client_id BIGINT NOT NULL REFERENCES api_clients (id),
    hash VARCHAR(64) NOT NULL,
    document TEXT NOT NULL,
    registered_at {instant} NOT NULL,
    PRIMARY KEY (client_id, hash)
);
ALTER TABLE audit_entries ADD COLUMN source VARCHAR(64);
ALTER TABLE audit_entries ADD COLUMN outcome VARCHAR(16);
ALTER TABLE audit_entries ADD COLUMN hash VARCHAR(64);
CREATE TABLE audit_heads (
    id INTEGER PRIMARY KEY,
    first_sequence BIGINT NOT NULL,
    last_sequence BIGINT NOT NULL,
    hash VARCHAR(64) NOT NULL
);
"
);
