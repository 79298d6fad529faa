//! 索引 The secondary indexes, each with the query that needs it.
//!
//! Created if absent at every start and after a bulk load. A list by `(order key, id)` needs an
//! index that begins with the equality it filters by; a page of an enterprise's records needs
//! `(enterprise_id, day, id)`.

use std::collections::HashSet;

use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, TransactionSession, TransactionTrait};

use crate::dialect::LOCK_TIMEOUT;

/// 索引 One index: its name, its table and the indexed part.
pub struct Index {
    /// Name, unique in the database.
    pub name: &'static str,
    /// Table that it belongs to.
    pub table: &'static str,
    /// Columns or expressions, and the condition of a partial index.
    pub on: &'static str,
}

const fn index(name: &'static str, table: &'static str, on: &'static str) -> Index {
    Index { name, table, on }
}

/// Every secondary index of the schema.
pub const ALL: &[Index] = &[
    // enterprises(filter, orderBy): whole register, a province, a prefecture, a county; by day or by
    // capital; a prefecture also by status, because few of its entities may have it
    index("enterprises_by_day", "enterprises", "(established_on, id)"),
    index("enterprises_by_city_day", "enterprises", "(city_code, established_on, id)"),
    index("enterprises_by_province_day", "enterprises", "((region_code / 10000), established_on, id)"),
    index("enterprises_by_region_day", "enterprises", "(region_code, established_on, id)"),
    index("enterprises_by_capital", "enterprises", "(COALESCE(registered_capital_fen, -1), id)"),
    index("enterprises_by_city_capital", "enterprises", "(city_code, COALESCE(registered_capital_fen, -1), id)"),
    index(
        "enterprises_by_city_status_capital",
        "enterprises",
        "(city_code, status, COALESCE(registered_capital_fen, -1), id)",
    ),
    index(
        "enterprises_by_province_capital",
        "enterprises",
        "((region_code / 10000), COALESCE(registered_capital_fen, -1), id)",
    ),
    index("enterprises_by_region_capital", "enterprises", "(region_code, COALESCE(registered_capital_fen, -1), id)"),
    index("enterprises_by_name", "enterprises", "(name, id)"),
    index("enterprises_by_person", "enterprises", "(legal_representative)"),
    // an old paper names only the number of before the unified code
    index(
        "enterprises_by_registration_number",
        "enterprises",
        "(registration_number) WHERE registration_number IS NOT NULL",
    ),
    index("enterprises_by_parent", "enterprises", "(parent_id) WHERE parent_id IS NOT NULL"),
    index("enterprises_by_source", "enterprises", "(source_id) WHERE source_id IS NOT NULL"),
    index("enterprise_versions_of", "enterprise_versions", "(enterprise_id, valid_from)"),
    index("shareholders_of", "shareholders", "(enterprise_id)"),
    index("shareholders_by_code", "shareholders", "(uscc) WHERE uscc IS NOT NULL"),
    index("contributions_of", "contributions", "(shareholder_id)"),
    index("key_persons_of", "key_persons", "(enterprise_id)"),
    index("change_records_of", "change_records", "(enterprise_id, changed_on, id)"),
    // the connections of an enterprise
    index("licences_of", "licences", "(enterprise_id, valid_from, id)"),
    index("licences_by_source", "licences", "(source_id) WHERE source_id IS NOT NULL"),
    index("inspections_of", "inspections", "(enterprise_id, inspected_on, id)"),
    index("inspections_by_source", "inspections", "(source_id) WHERE source_id IS NOT NULL"),
    index("penalties_of", "penalties", "(enterprise_id, decided_on, id)"),
    index("penalties_by_document", "penalties", "(document_number)"),
    index("penalties_by_source", "penalties", "(source_id) WHERE source_id IS NOT NULL"),
    index("abnormal_listings_of", "abnormal_listings", "(enterprise_id, listed_on, id)"),
    index("abnormal_listings_by_source", "abnormal_listings", "(source_id) WHERE source_id IS NOT NULL"),
    index("serious_violations_of", "serious_violations", "(enterprise_id, listed_on, id)"),
    index("credit_repairs_of", "credit_repairs", "(enterprise_id, applied_on, id)"),
    index("notices_of", "notices", "(enterprise_id, published_on, id)"),
    index(
        "cross_region_records_of",
        "cross_region_records",
        "(enterprise_id, decided_on, id) WHERE enterprise_id IS NOT NULL",
    ),
    // what other provinces sent: of a kind, from a province, about a code
    index("cross_region_records_by_day", "cross_region_records", "(kind, decided_on, id)"),
    index("cross_region_records_by_province_day", "cross_region_records", "(kind, province_code, decided_on, id)"),
    index("cross_region_records_by_uscc", "cross_region_records", "(uscc)"),
    index("annual_reports_by_source", "annual_reports", "(source_id) WHERE source_id IS NOT NULL"),
    index("report_contributions_of", "report_contributions", "(report_id)"),
    index("report_investments_of", "report_investments", "(report_id)"),
    index("report_websites_of", "report_websites", "(report_id)"),
    index("report_equity_transfers_of", "report_equity_transfers", "(report_id)"),
    index("report_guarantees_of", "report_guarantees", "(report_id)"),
    index("report_social_insurance_of", "report_social_insurance", "(report_id)"),
    // needs of a report and of an enterprise; open ones by day, in a county, a prefecture, a province; by last day and pay
    index("employment_needs_of_report", "employment_needs", "(report_id) WHERE report_id IS NOT NULL"),
    index("employment_needs_of", "employment_needs", "(enterprise_id, publish_on, id)"),
    index("employment_needs_by_day", "employment_needs", "(publish_on, id)"),
    index("employment_needs_by_region", "employment_needs", "(region_code, publish_on, id)"),
    index("employment_needs_by_city", "employment_needs", "((region_code / 100), publish_on, id)"),
    index("employment_needs_by_province", "employment_needs", "((region_code / 10000), publish_on, id)"),
    index("employment_needs_by_end", "employment_needs", "(until_on, id, publish_on, withdrawn_on, enterprise_id)"),
    index("employment_needs_by_pay", "employment_needs", "(COALESCE(pay_high_yuan, -1), id)"),
    // what was changed of a report, and its texts
    index("report_modifications_of", "report_modifications", "(report_id, id)"),
    index("report_submissions_of", "report_submissions", "(report_id)"),
    // consents of an enterprise
    index("data_consents_of", "data_consents", "(enterprise_id, year, id)"),
    // what was read of uploads, by its last day
    index("filing_uploads_expiring", "filing_uploads", "(expires_at)"),
    // accounts, sessions and keys by whom they belong to; what happened by whom and to what; open jobs
    index("grants_of", "grants", "(user_id)"),
    index("sessions_of", "sessions", "(user_id) WHERE ended_at IS NULL"),
    index("former_passwords_of", "former_passwords", "(user_id, id)"),
    index("sessions_by_identity", "sessions", "(issuer, subject) WHERE ended_at IS NULL AND issuer IS NOT NULL"),
    index("user_identities_of", "user_identities", "(user_id)"),
    index("api_keys_of", "api_keys", "(client_id)"),
    index("audit_entries_by_actor", "audit_entries", "(actor, sequence)"),
    index("audit_entries_by_subject", "audit_entries", "(subject, sequence)"),
    index("jobs_open", "jobs", "(id) WHERE status IN ('WAITING', 'RUNNING')"),
    index("attachments_of", "attachments", "(owner_family, owner_id)"),
    // how many jobs somebody has started of late; the searches of an account
    index("jobs_of", "jobs", "(started_by, created_at) WHERE started_by IS NOT NULL"),
    index("jobs_of_client", "jobs", "(client_id, created_at) WHERE client_id IS NOT NULL"),
    index("saved_searches_of", "saved_searches", "(user_id, id)"),
    // facts of an enterprise; the zero-value list of a year, of a prefecture, of a county, by day
    index("report_facts_of", "report_facts", "(enterprise_id)"),
    index("report_facts_zero", "report_facts", "(year, submitted_on, id) WHERE is_zero = 1"),
    index("report_facts_zero_by_city", "report_facts", "(year, city_code, submitted_on, id) WHERE is_zero = 1"),
    index("report_facts_zero_by_region", "report_facts", "(year, region_code, submitted_on, id) WHERE is_zero = 1"),
    // the reports of a year in the order in which they are compared
    index("report_facts_by_year", "report_facts", "(year, id)"),
    // findings and letters of a year, of a prefecture, of a county, of an enterprise
    index("comparison_findings_by_year", "comparison_findings", "(year, id)"),
    index("comparison_findings_by_city", "comparison_findings", "(year, city_code, id)"),
    index("comparison_findings_by_region", "comparison_findings", "(year, region_code, id)"),
    index("comparison_findings_of", "comparison_findings", "(enterprise_id, year)"),
    index("comparison_findings_of_letter", "comparison_findings", "(letter_id) WHERE letter_id IS NOT NULL"),
    index("correction_letters_by_year", "correction_letters", "(year, issued_on, id)"),
    index("correction_letters_by_city", "correction_letters", "(year, city_code, issued_on, id)"),
    index("correction_letters_by_region", "correction_letters", "(year, region_code, issued_on, id)"),
    index("correction_letters_of", "correction_letters", "(enterprise_id, id)"),
    index("finding_steps_of", "finding_steps", "(finding_id, id)"),
    // codes of an enterprise and of an address; the liaison in office; steps of an enterprise, and of an address
    index("liaison_codes_of", "liaison_codes", "(uscc, requested_at)"),
    index("liaison_codes_by_source", "liaison_codes", "(source, requested_at)"),
    index("liaisons_of", "liaisons", "(enterprise_id, id)"),
    index("grants_of_enterprise", "grants", "(enterprise_id) WHERE enterprise_id IS NOT NULL AND ended_at IS NULL"),
    index("liaison_logs_of", "liaison_logs", "(uscc, id)"),
    index("liaison_logs_by_source", "liaison_logs", "(source, step, logged_at)"),
    // messages that are to be sent, or whose receipts are waited for; those of a number; the one with a word to refuse
    index(
        "messages_open",
        "messages",
        "(campaign_id, next_try_at, id) WHERE state IN ('QUEUED', 'SENDING', 'UNKNOWN')",
    ),
    index("messages_sent", "messages", "(next_try_at) WHERE state = 'SENT'"),
    index("messages_of_campaign", "messages", "(campaign_id, state)"),
    index("messages_of_number", "messages", "(phone_mark, sent_at)"),
    index("messages_by_opt_out", "messages", "(opt_out_hash) WHERE opt_out_hash IS NOT NULL"),
    index("reminder_campaigns_open", "reminder_campaigns", "(id) WHERE state IN ('RUNNING', 'STOPPED')"),
    index("reminder_opt_outs_by_number", "reminder_opt_outs", "(phone_mark)"),
    // nonces that are past their minutes
    index("spent_nonces_spent_at", "spent_nonces", "(spent_at)"),
    // the document that shows a version of a report
    index("documents_of_report", "documents", "(report_id, version)"),
];

