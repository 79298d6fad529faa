//! 导出行 One form for records of every family, read from the database by the ids that the index gave: one
//! statement a family and page.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use entities::credit::penalty;
use entities::enterprise::{find, registered};
use entities::page;
use entities::reference::Authorities;
use entities::{Database, Scope};
use rules::money::Yuan;
use rules::region::{self, RegionCode};
use sea_orm::DbErr;

use crate::index::{Family, SearchHit};

/// Columns of a file.
pub const WIDTH: usize = 9;
/// Where an amount stands.
pub const AMOUNT: usize = 7;
/// Where a day stands.
pub const DAY: usize = 6;
/// 表头
pub const HEADINGS: [&str; WIDTH] = [
    "记录类别",
    "统一社会信用代码",
    "经营主体名称",
    "文号或证照名称",
    "行政区划",
    "机关",
    "日期",
    "金额（元）",
    "内容",
];

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
/// A family that is added to the index gets its field in [`Found`], its statement in [`Found::read`] and its arm
/// in [`Found::row`]; the compiler names the last.
///
/// # Errors
/// Any failure of the database.
pub async fn rows(
    db: &Database,
    authorities: &Authorities,
    scope: &Scope,
    hits: &[SearchHit],
) -> Result<Vec<ExportRow>, DbErr> {
    let found = Found::read(db, authorities, scope, hits).await?;
    Ok(hits.iter().filter_map(|hit| found.row(hit)).collect())
}

/// What the database has of the hits of a page.
struct Found {
    enterprises: HashMap<i64, Arc<registered::Model>>,
    penalties: HashMap<i64, Arc<penalty::Model>>,
    /// Names of the authorities that stand in these records.
    authorities: HashMap<i64, Arc<str>>,
}

impl Found {
    async fn read(db: &Database, authorities: &Authorities, scope: &Scope, hits: &[SearchHit]) -> Result<Self, DbErr> {
        let ids = |family| hits.iter().filter(move |hit| hit.family == family).map(|hit| hit.id).collect::<Vec<_>>();
        // A hit that is no enterprise is told with the one to which it belongs.
        let mut owners: Vec<i64> = hits.iter().map(|hit| hit.enterprise_id).chain(ids(Family::Enterprise)).collect();
        owners.sort_unstable();
        owners.dedup();
        let enterprises = find::by_ids(db, &owners, scope).await?;
        let penalties = page::by_ids::<penalty::Model>(db, &ids(Family::Penalty), scope).await?;
        let of_enterprises = enterprises.values().map(|row| row.authority_id);
        let mut named: Vec<i64> = of_enterprises.chain(penalties.values().map(|row| row.authority_id)).collect();
        named.sort_unstable();
        named.dedup();
        let mut names = HashMap::with_capacity(named.len());
        for id in named {
            names.extend(authorities.name(db, id).await?.map(|name| (id, name)));
        }
        Ok(Self { enterprises, penalties, authorities: names })
    }

    fn row(&self, hit: &SearchHit) -> Option<ExportRow> {
        match hit.family {
            Family::Enterprise => Some(self.enterprise(self.enterprises.get(&hit.id)?)),
            Family::Penalty => self.penalty(self.penalties.get(&hit.id)?),
        }
    }

    fn enterprise(&self, row: &registered::Model) -> ExportRow {
        let facts = [
            ("登记状态", row.status.term()),
            ("类型", &row.type_name),
            ("法定代表人", &row.legal_representative),
            ("住所", &row.address),
            ("经营范围", &row.business_scope),
        ];
        ExportRow {
            authority: self.authority(row.authority_id),
            day: Some(row.established_on),
            amount: row.registered_capital_fen.map(Yuan::from_fen),
            facts: told(&facts),
            ..of("经营主体", row)
        }
    }

    fn penalty(&self, row: &penalty::Model) -> Option<ExportRow> {
        let facts = [
            ("违法领域", row.category.as_str()),
            ("违法事实", &row.violation),
            ("处罚依据", &row.legal_basis),
            ("处罚内容", &row.decision),
        ];
        Some(ExportRow {
            document: row.document_number.clone(),
            authority: self.authority(row.authority_id),
            day: Some(row.decided_on),
            amount: Some(Yuan::from_fen(row.amount_fen)),
            facts: told(&facts),
            ..of("行政处罚", self.enterprises.get(&row.enterprise_id)?)
        })
    }

    fn authority(&self, id: i64) -> String {
        self.authorities.get(&id).map(ToString::to_string).unwrap_or_default()
    }
}

/// A row that tells no more than whom it concerns.
fn of(kind: &'static str, enterprise: &registered::Model) -> ExportRow {
    let code = u32::try_from(enterprise.region_code).ok().and_then(RegionCode::new);
    ExportRow {
        kind,
        uscc: enterprise.uscc.clone(),
        enterprise: enterprise.name.clone(),
        document: String::new(),
        region: code.and_then(region::find).map(|region| region.full_name.clone()).unwrap_or_default(),
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
