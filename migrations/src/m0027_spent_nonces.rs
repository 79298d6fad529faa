//! 防重放 Nonces of signed requests that were taken in the last minutes, by whichever process.

crate::dialect::step!(
    "
CREATE TABLE spent_nonces (
    client VARCHAR(64) NOT NULL,
    nonce VARCHAR(64) NOT NULL,
    spent_at {instant} NOT NULL,
    PRIMARY KEY (client, nonce)
);
"
);