/// Creates what is absent; does nothing on a complete database.
///
/// The catalogue is asked first: `CREATE INDEX IF NOT EXISTS` would wait for whoever holds the table
/// even if the index is there.
///
/// # Errors
/// Any failure of the database, a table that stays locked among them.
pub async fn ensure<C: ConnectionTrait + TransactionTrait>(connection: &C) -> Result<(), DbErr> {
    let present = present(connection).await?;
    let absent: Vec<&Index> = ALL.iter().filter(|index| !present.contains(index.name)).collect();
    if absent.is_empty() {
        return Ok(());
    }
    let transaction = connection.begin().await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared(LOCK_TIMEOUT).await?;
    }
    for Index { name, table, on } in &absent {
        transaction.execute_unprepared(&format!("CREATE INDEX IF NOT EXISTS {name} ON {table} {on}")).await?;
    }
    // Without statistics SQLite takes a new index for a list that it cannot sort.
    if transaction.get_database_backend() == DbBackend::Sqlite {
        transaction.execute_unprepared("PRAGMA analysis_limit = 1000").await?;
    }
    for table in absent.iter().map(|index| index.table).collect::<HashSet<_>>() {
        transaction.execute_unprepared(&format!("ANALYZE {table}")).await?;
    }
    transaction.commit().await
}

/// Names of the indexes that stand in the database.
async fn present<C: ConnectionTrait>(connection: &C) -> Result<HashSet<String>, DbErr> {
    let backend = connection.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => {
            "SELECT relname::text AS name FROM pg_class WHERE relkind = 'i' AND pg_table_is_visible(oid)"
        }
        _ => "SELECT name FROM sqlite_master WHERE type = 'index'",
    };
    let rows = connection.query_all_raw(Statement::from_string(backend, sql)).await?;
    rows.iter().map(|row| row.try_get("", "name")).collect()
}
