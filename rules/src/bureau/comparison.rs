//! 比对 Compares a report with the archive and with common sense: detectors as data, `data/bureau/comparison.toml`.
//!
//! Where a value is unknown a detector is silent rather than wrong. Days are compared as text.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use cel::common::types::{CelBool, CelInt, CelList, CelMap, CelMapKey, CelString};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{Context, ExecutionError, Program, Value};
use serde::Deserialize;

use super::case::Case;
use crate::annual_report::{CONDITIONS, FilerKind, Severity, Template, year_end};

/// 事实 A value as conditions see it: amounts in 分, days as text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Fact {
    /// 是否
    Flag(bool),
    /// 数值
    Number(i64),
    /// 文本
    Text(String),
    /// 列表
    Texts(Vec<String>),
}

/// Facts by name; what is unknown is absent.
pub type Facts = BTreeMap<String, Fact>;

/// What conditions may ask of the report.
const REPORT: &[&str] = &[
    "address",
    "employees",
    "holders",
    "insured_persons",
    "is_trading",
    "status",
    "status_term",
    "submitted_on",
    "subscribed_fen",
    "total_revenue_fen",
];
/// What conditions may ask of the archive.
const ARCHIVE: &[&str] = &[
    "address",
    "capital_fen",
    "closed_on",
    "employees",
    "established_on",
    "expired_licences",
    "holders",
    "is_open",
    "kind",
    "operating_until",
    "status",
    "status_term",
];
/// What conditions may ask of a row of the contributions.
const ROW: &[&str] = &["archive_due_on", "due_on", "holder", "paid_fen", "subscribed_fen"];

/// 比对对象 A report beside the archive.
#[derive(Clone, Debug)]
pub struct Compared {
    /// 申报主体类型
    pub kind: FilerKind,
    /// 报告年度
    pub year: i32,
    /// 年报
    pub report: Facts,
    /// 登记档案
    pub archive: Facts,
    /// 出资 The rows of the report, each with the same holder's in the archive.
    pub holders: Vec<HolderFacts>,
}

/// One row of the contributions.
pub type HolderFacts = Facts;

/// 差异 What a detector found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// 比对规则
    pub detector: &'static Detector,
    /// 涉及项 The holder, for a row; else empty.
    pub item: String,
    /// 年报内容
    pub told: String,
    /// 档案内容
    pub filed: String,
    /// 说明
    pub message: String,
}

/// 比对规则 A detector in one of its versions.
#[derive(Debug)]
pub struct Detector {
    /// 编号
    pub id: String,
    /// 名称
    pub title: String,
    /// 严重程度
    pub severity: Severity,
    /// 适用年度起
    pub from_year: i32,
    /// 适用主体
    pub kinds: Vec<FilerKind>,
    /// 条件 In CEL, true when the two disagree.
    pub condition: String,
    /// 处理办法
    pub mend: String,
    /// 依据
    pub source: String,
    each: bool,
    program: Program,
    told: Program,
    filed: Program,
    message: Template,
    #[cfg_attr(not(test), expect(dead_code, reason = "cases are for tests"))]
    cases: [Case; 2],
}

impl PartialEq for Detector {
    fn eq(&self, other: &Self) -> bool {
        (&self.id, self.from_year) == (&other.id, other.from_year)
    }
}

impl Eq for Detector {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    detector: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    title: String,
    severity: Severity,
    kinds: Vec<FilerKind>,
    #[serde(default = "first_year")]
    from_year: i32,
    each: Option<String>,
    condition: String,
    told: String,
    filed: String,
    message: String,
    mend: String,
    source: String,
    pass: Case,
    fail: Case,
}

const fn first_year() -> i32 {
    2014
}

static DETECTORS: LazyLock<Vec<Detector>> = LazyLock::new(|| {
    read(include_str!("../../data/bureau/comparison.toml")).expect("the embedded detectors are well-formed")
});

/// The detectors for the reports of a year, in the order of the table.
pub fn detectors(year: i32) -> impl Iterator<Item = &'static Detector> {
    let is_last = move |detector: &&Detector| {
        let later =
            |other: &Detector| other.id == detector.id && (detector.from_year + 1..=year).contains(&other.from_year);
        detector.from_year <= year && !DETECTORS.iter().any(later)
    };
    DETECTORS.iter().filter(is_last)
}

fn read(text: &str) -> Result<Vec<Detector>, String> {
    let table: Table = toml::from_str(text).map_err(|fault| fault.to_string())?;
    table
        .detector
        .into_iter()
        .map(|row| {
            let id = row.id.clone();
            made(row).map_err(|fault| format!("{id}: {fault}"))
        })
        .collect()
}

