//! 提取结果 What the person at the form is told of each authority: a sentence, and each figure with where it comes from
//! and how it goes with what was typed.

use chrono::{DateTime, NaiveDate, Utc};
use entities::filing::extracted::{consent, told};
use exchange::authority::Fault;
use rules::annual_report::{DraftValue, FieldValue, FigureSource, FigureSourceState, Told, differs};
use rules::calendar::written_day;

use super::Asking;
use crate::filing::content::Content;
use crate::filing::ground::Ground;

/// The topic of the assistant that explains differences.
const TOPIC: &str = "data_differs_from_tax";

/// 一个部门的结果
#[derive(Clone, Debug)]
pub struct SourceResult {
    /// 数据部门
    pub source: FigureSource,
    /// 结果
    pub state: FigureSourceState,
    /// 说明 What came of it and what to do, in Chinese.
    pub message: String,
    /// 等待秒数 After how many seconds it may be tried again, where waiting helps.
    pub retry_after: Option<i64>,
    /// 同意
    pub consent: consent::Model,
    /// 截至日期
    pub as_of: Option<NaiveDate>,
    /// 提取时间 Of what is there, which may be older than this request.
    pub extracted_at: Option<DateTime<Utc>>,
    /// 数据项 Those that the form asks for.
    pub figures: Vec<ShownFigure>,
}

/// 数据项 A figure, and how it goes with what was typed.
#[derive(Clone, Debug)]
pub struct ShownFigure {
    /// The figure as the form takes it, with its source.
    pub value: DraftValue,
    /// 是否带入 Whether the draft shows it: nothing else was typed.
    pub is_filled: bool,
    /// 差异 What was typed says something else.
    pub difference: Option<FigureDifference>,
}

/// 差异 Nothing was overwritten: the filer chooses.
#[derive(Clone, Debug)]
pub struct FigureDifference {
    /// 填报值
    pub typed: String,
    /// 说明
    pub message: String,
    /// 助手主题
    pub topic: &'static str,
}

/// What is told of one authority.
pub(super) fn result(asking: &Asking, ground: &Ground, content: &Content, rows: &[told::Model]) -> SourceResult {
    let source = asking.source;
    let row = rows.iter().find(|row| row.source == source.code()).filter(|_| !asking.is_withdrawn);
    let figures = if row.is_some() { figures(source, ground, content) } else { Vec::new() };
    let fault = asking.answer.as_ref().and_then(|answer| answer.as_ref().err());
    let state = match fault {
        _ if asking.is_withdrawn => FigureSourceState::Refused,
        Some(Fault::Refused(_)) => FigureSourceState::Refused,
        Some(_) => FigureSourceState::Unavailable,
        None if row.is_some_and(|row| row.as_of.is_some()) => FigureSourceState::Ok,
        None => FigureSourceState::NoData,
    };
    let message = match (fault, state) {
        _ if asking.is_withdrawn => "同意已在查询过程中撤回，取得的数据没有保存。".to_owned(),
        (Some(fault), _) => fault.message(source),
        (None, FigureSourceState::Ok) => {
            fine(name(source, ground), ground.year, row.and_then(|row| row.as_of), &figures)
        }
        (None, _) => format!("{}没有本单位{}年度的数据，请自行填写，不影响报送。", source.term(), ground.year),
    };
    SourceResult {
        source,
        state,
        message,
        retry_after: fault.and_then(Fault::retry_after),
        consent: asking.consent.clone(),
        as_of: row.and_then(|row| row.as_of),
        extracted_at: row.map(|row| row.extracted_at),
        figures,
    }
}

/// Who told it.
fn name(source: FigureSource, ground: &Ground) -> &'static str {
    ground.told.iter().find(|told| told.source == source).map_or(source.term(), Told::name)
}

fn fine(name: &str, year: i32, as_of: Option<NaiveDate>, figures: &[ShownFigure]) -> String {
    let as_of = as_of.map(|day| format!("（截至{}）", written_day(day))).unwrap_or_default();
    let differing = figures.iter().filter(|figure| figure.difference.is_some()).count();
    let more = if differing == 0 {
        "请核对后确认".to_owned()
    } else {
        format!("其中{differing}项与已填写的不同，已填写的没有改动，请核对")
    };
    format!("已从{name}取得{}项{year}年度数据{as_of}，{more}。", figures.len())
}

/// The figures of an authority that the form asks for, in its order.
fn figures(source: FigureSource, ground: &Ground, content: &Content) -> Vec<ShownFigure> {
    let prefilled = ground.prefilled();
    let told = prefilled.values.iter().filter(|value| value.source == source.source());
    let figure = |value: &DraftValue| {
        let typed = content.values.get(&value.path).filter(|text| !text.trim().is_empty());
        let difference = typed.and_then(|typed| difference(source, ground, value, typed));
        ShownFigure { is_filled: difference.is_none(), difference, value: value.clone() }
    };
    told.map(figure).collect()
}

fn difference(source: FigureSource, ground: &Ground, value: &DraftValue, typed: &str) -> Option<FigureDifference> {
    let (field, told) = (ground.form.field(&value.path)?, value.value.as_ref()?);
    if !differs(field, &FieldValue::from(typed), told) {
        return None;
    }
    let (label, unit, name) = (&value.label, value.unit.unwrap_or_default(), name(source, ground));
    let message = format!("“{label}”填写为{typed}{unit}，{name}的数据为{told}{unit}，请核对单位和口径后选用其一。");
    Some(FigureDifference { typed: typed.to_owned(), message, topic: TOPIC })
}
