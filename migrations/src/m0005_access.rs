//! 用户与权限 Users, roles, API clients of partner agencies.

crate::dialect::step!(
    "
CREATE TABLE roles (
    code VARCHAR(32) PRIMARY KEY,
    term VARCHAR(64) NOT NULL
);
CREATE TABLE users (
    id {id},
    login VARCHAR(64) NOT NULL UNIQUE,
    name VARCHAR(128) NOT NULL,
    password_hash VARCHAR(256),
    disabled_at {instant},
    created_at {instant} NOT NULL
);
CREATE TABLE user_roles (
    user_id BIGINT NOT NULL REFERENCES users (id),
    role_code VARCHAR(32) NOT NULL REFERENCES roles (code),
    region_code INTEGER NOT NULL REFERENCES regions (code),
    PRIMARY KEY (user_id, role_code, region_code)
);
CREATE TABLE api_clients (
    id {id},
    name VARCHAR(128) NOT NULL UNIQUE,
    key_hash VARCHAR(256) NOT NULL,
    scopes {json} NOT NULL,
    disabled_at {instant},
    created_at {instant} NOT NULL
);
"
);