fn made(row: Row) -> Result<Detector, String> {
    let each = match row.each.as_deref() {
        None => false,
        Some("contributions") => true,
        Some(other) => return Err(format!("no table {other}")),
    };
    let compiled = |text: &str| {
        unknown(text, each).map_or(Ok(()), |name| Err(format!("no {name} here")))?;
        Program::compile(text).map_err(|fault| fault.to_string())
    };
    let message = Template::parse(&row.message)?;
    let is_word = |word: &str| ["told", "filed"].contains(&word) || (each && word == "holder");
    if let Some(word) = message.names().find(|word| !is_word(word)) {
        return Err(format!("no value for {{{word}}}"));
    }
    Ok(Detector {
        program: compiled(&row.condition)?,
        told: compiled(&row.told)?,
        filed: compiled(&row.filed)?,
        message,
        each,
        id: row.id,
        title: row.title,
        severity: row.severity,
        from_year: row.from_year,
        kinds: row.kinds,
        condition: row.condition,
        mend: row.mend,
        source: row.source,
        cases: [row.pass, row.fail],
    })
}

/// The first member that a condition asks for and that is never there: it would be silent for ever.
fn unknown(text: &str, each: bool) -> Option<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let known: [(&str, &[&str]); 3] =
        [("report.", REPORT), ("archive.", ARCHIVE), ("row.", if each { ROW } else { &[] })];
    known.iter().find_map(|(of, names)| {
        let members = text.match_indices(of).filter(|(at, _)| !text[..*at].ends_with(word));
        let named = members
            .map(|(at, _)| &text[at + of.len()..])
            .map(|rest| &rest[..rest.find(|c| !word(c)).unwrap_or(rest.len())]);
        named.into_iter().find(|name| !names.contains(name)).map(|name| format!("{of}{name}"))
    })
}

/// What every detector that applies says.
pub fn compare(compared: &Compared) -> Vec<Difference> {
    let (report, archive) = (seen(&compared.report), seen(&compared.archive));
    let rows: Vec<CelMap<'static>> = compared.holders.iter().map(seen).collect();
    let year_end = CelString::from(year_end(compared.year).map(|day| day.to_string()).unwrap_or_default());
    let view = |row| View { report: &report, archive: &archive, row, year_end: &year_end };
    let mut differences = Vec::new();
    for detector in detectors(compared.year).filter(|detector| detector.kinds.contains(&compared.kind)) {
        if detector.each {
            let of_rows = compared.holders.iter().zip(&rows);
            differences.extend(of_rows.filter_map(|(facts, row)| detector.difference(&view(Some(row)), holder(facts))));
        } else {
            differences.extend(detector.difference(&view(None), ""));
        }
    }
    differences
}

fn holder(facts: &HolderFacts) -> &str {
    match facts.get("holder") {
        Some(Fact::Text(name)) => name,
        _ => "",
    }
}

impl Detector {
    fn difference(&'static self, view: &View<'_>, item: &str) -> Option<Difference> {
        if answer(&self.program, view) != Ok(Value::Bool(true)) {
            return None;
        }
        let (told, filed) = (words(&self.told, view), words(&self.filed, view));
        let message = self.message.fill(|name| match name {
            "told" => told.clone(),
            "filed" => filed.clone(),
            _ => item.to_owned(),
        });
        Some(Difference { detector: self, item: item.to_owned(), told, filed, message })
    }
}

fn words(program: &Program, view: &View<'_>) -> String {
    match answer(program, view) {
        Ok(Value::String(text)) => text.to_string(),
        _ => String::new(),
    }
}

fn answer(program: &Program, view: &View<'_>) -> Result<Value, ExecutionError> {
    let root: &Context<'_, '_> = &CONDITIONS;
    let mut context = root.new_inner_scope();
    context.set_variable_resolver(view);
    program.execute(&context)
}

fn seen(facts: &Facts) -> CelMap<'static> {
    let text = |text: &String| Box::new(CelString::from(text.clone())) as Box<dyn Val>;
    let value = |fact: &Fact| match fact {
        Fact::Flag(flag) => Box::new(CelBool::from(*flag)) as Box<dyn Val>,
        Fact::Number(number) => Box::new(CelInt::from(*number)),
        Fact::Text(words) => text(words),
        Fact::Texts(list) => Box::new(CelList::from(list.iter().map(text).collect::<Vec<_>>())),
    };
    let entry = |(name, fact): (&String, &Fact)| (CelMapKey::String(CelString::from(name.clone())), value(fact));
    CelMap::from(facts.iter().map(entry).collect::<std::collections::HashMap<_, _>>())
}

