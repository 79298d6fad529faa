//! 提问记录 What was asked of the assistant, without anything personal: for the next round of topics.

crate::dialect::step!(
    "
CREATE TABLE assistant_questions (
    asked_on DATE NOT NULL,
    question VARCHAR(512) NOT NULL,
    verdict VARCHAR(16) NOT NULL,
    topic VARCHAR(64),
    kind VARCHAR(32),
    rule_id VARCHAR(16),
    times BIGINT NOT NULL,
    PRIMARY KEY (asked_on, question)
);
"
);
