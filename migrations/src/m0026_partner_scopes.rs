//! 接口授权 What each partner client is granted, whether it signs its requests, and with what: clients of earlier
//! releases keep all that they had.

crate::dialect::step!(
    "
ALTER TABLE api_clients ADD COLUMN scopes VARCHAR(64) NOT NULL DEFAULT 'CHECKS CHANGES EXPORTS';
ALTER TABLE api_clients ADD COLUMN signed_at {instant};
ALTER TABLE api_keys ADD COLUMN signing_secret TEXT;
"
);
