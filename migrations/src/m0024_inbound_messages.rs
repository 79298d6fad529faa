//! 上行短信 Answers to short messages that the gateway told, each once: no text and no number, only what was wanted.

crate::dialect::step!(
    "
CREATE TABLE inbound_messages (
    id {sequence},
    gateway_id VARCHAR(64) NOT NULL UNIQUE,
    phone_mark BIGINT NOT NULL,
    wish VARCHAR(16),
    message_id BIGINT REFERENCES messages (id),
    received_at {instant} NOT NULL
);
"
);
