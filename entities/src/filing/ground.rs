//! 填报依据 What the database knows of an enterprise whose report is filled in or judged, in a statement or two.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use rules::annual_report::year_end;
use rules::vocabulary::ChangeItem;
use sea_orm::DbErr;

use super::extracted::told;
use super::submission;
use crate::annual_report::report;
use crate::bulk::Row as _;
use crate::change::change_record;
use crate::credit::{licence, penalty};
use crate::enterprise::{find, registered};
use crate::holders::{self, Holder};
use crate::read::Value as _;
use crate::report_parts::{self, Parts};
use crate::together::{Fields, List, Together};
use crate::{Database, Scope, page, reports};

/// Licences, and enterprises held, of one enterprise that are looked at.
const MOST: i64 = 200;
/// Branches of one parent that are looked at.
const SIBLINGS: i64 = 500;

/// 依据 What is known of an enterprise for the report of a year, beside its row.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// 股东
    pub holders: Vec<Holder>,
    /// 有效许可
    pub licences: Vec<licence::Model>,
    /// 对外投资 Name and code of the enterprises in which it is a holder and that existed at the end of the year.
    pub holdings: Vec<(String, String)>,
    /// 股权变更日期
    pub holders_changed_on: Vec<NaiveDate>,
    /// 行政处罚数
    pub penalties: i64,
    /// 隶属企业
    pub parent: Option<registered::Model>,
    /// 隶属企业报送日期
    pub parent_filed_on: Option<NaiveDate>,
    /// 同一隶属企业的其他分支机构 Their reports of the year.
    pub siblings: Vec<Sibling>,
    /// 部门数据 Sealed; for the enterprise itself alone.
    pub told: Vec<told::Model>,
}

/// 其他分支机构 What the report of another branch publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sibling {
    /// 联系电话
    pub phone: Option<String>,
    /// 从业人数
    pub employees: Option<i32>,
    /// 资产总额、负债总额、营业总收入、利润总额、纳税总额 In 分.
    pub amounts: [Option<i64>; 5],
}

impl Sibling {
    const COLUMNS: [&str; 7] = [
        "phone",
        "employees",
        "total_assets_fen",
        "total_liabilities_fen",
        "total_revenue_fen",
        "total_profit_fen",
        "total_tax_fen",
    ];

    fn read(row: &Fields) -> Result<Self, DbErr> {
        let mut amounts = [None; 5];
        for (amount, column) in amounts.iter_mut().zip(2..) {
            *amount = Option::value(row, column)?;
        }
        Ok(Self { phone: Option::value(row, 0)?, employees: Option::value(row, 1)?, amounts })
    }
}

/// All of it in one statement; asked as of a day, the parent as it was then in another.
///
/// # Errors
/// Any failure of the database.
pub async fn known(
    db: &Database,
    row: &registered::Model,
    year: i32,
    scope: &Scope,
    is_own: bool,
) -> Result<Known, DbErr> {
    let (id, day) = (row.id, scope.day());
    let mut together = Together::new(db);
    let holders = holders::Asked::of(&mut together, &[id]);
    let licences = together.records::<licence::Model>(|sql| {
        sql.push(" WHERE enterprise_id = ").bind(id).push(" AND ").until("valid_from", day);
        sql.push(" AND (valid_to IS NULL OR valid_to >= ")
            .bind(day)
            .push(") ORDER BY valid_from, id LIMIT ")
            .bind(MOST);
    });
    let holdings = holdings(&mut together, &row.uscc, year_end(year).unwrap_or(day));
    let changes = together.rows(&["changed_on"], change_record::Model::TABLE, |sql| {
        sql.push(" WHERE enterprise_id = ").bind(id).push(" AND item = ").bind(ChangeItem::Shareholders.code());
        sql.push(" AND ").until("changed_on", day).push(" ORDER BY changed_on DESC, id DESC");
    });
    let penalties = together.rows(&["count(*)"], penalty::Model::TABLE, |sql| {
        sql.push(" WHERE enterprise_id = ").bind(id).push(" AND ");
        page::seen_in::<penalty::Model>(sql, scope);
    });
    let told = is_own.then(|| {
        together.records::<told::Model>(|sql| {
            sql.push(" WHERE enterprise_id = ").bind(id).push(" AND year = ").bind(year).push(" ORDER BY id");
        })
    });
    let family = row.parent_id.map(|parent| Family::of(&mut together, (parent, id), year, day));

    let mut lists = together.read(db).await?;
    let mut known = Known {
        holders: holders.holders(&mut lists, scope)?,
        licences: lists.records(&licences)?,
        told: told.map_or(Ok(Vec::new()), |told| lists.records(&told))?,
        ..Known::default()
    };
    for row in lists.rows(&holdings) {
        known.holdings.push((String::value(&row, 0)?, String::value(&row, 1)?));
    }
    for row in lists.rows(&changes) {
        known.holders_changed_on.push(NaiveDate::value(&row, 0)?);
    }
    for row in lists.rows(&penalties) {
        known.penalties = i64::value(&row, 0)?;
    }
    if let Some(family) = family {
        let parent = find::shown(db, lists.records(&family.parent)?, scope).await?.pop();
        for row in lists.rows(&family.filed_on) {
            known.parent_filed_on = Some(NaiveDate::value(&row, 0)?);
        }
        let siblings = lists.rows(&family.siblings).iter().map(Sibling::read).collect::<Result<_, _>>()?;
        known = Known { parent, siblings, ..known };
    }
    Ok(known)
}

