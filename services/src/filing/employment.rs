//! 用工需求 Posts that are published beside a report, at any time of the year, and taken off the list again (公示系统
//! 用工需求模块). What may be published is judged by the rules that judge the same table of a report.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use entities::Database;
use entities::annual_report::employment_need;
use entities::bulk::Session;
use entities::employment;
use entities::enterprise::registered;
use rules::annual_report::{
    self, Archive, FieldValue, FilerKind, Finding, Form, Path, Severity, Values, cell, normalized, validate_fields,
};
use rules::region::RegionCode;
use rules::uscc::Uscc;
use serde_json::json;

use super::submit::{Once, locked};
use super::{Edit, scope_of};
use crate::command::power::FileReports;
use crate::command::{Done, Permit, Refused, UserError};
use crate::draft::DraftError;

/// Needs of an enterprise that have not ended at most.
const MOST: i64 = 200;
/// The table of the form.
const TABLE: &str = "employment_needs";

/// 拟公示的用工需求 What is to be published.
#[derive(Clone, Debug)]
pub struct NewNeed {
    /// 幂等键
    pub key: String,
    /// 岗位名称
    pub post: String,
    /// 月薪下限（元）
    pub pay_low_yuan: i32,
    /// 月薪上限（元）
    pub pay_high_yuan: i32,
    /// 招聘人数
    pub head_count: i32,
    /// 其中招聘高校毕业生人数
    pub graduates: i32,
    /// 工作年限要求（年）
    pub experience_years: Option<i32>,
    /// 学历要求 Code.
    pub education: &'static str,
    /// 工作地点
    pub region: RegionCode,
    /// 福利待遇
    pub benefits: Option<String>,
    /// 公示起始日期 `None` for today.
    pub publish_on: Option<NaiveDate>,
    /// 公示截止日期
    pub until: NaiveDate,
    /// 已核对 Warnings do not hold it back.
    pub confirmed: bool,
}

/// 公示结果 The need, and what the rules say about it.
#[derive(Clone, Debug)]
pub struct Published {
    /// Nothing was published without it.
    pub need: Option<employment_need::Model>,
    /// 核查结果
    pub findings: Vec<Finding>,
    /// 用户错误
    pub errors: Vec<UserError>,
}

/// 公示用工需求
///
/// # Errors
/// `INVALID_KEY`, `KEY_REUSED`, `NO_FORM`, `TEXT_TOO_LONG`, `UNKNOWN_CHARACTER`, `PUBLISHED_IN_THE_PAST`, `CLOSED`,
/// `TOO_MANY_NEEDS`; held back with `EMPLOYMENT_NEED_INVALID` or `WARNING_NEEDS_CONFIRMATION`.
pub async fn publish(
    db: &Database,
    permit: &Permit<'_, FileReports>,
    row: &registered::Model,
    new: NewNeed,
) -> Done<Published> {
    let caller = permit.caller();
    let today = scope_of(caller).today;
    let publish_on = new.publish_on.unwrap_or(today);
    let typed = typed(&new, publish_on);
    // A request that comes again on another day is the same.
    let mut asked = typed.clone();
    asked.remove(&cell(TABLE, 0, "publish_on"));
    let once = Once::of(&new.key, &json!({ "step": "PUBLISH_NEED", "values": asked, "from": new.publish_on }))?;
    let form = form_of(row, today)?;
    let edit = Edit { values: typed.clone(), ..Edit::default() };
    let faults: Vec<UserError> = edit.faults(form).into_iter().map(of_the_input).collect();
    if !faults.is_empty() {
        return Err(Refused::Inputs(faults));
    }
    let findings = judged(row, form, &typed, today)?;
    let errors = held_back(&findings, new.confirmed);
    if !errors.is_empty() {
        return Ok(Published { need: None, findings, errors });
    }
    let spelt = |name: &str| {
        let path = cell(TABLE, 0, name);
        normalized(form.field(&path)?, &FieldValue::from(typed.get(&path)?.as_str()))
    };
    let need = employment_need::Model {
        id: 0,
        enterprise_id: row.id,
        report_id: None,
        post: spelt("post").unwrap_or_default(),
        pay_low_yuan: Some(new.pay_low_yuan),
        pay_high_yuan: Some(new.pay_high_yuan),
        head_count: new.head_count,
        graduates: Some(new.graduates),
        experience_years: new.experience_years,
        education: Some(new.education.to_owned()),
        region_code: Some(new.region.get().cast_signed()),
        benefits: spelt("benefits"),
        publish_on: Some(publish_on),
        until_on: Some(new.until),
        withdrawn_on: None,
    };
    let mut session = locked(db).await?;
    let stored = kept(&mut session, permit, row, need, once, today).await;
    match stored {
        Ok((need, is_new)) => {
            if is_new {
                session.commit().await?
            } else {
                session.rollback().await?
            }
            Ok(Published { need: Some(need), findings, errors: Vec::new() })
        }
        Err(error) => {
            session.rollback().await?;
            Err(error)
        }
    }
}

