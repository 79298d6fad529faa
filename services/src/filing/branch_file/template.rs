//! 模板 The table as it is given out: a row for each branch that may be filled in, with what is known of it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use csv::{Terminator, WriterBuilder};
use entities::enterprise::{find, registered};
use entities::guarded::Warrant;
use entities::report_parts::{self, Parts};
use entities::{Database, filing as stored, reports};
use rules::annual_report::{
    self, Archive, Draft, FieldType, FieldValue, FilerKind, FilingStage, FilingStep, Form, LastReport,
};
use rules::uscc::Uscc;

use super::read::BOUNDS;
use super::tables::{FreeTable, free_tables};
use super::{Column, MOST, What, columns, workbook};
use crate::command::power::FileReports;
use crate::command::{Done, Permit, Refused, UserError};
use crate::export::{Format, harmless};
use crate::filing::content::Content;
use crate::filing::ground::reported;
use crate::filing::{Filer, scope_of, state};

/// 模板
#[derive(Clone, Debug)]
pub struct Template {
    /// 隶属企业
    pub head: String,
    /// 报告年度
    pub year: i32,
    /// 列
    pub columns: Vec<Column>,
    /// A cell for each column.
    pub rows: Vec<Vec<Option<FieldValue>>>,
    /// 附表 Tables to which rows are added; a workbook has a sheet for each, a file of one table none.
    pub tables: Vec<FreeTable>,
    /// 不在表中的分支机构数 Those that are filed already or may not be filled in.
    pub left_out: usize,
    /// 是否齐全 Whether there are no branches beyond those that a table holds.
    pub is_whole: bool,
}

/// 生成模板 With as many statements for a thousand branches as for one.
///
/// # Errors
/// `NO_FORM`, `NO_BRANCHES`, or a failure of the database.
pub async fn prepare(
    db: &Database,
    permit: &Permit<'_, FileReports>,
    head: Filer<'_>,
    format: Format,
) -> Done<Template> {
    let (scope, year) = (scope_of(permit.caller()), head.year);
    let form = form_of(year, permit)?;
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let mut ids = stored::branches_after(db, head.row.id, 0, most + 1).await?;
    let is_whole = ids.len() <= MOST;
    ids.truncate(MOST);
    let found = find::by_ids(db, &ids, &scope).await?;
    let rows: Vec<Arc<registered::Model>> = ids.iter().filter_map(|id| found.get(id).cloned()).collect();
    let states = state::of(db, rows, year, &scope).await?;
    let (open, closed): (Vec<_>, Vec<_>) =
        states.into_iter().partition(|state| state.kind == FilerKind::Branch && state.may(FilingStep::Save).is_ok());
    if open.is_empty() {
        let message = "没有可以填报的分支机构：可能都已报送，或尚无分支机构登记在册，请在“分支机构填报情况”中查看。";
        return Err(UserError::at(&["uscc"], "NO_BRANCHES", message).into());
    }
    let ids: Vec<i64> = open.iter().map(|state| state.row.id).collect();
    let last = reports::of_enterprises_in(db, &ids, year - 1).await?;
    let keys: Vec<i64> = last.iter().map(|row| row.id).collect();
    let (parts, texts, drafts) = futures::try_join!(
        report_parts::of_reports(db, &keys),
        stored::texts_of(db, &keys),
        stored::drafts_of(db, &ids, year)
    )?;
    let mut earlier: HashMap<i64, LastReport> = HashMap::new();
    for row in &last {
        let mut report = reported(row, parts.get(&row.id).map_or(&Parts::default(), |parts| parts.as_ref()));
        if let Some(text) = texts.get(&row.id) {
            report.filed = Content::of_text(db.vault(), text)?.values();
        }
        earlier.insert(row.enterprise_id, report);
    }
    let (columns, mut tables) = (columns(form), free_tables(form));
    let mut table = Vec::with_capacity(open.len());
    for state in &open {
        let row = &state.row;
        let Some(archive) = archive(db, row) else { continue };
        let mut draft = annual_report::prefill(form, &archive, earlier.get(&row.id), year);
        if let Some(kept) = drafts.get(&row.id) {
            draft = draft.overlaid(form, &Content::of_draft(db.vault(), kept)?.values());
        }
        table.push(cells(&columns, row, state.stage, &draft));
        let known: BTreeMap<&str, &FieldValue> =
            draft.values.iter().filter_map(|value| Some((value.path.as_str(), value.value.as_ref()?))).collect();
        tables.iter_mut().for_each(|free| free.add((&row.uscc, &row.name), &known, spoken));
    }
    let (head, left_out) = (head.row.name.clone(), closed.len());
    let template = Template { head, year, columns, rows: table, tables, left_out, is_whole };
    Ok(if format == Format::Csv { template.flat() } else { template })
}