/// 对外投资 Who was founded after the end of the year, or had ended by then, was nobody's investment on that day
/// (企业信息公示暂行条例 art. 9).
fn holdings(together: &mut Together, uscc: &str, end: NaiveDate) -> List<Fields> {
    let tables = "shareholders s JOIN enterprises e ON e.id = s.enterprise_id";
    together.rows(&["e.name", "e.uscc"], tables, |sql| {
        sql.push(" WHERE s.uscc = ").bind(uscc).push(" AND ").until("e.established_on", end);
        sql.push(" AND (e.closed_on IS NULL OR e.closed_on > ").bind(end).push(") ORDER BY e.id LIMIT ").bind(MOST);
    })
}

/// 隶属关系 What is asked of the parent of a branch and of its other branches.
struct Family {
    parent: List<registered::Model>,
    filed_on: List<Fields>,
    siblings: List<Fields>,
}

impl Family {
    fn of(together: &mut Together, (parent, branch): (i64, i64), year: i32, day: NaiveDate) -> Self {
        Self {
            parent: together.records(|sql| {
                sql.push(" WHERE id = ").bind(parent);
            }),
            filed_on: together.rows(&["submitted_on"], report::Model::TABLE, |sql| {
                sql.push(" WHERE enterprise_id = ").bind(parent).push(" AND year = ").bind(year);
                sql.push(" AND ").until("submitted_on", day);
            }),
            siblings: together.rows(&Sibling::COLUMNS, report::Model::TABLE, |sql| {
                sql.push(" WHERE year = ").bind(year).push(" AND enterprise_id IN (SELECT id FROM enterprises WHERE");
                sql.push(" parent_id = ").bind(parent).push(" AND id <> ").bind(branch);
                sql.push(" ORDER BY id LIMIT ").bind(SIBLINGS).push(")");
            }),
        }
    }
}

/// 以前年度报告 With what is published of them and, for the enterprise itself, all that was filed.
#[derive(Clone, Debug, Default)]
pub struct Filed {
    /// The newest first.
    pub reports: Vec<report::Model>,
    /// 附表 By report.
    pub parts: HashMap<i64, Arc<Parts>>,
    /// 报送内容 By report; sealed.
    pub texts: HashMap<i64, submission::Model>,
}

/// The reports of an enterprise for years before `year`, at most `limit`: one statement for them, one for what belongs
/// to them.
///
/// # Errors
/// Any failure of the database.
pub async fn filed(
    db: &Database,
    enterprise: i64,
    year: i32,
    scope: &Scope,
    (limit, is_own): (i64, bool),
) -> Result<Filed, DbErr> {
    let reports = reports::before(db, enterprise, year, scope, limit).await?;
    let keys: Vec<i64> = reports.iter().map(|row| row.id).collect();
    if keys.is_empty() {
        return Ok(Filed::default());
    }
    let mut together = Together::new(db);
    let parts = report_parts::Asked::of(&mut together, &keys);
    let texts = is_own.then(|| together.records(|sql| super::texts(sql, &keys)));
    let mut lists = together.read(db).await?;
    let texts: Vec<submission::Model> = texts.map_or(Ok(Vec::new()), |texts| lists.records(&texts))?;
    let texts = texts.into_iter().map(|row| (row.report_id, row)).collect();
    Ok(Filed { parts: parts.parts(&mut lists, &keys)?, reports, texts })
}