/// Keeps it in the open transaction; what was published with the same key before, and `false`, if it was.
async fn kept(
    session: &mut Session,
    permit: &Permit<'_, FileReports>,
    row: &registered::Model,
    need: employment_need::Model,
    once: Once,
    today: NaiveDate,
) -> Done<(employment_need::Model, bool)> {
    if let Some((before, hash)) = employment::by_key(session, row.id, &once.key).await? {
        if hash == once.hash {
            return Ok((before, false));
        }
        let message = "幂等键已用于另一条用工需求，内容不同；新的需求请换一个键。";
        return Err(UserError::at(&["input", "idempotencyKey"], "KEY_REUSED", message).into());
    }
    if need.publish_on.is_some_and(|day| day < today) {
        let message = "公示起始日期早于今天，请填写今天或以后的日期，或者不填。";
        return Err(UserError::at(&["input", "publishOn"], "PUBLISHED_IN_THE_PAST", message).into());
    }
    if !row.status.is_open() {
        let message = "该经营主体已注销、吊销或迁出，不能公示用工需求；登记状态有误的，请联系登记机关。";
        return Err(UserError::at(&["input", "uscc"], "CLOSED", message).into());
    }
    if employment::not_ended(session, row.id, today).await? >= MOST {
        let message = format!("同时公示的用工需求最多 {MOST} 条，请先撤下已招满的岗位。");
        return Err(UserError::at(&["input", "uscc"], "TOO_MANY_NEEDS", message).into());
    }
    let once = employment::Once { key: once.key, hash: once.hash };
    let need = employment::add(session, need, &once).await?;
    let detail = json!({
        "need": need.id, "post": need.post, "headCount": need.head_count, "from": need.publish_on,
        "until": need.until_on,
    });
    permit.record(session, "PUBLISH_EMPLOYMENT_NEED", row.uscc.clone(), detail).await?;
    Ok((need, true))
}

/// 撤下用工需求 From today on it is not shown any more; of a report, it stays as reported there. A need that is not
/// shown is left as it is.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn withdraw(
    db: &Database,
    permit: &Permit<'_, FileReports>,
    row: &registered::Model,
    id: i64,
) -> Done<employment_need::Model> {
    let today = scope_of(permit.caller()).today;
    let mut session = locked(db).await?;
    let found = employment::by_id(&mut session, id).await?.filter(|need| need.enterprise_id == row.id);
    let Some(mut need) = found else {
        session.rollback().await?;
        let message = "没有这条用工需求，请从本单位的用工需求列表中选取。";
        return Err(UserError::at(&["input", "id"], "NOT_FOUND", message).into());
    };
    if need.withdrawn_on.is_some() || need.until_on.is_none_or(|last| last < today) {
        session.rollback().await?;
        return Ok(need);
    }
    employment::withdraw(&mut session, id, today).await?;
    let detail = json!({ "need": id, "post": need.post });
    permit.record(&mut session, "WITHDRAW_EMPLOYMENT_NEED", row.uscc.clone(), detail).await?;
    session.commit().await?;
    need.withdrawn_on = Some(today);
    Ok(need)
}

