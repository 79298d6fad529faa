//! 联络员与短信 Telephones of legal representatives, codes that are sent to them, who was liaison when, each step of a
//! registration; messages with their fate, reminder campaigns, and who has refused them.
//!
//! Numbers, codes and numbers of identity cards are sealed; `phone_mark` is a hash under a key of the vault, by which
//! the messages of one number are counted. What a message says is kept without its code.

crate::dialect::step!(
    "
CREATE TABLE legal_phones (
    id {id},
    enterprise_id BIGINT NOT NULL UNIQUE REFERENCES enterprises (id),
    phone VARCHAR(256) NOT NULL
);
CREATE TABLE liaison_codes (
    id {sequence},
    ticket_hash VARCHAR(64) NOT NULL UNIQUE,
    purpose VARCHAR(16) NOT NULL,
    uscc VARCHAR(18) NOT NULL,
    source VARCHAR(64) NOT NULL,
    code_hash VARCHAR(256) NOT NULL,
    tries INTEGER NOT NULL,
    requested_at {instant} NOT NULL,
    used_at {instant}
);
CREATE TABLE liaisons (
    id {sequence},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    name VARCHAR(128) NOT NULL,
    phone VARCHAR(256) NOT NULL,
    id_number VARCHAR(256),
    started_at {instant} NOT NULL,
    ended_at {instant}
);
CREATE TABLE liaison_logs (
    id {sequence},
    uscc VARCHAR(18) NOT NULL,
    purpose VARCHAR(16) NOT NULL,
    step VARCHAR(16) NOT NULL,
    outcome VARCHAR(32) NOT NULL,
    login VARCHAR(64),
    source VARCHAR(64),
    logged_at {instant} NOT NULL
);
CREATE TABLE reminder_campaigns (
    id {sequence},
    year INTEGER NOT NULL,
    region_code INTEGER NOT NULL REFERENCES regions (code),
    kinds {json} NOT NULL,
    text TEXT NOT NULL,
    start_at {instant} NOT NULL,
    daily_cap INTEGER NOT NULL,
    idempotency_key VARCHAR(64) NOT NULL,
    state VARCHAR(16) NOT NULL,
    job_id BIGINT REFERENCES jobs (id),
    next_at {instant} NOT NULL,
    sent_on DATE,
    sent_that_day INTEGER NOT NULL,
    planned_after BIGINT NOT NULL,
    planned_at {instant},
    unreachable BIGINT NOT NULL,
    created_by BIGINT NOT NULL REFERENCES users (id),
    created_at {instant} NOT NULL,
    ended_at {instant},
    UNIQUE (created_by, idempotency_key)
);
CREATE TABLE messages (
    id {sequence},
    message_id VARCHAR(40) NOT NULL UNIQUE,
    template VARCHAR(32) NOT NULL,
    campaign_id BIGINT REFERENCES reminder_campaigns (id),
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    phone VARCHAR(256) NOT NULL,
    phone_mark BIGINT NOT NULL,
    text TEXT NOT NULL,
    secret VARCHAR(256),
    purpose VARCHAR(16),
    opt_out_hash VARCHAR(64),
    state VARCHAR(16) NOT NULL,
    reason VARCHAR(64),
    attempts INTEGER NOT NULL,
    leases INTEGER NOT NULL,
    leased_until {instant},
    next_try_at {instant},
    created_at {instant} NOT NULL,
    sent_at {instant},
    told_at {instant},
    UNIQUE (campaign_id, enterprise_id),
    UNIQUE (campaign_id, phone_mark)
);
CREATE TABLE reminder_opt_outs (
    id {sequence},
    enterprise_id BIGINT NOT NULL REFERENCES enterprises (id),
    phone_mark BIGINT,
    way VARCHAR(16) NOT NULL,
    opted_out_at {instant} NOT NULL,
    UNIQUE (enterprise_id, phone_mark)
);
"
);
