//! 统一身份 Identities at the providers of unified identity (统一身份认证), sign-ins that are under way there,
//! and by which identity a session was begun.

crate::dialect::step!(
    "
CREATE TABLE user_identities (
    id {sequence},
    user_id BIGINT NOT NULL REFERENCES users (id),
    issuer VARCHAR(255) NOT NULL,
    subject VARCHAR(255) NOT NULL,
    linked_at {instant} NOT NULL,
    linked_by BIGINT REFERENCES users (id),
    UNIQUE (issuer, subject)
);
CREATE TABLE sign_in_attempts (
    id {sequence},
    state_hash VARCHAR(64) NOT NULL UNIQUE,
    browser_hash VARCHAR(64) NOT NULL,
    provider VARCHAR(32) NOT NULL,
    nonce VARCHAR(64) NOT NULL,
    verifier VARCHAR(128) NOT NULL,
    target VARCHAR(4096) NOT NULL,
    session_id BIGINT REFERENCES sessions (id),
    source VARCHAR(64) NOT NULL,
    started_at {instant} NOT NULL
);
CREATE TABLE logout_tokens (
    issuer VARCHAR(255) NOT NULL,
    token_hash VARCHAR(64) NOT NULL,
    expires_at {instant} NOT NULL,
    PRIMARY KEY (issuer, token_hash)
);
ALTER TABLE sessions ADD COLUMN issuer VARCHAR(255);
ALTER TABLE sessions ADD COLUMN subject VARCHAR(255);
ALTER TABLE sessions ADD COLUMN provider_session VARCHAR(255);
ALTER TABLE sessions ADD COLUMN audience VARCHAR(16);
"
);