/// The need as a filer would type it into the table of the form.
fn typed(new: &NewNeed, publish_on: NaiveDate) -> BTreeMap<String, String> {
    let values = [
        ("post", Some(new.post.clone())),
        ("pay_low", Some(new.pay_low_yuan.to_string())),
        ("pay_high", Some(new.pay_high_yuan.to_string())),
        ("head_count", Some(new.head_count.to_string())),
        ("graduates", Some(new.graduates.to_string())),
        ("experience_years", new.experience_years.map(|years| years.to_string())),
        ("education", Some(new.education.to_owned())),
        ("region", Some(new.region.to_string())),
        ("benefits", new.benefits.clone()),
        ("publish_on", Some(publish_on.to_string())),
        ("until", Some(new.until.to_string())),
    ];
    values.into_iter().filter_map(|(name, text)| Some((cell(TABLE, 0, name), text?))).collect()
}

/// The form of the report that is due in this year, if it has the table.
fn form_of(row: &registered::Model, today: NaiveDate) -> Result<&'static Form, UserError> {
    let form = annual_report::form(FilerKind::of(row.kind), today.year() - 1);
    form.filter(|form| form.table(TABLE).is_some()).ok_or_else(|| {
        let message = "该类经营主体的年度报告没有用工需求一栏，不能在此公示。";
        UserError::at(&["input", "uscc"], "NO_FORM", message)
    })
}

/// What the rules of the table say.
fn judged(
    row: &registered::Model,
    form: &'static Form,
    typed: &BTreeMap<String, String>,
    today: NaiveDate,
) -> Done<Vec<Finding>> {
    let uscc = Uscc::parse(&row.uscc).map_err(|_| super::unready(DraftError::Code))?;
    let archive = Archive::bare(uscc, row.name.clone(), row.kind, row.status);
    let paths: BTreeSet<String> = typed.keys().cloned().collect();
    let mut values: Values = typed.iter().map(|(path, text)| (path.clone(), FieldValue::from(text.as_str()))).collect();
    values.insert("has_employment_need".to_owned(), FieldValue::from(true));
    if let Some(employees) = row.employees {
        values.insert("employees".to_owned(), FieldValue::from(i64::from(employees)));
    }
    let mut findings = validate_fields(form, today.year() - 1, &values, &archive, None, today, &paths);
    let is_ours = |path: &String| matches!(Path::parse(path), Some(Path::Cell { table, .. }) if table == TABLE);
    findings.retain(|finding| finding.paths.iter().any(is_ours));
    Ok(findings)
}

/// Errors hold it back, and warnings that nobody has confirmed.
fn held_back(findings: &[Finding], confirmed: bool) -> Vec<UserError> {
    let error = |finding: &Finding| {
        let path = finding.paths.first().map_or("values", |path| input_of(path));
        let code = match finding.severity {
            Severity::Error => "EMPLOYMENT_NEED_INVALID",
            Severity::Warning if !confirmed => "WARNING_NEEDS_CONFIRMATION",
            Severity::Warning | Severity::Hint => return None,
        };
        let ask = if finding.severity == Severity::Warning {
            "确认无误的，请选择“确认无误”后重新提交。"
        } else {
            ""
        };
        let message =
            format!("{}{}{ask}依据：{}（{}）。", finding.message, finding.mend, finding.source, finding.rule_id);
        Some(UserError::at(&["input", path], code, message))
    };
    findings.iter().filter_map(error).collect()
}

/// The input in which a cell of the form was given.
fn input_of(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "post" => "post",
        "pay_low" => "payLowYuan",
        "pay_high" => "payHighYuan",
        "head_count" => "headCount",
        "graduates" => "graduates",
        "experience_years" => "experienceYears",
        "education" => "education",
        "region" => "regionCode",
        "benefits" => "benefits",
        "publish_on" => "publishOn",
        _ => "until",
    }
}

/// A fault of the table, as one of the input.
fn of_the_input(error: UserError) -> UserError {
    UserError { path: vec!["input"], ..error }
}
