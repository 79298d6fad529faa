//! 导出行 One form for records of every family, read from the database by the ids that the index gave: one
//! statement a family and page.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::Database;
use rules::money::Yuan;
use rules::region;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};
use sea_orm::DbErr;
use search::{Document, EnterpriseDoc, Party, RecordDoc};

use super::layout::Layout;
use crate::index::{Family, Rows, SearchHit, by_table};

/// Columns of a file.
const WIDTH: usize = 9;
/// 版式
pub const LAYOUT: Layout = Layout {
    title: "秦信检索结果导出",
    sheet: "检索结果",
    headings: &[
        "记录类别",
        "统一社会信用代码",
        "经营主体名称",
        "文号或证照名称",
        "行政区划",
        "机关",
        "日期",
        "金额（元）",
        "内容",
    ],
    widths: &[12.0, 22.0, 36.0, 30.0, 28.0, 30.0, 12.0, 16.0, 80.0],
    days: &[6],
    numbers: &[7],
};

/// 导出行 A record of any family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportRow {
    /// 记录类别
    pub kind: &'static str,
    /// 统一社会信用代码
    pub uscc: String,
    /// 经营主体名称
    pub enterprise: String,
    /// 文号或证照名称 Number or name of the document; empty where there is none.
    pub document: String,
    /// 行政区划 From the province down.
    pub region: String,
    /// 机关
    pub authority: String,
    /// 日期
    pub day: Option<NaiveDate>,
    /// 金额（元）
    pub amount: Option<Yuan>,
    /// 内容 Everything else that the record says.
    pub facts: String,
}

impl ExportRow {
    /// The cells, in the order of the headings.
    pub fn cells(self) -> [String; WIDTH] {
        let day = self.day.map(|day| day.to_string()).unwrap_or_default();
        let amount = self.amount.map(|amount| amount.to_decimal().to_string()).unwrap_or_default();
        let Self { kind, uscc, enterprise, document, region, authority, facts, .. } = self;
        [kind.to_owned(), uscc, enterprise, document, region, authority, day, amount, facts]
    }
}

/// The rows of hits, in their order; what is no longer there is left out.
///
/// They are made of the documents that the index is made of, so that a family that is added to it is exported
/// without a line here: one statement a table and page, two more for enterprises.
///
/// # Errors
/// Any failure of the database.
pub async fn rows(db: &Database, hits: &[SearchHit]) -> Result<Vec<ExportRow>, DbErr> {
    let keys: Vec<(Family, i64)> = hits.iter().map(|hit| (hit.family, hit.id)).collect();
    let mut found: HashMap<(Family, i64), ExportRow> = HashMap::new();
    for (table, ids) in by_table(&keys) {
        let documents = table.read(db, Rows::Ids(&ids)).await?.documents;
        found.extend(documents.into_iter().map(|document| ((document.family(), document.id()), row(document))));
    }
    Ok(keys.iter().filter_map(|key| found.remove(key)).collect())
}

fn row(document: Document) -> ExportRow {
    match document {
        Document::Enterprise(enterprise) => of_enterprise(enterprise),
        Document::Record(record) => of_record(record),
    }
}

fn of_enterprise(of: EnterpriseDoc) -> ExportRow {
    let facts = [
        ("登记状态", of.party.status.map_or("", EnterpriseStatus::term)),
        ("类型", of.party.kind.map_or("", EnterpriseKind::term)),
        ("法定代表人", &of.legal_representative),
        ("曾用名", &of.former_names.join("、")),
        ("住所", &of.address),
        ("经营范围", &of.business_scope),
    ];
    ExportRow {
        authority: of.authority.clone(),
        day: of.established_on,
        amount: of.registered_capital_fen.map(Yuan::from_fen),
        facts: told(&facts),
        ..about(Family::Enterprise, &of.party)
    }
}

fn of_record(of: RecordDoc) -> ExportRow {
    let texts: Vec<(&str, &str)> = of.texts.iter().map(|(passage, text)| (passage.term(), text.as_str())).collect();
    ExportRow {
        document: of.number,
        authority: of.authority,
        day: of.day,
        amount: of.amount_fen.map(Yuan::from_fen),
        facts: told(&texts),
        ..about(of.family, &of.party)
    }
}

/// A row that tells no more than whom it concerns.
fn about(family: Family, party: &Party) -> ExportRow {
    ExportRow {
        kind: family.term(),
        uscc: party.uscc.clone(),
        enterprise: party.name.clone(),
        document: String::new(),
        region: region::find(party.region).map(|region| region.full_name.clone()).unwrap_or_default(),
        authority: String::new(),
        day: None,
        amount: None,
        facts: String::new(),
    }
}

/// Facts with what each is called; those that say nothing are left out.
fn told(facts: &[(&str, &str)]) -> String {
    let told = facts.iter().filter(|(_, fact)| !fact.trim().is_empty());
    told.map(|(name, fact)| format!("{name}：{}", fact.trim())).collect::<Vec<_>>().join("；")
}