/// The form of branches.
pub(super) fn form_of(year: i32, permit: &Permit<'_, FileReports>) -> Done<&'static Form> {
    let today = scope_of(permit.caller()).today;
    let form = annual_report::form(FilerKind::Branch, year).filter(|_| year < chrono::Datelike::year(&today));
    let message = format!("{year}年度没有可以填报的年度报告，请填写上一年度或较近的年度。");
    form.ok_or_else(|| Refused::from(UserError::at(&["input", "year"], "NO_FORM", message)))
}

/// What the row of the register alone knows.
fn archive(db: &Database, row: &registered::Model) -> Option<Archive> {
    let uscc = Uscc::parse(&row.uscc).ok()?;
    let phone = row.phone_revealed(db.vault(), Warrant::because("its filer is given it to be checked"));
    Some(Archive {
        address: Some(row.address.clone()),
        phone: phone.unwrap_or_default(),
        established_on: Some(row.established_on),
        as_of: row.approved_on.or(Some(row.valid_from)),
        ..Archive::bare(uscc, row.name.clone(), row.kind, row.status)
    })
}

fn cells(columns: &[Column], row: &registered::Model, stage: FilingStage, draft: &Draft) -> Vec<Option<FieldValue>> {
    let values: HashMap<&str, &annual_report::DraftValue> =
        draft.values.iter().map(|value| (value.path.as_str(), value)).collect();
    let of = |column: &Column| {
        let known = values.get(column.path.as_str());
        match column.what {
            What::Code => Some(row.uscc.clone().into()),
            What::Name => Some(row.name.clone().into()),
            What::Stage => Some(if stage == FilingStage::NotStarted { "未填报" } else { "已有草稿" }.into()),
            What::Value => known.and_then(|value| Some(spoken(column, value.value.clone()?))),
            What::Hint => known.and_then(|value| value.last_value.clone()),
            What::Row | What::Reason => None,
        }
    };
    columns.iter().map(of).collect()
}

/// The value as a table says it: words instead of codes.
fn spoken(column: &Column, value: FieldValue) -> FieldValue {
    let Some(field) = column.field else { return value };
    match (&value, field.choices.as_deref()) {
        (FieldValue::Text(code), Some(choices)) => choices.word(code).map_or(value.clone(), FieldValue::from),
        (FieldValue::Bool(answer), _) => if *answer { "是" } else { "否" }.into(),
        (FieldValue::Text(text), _) if field.field_type == FieldType::Bool => match text.as_str() {
            "true" => "是".into(),
            "false" => "否".into(),
            _ => value,
        },
        _ => value,
    }
}

impl Template {
    /// 文件名 Without its ending.
    pub fn name(&self) -> String {
        format!("{}年度分支机构年报-{}", self.year, self.head)
    }

    /// 单表 The same as one table: rows of other tables stand in numbered columns. A table for which a file would have more
    /// columns than are read is left out, which changes nothing of it.
    fn flat(mut self) -> Self {
        let most = usize::try_from(BOUNDS.columns).unwrap_or(usize::MAX);
        for free in std::mem::take(&mut self.tables) {
            let (columns, rows) = free.flat(&self.rows);
            if self.columns.len() + columns.len() <= most {
                self.columns.extend(columns);
                self.rows.iter_mut().zip(rows).for_each(|(row, cells)| row.extend(cells));
            }
        }
        self
    }

    /// 成文 The bytes of the file.
    ///
    /// # Errors
    /// The writer of the format fails.
    pub fn file(&self, format: Format) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
        match format {
            Format::Xlsx => Ok(workbook::write(self)?),
            Format::Csv => self.csv(),
        }
    }

    fn csv(&self) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
        writer.write_record(self.columns.iter().map(|column| column.heading.as_str()))?;
        for row in &self.rows {
            let text = |value: &Option<FieldValue>| value.as_ref().map(FieldValue::to_string).unwrap_or_default();
            // A long number loses its end in a spreadsheet unless it is a text.
            let guarded = |text: String| match text.len() > 11 && text.bytes().all(|byte| byte.is_ascii_digit()) {
                true => format!("'{text}"),
                false => harmless(&text).into_owned(),
            };
            writer.write_record(row.iter().map(text).map(guarded))?;
        }
        Ok(writer.into_inner().map_err(|error| error.into_error())?)
    }
}
