//! 恢复催报短信 Whoever refused reminders may want them again: the refusal stays as a record with its end.

crate::dialect::step!(
    "
ALTER TABLE reminder_opt_outs ADD COLUMN ended_at {instant};
"
);