struct View<'a> {
    report: &'a CelMap<'static>,
    archive: &'a CelMap<'static>,
    row: Option<&'a CelMap<'static>>,
    year_end: &'a CelString<'static>,
}

impl VariableResolver for View<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let value: &dyn Val = match variable {
            "report" => self.report,
            "archive" => self.archive,
            "row" => self.row?,
            "year_end" => self.year_end,
            _ => return None,
        };
        Some(CowVal::Borrowed(value))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// An ordinary report, with what a case says differently.
    fn compared(detector: &Detector, case: &Case) -> Compared {
        let facts = |text: &str, other: &Facts| {
            let mut facts: Facts = toml::from_str(text).expect("facts");
            facts.extend(other.clone());
            facts
        };
        Compared {
            kind: detector.kinds[0],
            year: 2024,
            report: facts(
                "address = '陕西省西安市雁塔区高新路1号'\nemployees = 12\nholders = ['甲', '乙']\ninsured_persons = 10
                is_trading = true\nstatus = 'OPEN'\nstatus_term = '开业'\nsubmitted_on = '2025-05-20'
                subscribed_fen = 100_000_000\ntotal_revenue_fen = 50_000_000",
                &case.report,
            ),
            archive: facts(
                "address = '陕西省西安市雁塔区高新路1号'\ncapital_fen = 100_000_000\nemployees = 12\nis_open = true
                established_on = '2019-03-04'\nexpired_licences = []\nholders = ['甲', '乙']\nkind = 'LIMITED_COMPANY'
                status = 'ACTIVE'\nstatus_term = '存续'",
                &case.archive,
            ),
            holders: vec![facts(
                "holder = '甲'\ndue_on = '2028-03-04'\narchive_due_on = '2028-03-04'\npaid_fen = 60_000_000
                subscribed_fen = 60_000_000",
                &case.row,
            )],
        }
    }

    #[test]
    fn every_detector_has_a_case_in_which_it_speaks_and_one_in_which_it_is_silent() {
        for detector in detectors(2024) {
            let speaks = |case: &Case| {
                compare(&compared(detector, case)).into_iter().find(|difference| difference.detector == detector)
            };
            assert_eq!(speaks(&detector.cases[0]), None, "{}", detector.id);
            let difference = speaks(&detector.cases[1]).unwrap_or_else(|| panic!("{} is silent", detector.id));
            assert!(!difference.told.is_empty() && !difference.filed.is_empty(), "{difference:?}");
            assert!(difference.message.contains(&difference.told), "{difference:?}");
            let said = [&difference.message, &difference.told, &difference.filed];
            assert!(said.iter().all(|text| !tells_a_bare_day(text)), "a letter tells it like this: {difference:?}");
        }
    }

    /// Whether `2024-05-01` stands in a text.
    fn tells_a_bare_day(text: &str) -> bool {
        let form = b"0000-00-00";
        let is_like = |(sign, form): (&u8, &u8)| if *form == b'0' { sign.is_ascii_digit() } else { sign == form };
        text.as_bytes().windows(form.len()).any(|part| part.iter().zip(form).all(is_like))
    }

    #[test]
    fn an_ordinary_report_agrees() {
        let first = detectors(2024).next().expect("a detector");
        assert_eq!(compare(&compared(first, &Case::default())), []);
    }

    #[test]
    fn where_nothing_is_known_nothing_is_said() {
        for kind in FilerKind::ALL {
            let nothing = Compared {
                kind: *kind,
                year: 2024,
                report: Facts::new(),
                archive: Facts::new(),
                holders: vec![Facts::new()],
            };
            assert_eq!(compare(&nothing), []);
        }
    }

    #[test]
    fn names_that_are_never_there_are_refused() {
        assert_eq!(unknown("report.adress != archive.address", false).as_deref(), Some("report.adress"));
        assert_eq!(unknown("row.due_on > year_end", false).as_deref(), Some("row.due_on"));
        assert_eq!(unknown("row.due_on > archive.operating_until", true), None);
    }

    #[test]
    fn every_detector_is_told_apart() {
        let ids: BTreeSet<&str> = detectors(2024).map(|detector| detector.id.as_str()).collect();
        assert_eq!(ids.len(), detectors(2024).count());
        assert!(ids.len() >= 15);
    }
}
