//! 迁移 The database schema as forward steps, the same file for SQLite and PostgreSQL.
//!
//! A step is plain SQL with a handful of dialect words ([`dialect`]), so that a database
//! administrator reads what will run. Steps only go forward: expand first, contract in a later
//! release.
//! Secondary indexes are not in the steps: they are one list ([`indexes`]) that is checked at
//! every start, because bulk loads drop and rebuild them.

mod dialect;
pub mod indexes;
mod m0001_reference;
mod m0002_registry;
mod m0003_credit;
mod m0004_annual_report;
mod m0005_access;
mod m0006_operations;
mod m0007_sign_in;
mod m0008_jobs;
mod m0009_identities;
mod m0010_vault;
mod m0011_interface;
mod m0012_cross_region;
mod m0013_saved_searches;
mod m0014_filing;
mod m0015_bureau;
mod m0016_questions;
mod m0017_documents;
mod m0018_liaisons;
mod m0019_consents;
mod m0020_uploads;
mod m0021_employment;
mod m0022_registration_numbers;
mod m0023_reminder_choices;
mod m0024_inbound_messages;
mod m0025_report_rebuild;
mod m0026_partner_scopes;
mod m0027_spent_nonces;
mod m0028_notices;

pub use dialect::LOCK_TIMEOUT;
pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// The ordered list of steps.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_reference::Migration),
            Box::new(m0002_registry::Migration),
            Box::new(m0003_credit::Migration),
            Box::new(m0004_annual_report::Migration),
            Box::new(m0005_access::Migration),
            Box::new(m0006_operations::Migration),
            Box::new(m0007_sign_in::Migration),
            Box::new(m0008_jobs::Migration),
            Box::new(m0009_identities::Migration),
            Box::new(m0010_vault::Migration),
            Box::new(m0011_interface::Migration),
            Box::new(m0012_cross_region::Migration),
            Box::new(m0013_saved_searches::Migration),
            Box::new(m0014_filing::Migration),
            Box::new(m0015_bureau::Migration),
            Box::new(m0016_questions::Migration),
            Box::new(m0017_documents::Migration),
            Box::new(m0018_liaisons::Migration),
            Box::new(m0019_consents::Migration),
            Box::new(m0020_uploads::Migration),
            Box::new(m0021_employment::Migration),
            Box::new(m0022_registration_numbers::Migration),
            Box::new(m0023_reminder_choices::Migration),
            Box::new(m0024_inbound_messages::Migration),
            Box::new(m0025_report_rebuild::Migration),
            Box::new(m0026_partner_scopes::Migration),
            Box::new(m0027_spent_nonces::Migration),
            Box::new(m0028_notices::Migration),
        ]
    }
}
