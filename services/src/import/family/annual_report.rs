//! 年度报告 `reports.csv`; amounts are in 万元. An enterprise has one report a year.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::DatabaseError;
use entities::annual_report::report::Model;
use entities::bulk::{Keys, Session};

use super::{Family, Fields, Reading, Settled, UNSETTLED};
use crate::import::fields::Sign;

/// The file of the annual reports.
pub struct AnnualReports;

impl Family for AnnualReports {
    const FILE: &'static str = "reports.csv";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "enterprise_id",
        "year",
        "submitted_on",
        "employees",
        "total_assets",
        "liabilities",
        "revenue",
        "net_profit",
        "tax",
        "social_insured",
    ];
    type Row = Model;
    /// Enterprise and year.
    type Unique = (i64, i32);
    const UNIQUE_COLUMN: &'static str = "year";

    fn read(fields: &mut Fields<'_>) -> Reading<Self> {
        let key = fields.key("id");
        let enterprise = fields.key("enterprise_id");
        let year = fields.year("year");
        let submitted_on = fields.day("submitted_on");
        // 年度报告 tells of a year that has ended; some offices filed on its very last day.
        let ends = year.and_then(|year| NaiveDate::from_ymd_opt(year, 12, 31));
        fields.in_order(("year", ends), ("submitted_on", submitted_on));
        let employees = fields.persons("employees");
        let total_assets_fen = fields.wan("total_assets", Sign::NotNegative);
        let total_liabilities_fen = fields.wan("liabilities", Sign::NotNegative);
        let total_revenue_fen = fields.wan("revenue", Sign::NotNegative);
        let net_profit_fen = fields.wan("net_profit", Sign::Any);
        let total_tax_fen = fields.wan("tax", Sign::NotNegative);
        let insured_persons = fields.persons("social_insured");
        let row = || {
            Some(Model {
                id: UNSETTLED,
                enterprise_id: UNSETTLED,
                year: year?,
                submitted_on: submitted_on?,
                postal_address: None,
                postal_code: None,
                phone: None,
                email: None,
                operating_status: None,
                main_activity: None,
                controlling_kind: None,
                employees,
                female_employees: None,
                total_assets_fen,
                total_liabilities_fen,
                owners_equity_fen: None,
                total_revenue_fen,
                main_revenue_fen: None,
                total_profit_fen: None,
                net_profit_fen,
                total_tax_fen,
                insured_persons,
                source_id: Some(key?),
                digest: UNSETTLED,
            })
        };
        let unique = enterprise.zip(year);
        Reading { key, enterprise, unique, authority: String::new(), row: row() }
    }

    fn unique_in_register((_, year): (i64, i32), enterprise_id: Option<i64>) -> (i64, i32) {
        (enterprise_id.unwrap_or_default(), year)
    }

    async fn holders(session: &mut Session, uniques: &[(i64, i32)]) -> Result<HashMap<(i64, i32), i64>, DatabaseError> {
        let mut enterprises: Vec<i64> = uniques.iter().map(|(enterprise, _)| *enterprise).collect();
        enterprises.dedup();
        let sql = "SELECT enterprise_id, year, id FROM annual_reports WHERE enterprise_id {in}";
        let mut holders = HashMap::new();
        for row in session.query(sql, Keys::Numbers(&enterprises)).await? {
            let unique = (row.try_get("", "enterprise_id")?, row.try_get("", "year")?);
            holders.insert(unique, row.try_get("", "id")?);
        }
        Ok(holders)
    }

    fn settle(row: &mut Model, keys: Settled) {
        row.id = keys.id;
        row.enterprise_id = keys.enterprise_id;
        row.digest = keys.digest;
    }
}
