//! 年报监管 What the bureau keeps beside annual reports: facts of filers and reports, cells of statistics, findings
//! of the comparison with the archive, letters.

pub mod cells;
pub mod findings;
pub mod letters;
pub mod progress;
pub mod sources;
pub mod staged;
pub mod zero_value;

use chrono::NaiveDate;

use crate::record::record;
use crate::statement::Sql;
use rules::region::{RegionCode, RegionLevel};

record! {
    /// 申报主体事实 Which reports an enterprise owes, as it stands in the cells; its key is the enterprise's.
    filer_fact "filer_facts" {
        region_code: i32,
        kind: String,
        from_year: i32,
        to_year: i32,
    }
}

record! {
    /// 年报事实 What a report says, as it stands in the cells; its key is the report's. Amounts in 分.
    report_fact "report_facts" {
        enterprise_id: i64,
        year: i32,
        region_code: i32,
        city_code: i32,
        section: String,
        size: String,
        kind: String,
        submitted_on: NaiveDate,
        is_late: i32,
        is_owed: i32,
        is_zero: i32,
        total_assets: Option<i64>,
        total_liabilities: Option<i64>,
        owners_equity: Option<i64>,
        total_revenue: Option<i64>,
        main_revenue: Option<i64>,
        total_profit: Option<i64>,
        net_profit: Option<i64>,
        total_tax: Option<i64>,
        employees: Option<i64>,
        insured_persons: Option<i64>,
    }
}

record! {
    /// 比对结果 A difference between a report and the archive, and how far it is settled.
    finding "comparison_findings" {
        enterprise_id: i64,
        report_id: i64,
        year: i32,
        region_code: i32,
        city_code: i32,
        detector: String,
        item: String,
        told: String,
        filed: String,
        message: String,
        /// `OPEN`, `LETTER_ISSUED`, `ANSWERED`, `CORRECTED` or `DISMISSED`: overdue is told by the day of asking.
        stage: FindingStage,
        letter_id: Option<i64>,
        due_on: Option<NaiveDate>,
        found_on: NaiveDate,
        changed_at: DateTimeUtc,
    }
}

record! {
    /// 办理记录 A step that was taken about a finding.
    finding_step "finding_steps" {
        finding_id: i64,
        step: CorrectionStep,
        /// Where it led.
        stage: FindingStage,
        note: Option<String>,
        taken_by: String,
        taken_at: DateTimeUtc,
    }
}

record! {
    /// 责令改正通知书 A letter, with its answer.
    letter "correction_letters" {
        number: Option<String>,
        enterprise_id: i64,
        year: i32,
        region_code: i32,
        city_code: i32,
        text: String,
        issued_on: NaiveDate,
        due_on: NaiveDate,
        issued_by: String,
        answer: Option<String>,
        answered_on: Option<NaiveDate>,
        answered_by: Option<String>,
        settled_on: Option<NaiveDate>,
    }
}

#[allow(unused_imports)]
use rules::bureau::{CorrectionStep, FindingStage};

/// Appends ` AND …` for rows in a region: one equality at each level, so that an index keeps its order. The first
/// two digits of a code are the province's.
pub(crate) fn in_region(sql: &mut Sql, region: Option<RegionCode>) {
    let Some(region) = region else { return };
    let code = i64::from(region.get());
    match region.level() {
        RegionLevel::County => sql.push(" AND region_code = ").bind(code),
        RegionLevel::Prefecture => sql.push(" AND city_code = ").bind(code),
        RegionLevel::Province => sql.push(" AND region_code / 10000 = ").bind(code / 10_000),
    };
}
