//! 注册号 The registration number that an enterprise had before the unified code took its place (2015): old papers
//! and files are found by it.

crate::dialect::step!(
    "
ALTER TABLE enterprises ADD COLUMN registration_number VARCHAR(15);
"
);
