//! 年报表单 The definition from which a form is drawn, and the rules by which it is judged, as data.

use async_graphql::{Object, SimpleObject};
use rules::annual_report::{
    self, FieldType, FilerKind, Form, MAX_ROWS, Publish, Rule, Section, Severity, Source, Window,
};
use schema::Answer;
use schema::scalars::Date;

use super::draft::ReportChoice;

/// 年报表单 The form of a kind of filer for a year.
#[derive(SimpleObject)]
pub struct AnnualReportForm {
    /// 申报主体类型
    pub kind: FilerKind,
    /// 报告年度
    pub year: i32,
    /// 报送起始日期
    pub window_from: Date,
    /// 报送截止日期
    pub window_to: Date,
    /// 报送期限依据
    pub window_source: &'static str,
    /// 栏目 In the order in which they are filled in.
    pub sections: Vec<ReportFormSection>,
}

/// 栏目 Fields that stand together, or the columns of a table.
#[derive(SimpleObject)]
pub struct ReportFormSection {
    /// 标识 Of a table also its name in paths.
    pub name: &'static str,
    /// 栏目名称
    pub label: &'static str,
    /// 依据
    pub source: &'static str,
    /// 表格 Null if the fields stand alone.
    pub table: Option<ReportFormTable>,
    /// 字段
    pub fields: Vec<ReportFormField>,
}

/// 表格 What makes a section a table of rows: the path of a cell is `section[row].field`.
#[derive(SimpleObject)]
pub struct ReportFormTable {
    /// 关键列 The column that tells rows apart.
    pub key: &'static str,
    /// 前提 Name of the yes-or-no field that asks for rows; null if rows may always be given.
    pub when: Option<&'static str>,
    /// 固定行 Codes of the key column if the rows are given; empty if the filer adds rows.
    pub rows: &'static [String],
    /// 最多行数
    pub max_rows: usize,
}

/// 表单字段 A field, or a column of a table.
#[derive(SimpleObject)]
pub struct ReportFormField {
    /// 标识
    pub name: &'static str,
    /// 字段名称
    pub label: &'static str,
    /// 填写说明 How it is filled in.
    pub note: &'static str,
    /// 单位
    pub unit: Option<&'static str>,
    /// 字段类型
    #[graphql(name = "type")]
    pub field_type: FieldType,
    /// 选项 Empty unless the type is `CHOICE`.
    pub choices: Vec<ReportChoice>,
    /// 小数位数 Of numbers.
    pub decimals: Option<i32>,
    /// 是否必填 In a table: of every row.
    pub required: bool,
    /// 公示规则
    pub publish: Publish,
    /// 预填来源 In the order in which they are asked.
    pub prefill: &'static [Source],
    /// 可一键确认
    pub confirmable: bool,
    /// 最多字数
    pub max_length: usize,
    /// 依据
    pub source: &'static str,
    /// 起始年度 First report year in which it is asked; null if there is none.
    pub first_year: Option<i32>,
    /// 终止年度 Last report year in which it is asked; null if there is none.
    pub last_year: Option<i32>,
}

/// 核查规则 A rule that judges reports.
#[derive(SimpleObject)]
pub struct ReportRule {
    /// 规则编号
    pub id: &'static str,
    /// 严重程度
    pub severity: Severity,
    /// 适用主体
    pub kinds: &'static [FilerKind],
    /// 涉及字段 Names, `contributions.paid` for a column; empty for a rule on every field of a type.
    pub fields: &'static [String],
    /// 条件 In CEL, true when the report is at fault.
    pub condition: &'static str,
    /// 提示语 With placeholders in braces.
    pub message: &'static str,
    /// 处理办法 With placeholders in braces.
    pub mend: &'static str,
    /// 依据
    pub source: &'static str,
    /// 起始年度 First report year of this version; null if there is none.
    pub first_year: Option<i32>,
    /// 终止年度 Last report year of this version; null if there is none.
    pub last_year: Option<i32>,
}

/// The ends of a span of years; the ends of `i32` stand for none.
fn years((first, last): (i32, i32)) -> (Option<i32>, Option<i32>) {
    (Some(first).filter(|year| *year != i32::MIN), Some(last).filter(|year| *year != i32::MAX))
}

impl From<&'static Section> for ReportFormSection {
    fn from(section: &'static Section) -> Self {
        let table = section.table.as_ref().map(|table| ReportFormTable {
            key: &table.key,
            when: table.when.as_deref(),
            rows: &table.rows,
            max_rows: MAX_ROWS,
        });
        let fields = section.fields.iter().map(ReportFormField::from).collect();
        Self { name: &section.name, label: &section.label, source: &section.source, table, fields }
    }
}

impl From<&'static annual_report::Field> for ReportFormField {
    fn from(field: &'static annual_report::Field) -> Self {
        let choices = field.choices.as_deref().map_or(&[][..], |choices| choices.values.as_slice());
        let (first_year, last_year) = years(field.years);
        Self {
            name: &field.name,
            label: &field.label,
            note: &field.note,
            unit: field.unit.as_deref(),
            field_type: field.field_type,
            choices: choices.iter().map(|(code, label)| ReportChoice { code, label }).collect(),
            decimals: field.field_type.decimals(),
            required: field.required,
            publish: field.publish,
            prefill: &field.prefill,
            confirmable: field.unchanged_confirmable,
            max_length: field.longest,
            source: &field.source,
            first_year,
            last_year,
        }
    }
}

impl From<&'static Rule> for ReportRule {
    fn from(rule: &'static Rule) -> Self {
        let (first_year, last_year) = years(rule.years);
        Self {
            id: &rule.id,
            severity: rule.severity,
            kinds: &rule.kinds,
            fields: &rule.fields,
            condition: &rule.condition,
            message: &rule.message,
            mend: &rule.mend,
            source: &rule.source,
            first_year,
            last_year,
        }
    }
}

impl AnnualReportForm {
    /// The form of a kind for a year; `None` where no report is filed for that year.
    pub(super) fn for_year(kind: FilerKind, year: i32) -> Option<Self> {
        let known = annual_report::form(kind, year).zip(annual_report::window(kind, year));
        known.map(|(form, window)| Self::of(form, year, window))
    }

    fn of(form: &'static Form, year: i32, window: Window) -> Self {
        Self {
            kind: form.kind,
            year,
            window_from: Date(window.from),
            window_to: Date(window.to),
            window_source: window.source,
            sections: form.sections.iter().map(ReportFormSection::from).collect(),
        }
    }
}

/// Root fields of forms and rules.
#[derive(Default)]
pub struct FormQuery;

#[Object]
impl FormQuery {
    /// 年报表单 The definition from which a form is drawn; null where no report is filed for that year.
    #[graphql(complexity = "60 + 15 * child_complexity")]
    async fn annual_report_form(
        &self,
        #[graphql(desc = "申报主体类型")] kind: FilerKind,
        #[graphql(desc = "报告年度，例如 2025")] year: i32,
    ) -> Answer<Option<AnnualReportForm>> {
        Ok(AnnualReportForm::for_year(kind, year))
    }

    /// 核查规则 Every rule that judges the reports of this kind for this year.
    #[graphql(complexity = "60 + 100 * child_complexity")]
    async fn report_rules(
        &self,
        #[graphql(desc = "申报主体类型")] kind: FilerKind,
        #[graphql(desc = "报告年度，例如 2025")] year: i32,
    ) -> Answer<Vec<ReportRule>> {
        Ok(annual_report::rules(kind, year).map(ReportRule::from).collect())
    }
}
