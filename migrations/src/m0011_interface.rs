//! 接口用量 What each partner client asked for in each hour, and a second name of its documents: clients of
//! other makers name a document by its SHA-256.

crate::dialect::step!(
    "
CREATE TABLE api_usage (
    client_id BIGINT NOT NULL REFERENCES api_clients (id),
    hour {instant} NOT NULL,
    requests BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    PRIMARY KEY (client_id, hour)
);
ALTER TABLE trusted_documents ADD COLUMN sha256 VARCHAR(64) NOT NULL DEFAULT '';
"
);
