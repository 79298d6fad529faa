//! 部门数据 What other authorities tell of the figures of the year, once the filer has agreed that they are asked
//! (税收征收管理法 art. 8, 社会保险法 art. 81: both keep what they know of an enterprise secret). They tell, the filer
//! files: a figure is prefilled, or stands beside what was typed.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::NaiveDate;
use rust_decimal::RoundingStrategy;
use serde::Deserialize;

use super::form::{Field, Form};
use super::sheet::read;
use super::{FieldValue, Source, Values, Witness, cell};
use crate::money::{Wan, Yuan};

/// The table whose rows are kinds of social insurance.
const INSURANCE: &str = "social_insurance";
/// 分 in 0.01 万元, the finest that a report takes: less than that is no difference.
const FINEST_FEN: u64 = 10_000;

/// 数据部门 An authority that tells figures of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "graphql", derive(async_graphql::Enum))]
pub enum FigureSource {
    /// 税务机关
    Tax,
    /// 社会保险经办机构
    SocialInsurance,
}

impl FigureSource {
    /// Every one, in the order of the schema.
    pub const ALL: [Self; 2] = [Self::Tax, Self::SocialInsurance];

    /// Stable code.
    pub const fn code(self) -> &'static str {
        self.source().code()
    }

    /// The source of a stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.code() == code)
    }

    /// 中文 The term that offices write.
    pub const fn term(self) -> &'static str {
        match self {
            Self::Tax => "税务机关",
            Self::SocialInsurance => "社会保险经办机构",
        }
    }

    /// As a source of prefilled values.
    pub const fn source(self) -> Source {
        match self {
            Self::Tax => Source::Tax,
            Self::SocialInsurance => Source::SocialInsurance,
        }
    }
}

/// 提取结果 What came of asking an authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "graphql", derive(async_graphql::Enum))]
pub enum FigureSourceState {
    /// 已取得
    Ok,
    /// 无数据 It answered, and knows nothing of the enterprise and year.
    NoData,
    /// 暂不可用 It did not answer, or nothing that can be understood; or it is not connected.
    Unavailable,
    /// 被拒绝 It does not answer this server, or the consent was withdrawn meanwhile.
    Refused,
}

impl FigureSourceState {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::NoData => "NO_DATA",
            Self::Unavailable => "UNAVAILABLE",
            Self::Refused => "REFUSED",
        }
    }
}

/// 数据项 One figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldFigure {
    /// Name of the field, or of the column where there is a kind.
    pub field: String,
    /// 险种 Of a figure of one kind of social insurance.
    pub kind: Option<String>,
    /// An amount or a count.
    pub value: FieldValue,
    /// Since when the authority has told the same, as far as is known.
    pub since: Option<NaiveDate>,
}

impl ToldFigure {
    /// An amount as the form takes it: rounded to 0.01 万元.
    pub fn amount(yuan: Yuan) -> FieldValue {
        let rounded = Wan::from(yuan).to_decimal().round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        FieldValue::Wan(Wan::from_decimal(rounded).unwrap_or_else(|_| Wan::from(yuan)))
    }
}

/// 部门答复 What an authority tells of a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// 数据部门
    pub source: FigureSource,
    /// 截至日期
    pub as_of: NaiveDate,
    /// 是否终局 Settled or audited; otherwise it may still change.
    pub is_final: bool,
    /// 是否模拟 Made up by somebody who plays the authority.
    pub is_played: bool,
    /// 数据项
    pub figures: Vec<ToldFigure>,
}

impl Told {
    /// 名称 Who told it, so that nobody takes what was made up for what is.
    pub const fn name(&self) -> &'static str {
        match (self.is_played, self.source) {
            (false, source) => source.term(),
            (true, FigureSource::Tax) => "模拟税务",
            (true, FigureSource::SocialInsurance) => "模拟社保",
        }
    }

    /// 出处 As it stands beside a value.
    pub fn reference(&self, year: i32) -> String {
        let still = if self.is_final { "" } else { "（初步）" };
        format!("{}{year}年度数据{still}", self.name())
    }

    /// Values by the paths of a form, with the kinds of its rows; what the form does not ask for is left out.
    pub fn values(&self, form: &Form) -> Values {
        let mut values = Values::new();
        for figure in &self.figures {
            for path in paths(form, figure) {
                if let Some(kind) = &figure.kind {
                    let key = path.replace(&format!(".{}", figure.field), ".kind");
                    values.insert(key, FieldValue::Text(kind.clone()));
                }
                values.insert(path, figure.value.clone());
            }
        }
        values
    }

    /// Since when each value has been told, by path.
    pub(super) fn since(&self, form: &Form) -> BTreeMap<String, NaiveDate> {
        let dated = self.figures.iter().filter_map(|figure| Some((figure, figure.since?)));
        dated.flat_map(|(figure, day)| paths(form, figure).into_iter().map(move |path| (path, day))).collect()
    }

    /// Marks since when figures have been told: those that an earlier answer told too keep their day.
    #[must_use]
    pub fn after(mut self, earlier: Option<&Self>) -> Self {
        let as_of = self.as_of;
        for figure in &mut self.figures {
            let same =
                |old: &&ToldFigure| (&old.field, &old.kind, &old.value) == (&figure.field, &figure.kind, &figure.value);
            let before = earlier.and_then(|earlier| earlier.figures.iter().find(same)).and_then(|old| old.since);
            figure.since = before.or(Some(as_of));
        }
        self
    }
}

/// The paths of a form that a figure is for; a household calls its turnover `sales`.
fn paths(form: &Form, figure: &ToldFigure) -> Vec<String> {
    let found = match &figure.kind {
        None => {
            let also = (figure.field == "total_revenue").then(|| "sales".to_owned());
            std::iter::once(figure.field.clone()).chain(also).collect()
        }
        Some(kind) => {
            let rows = form.table(INSURANCE).and_then(|section| section.table.as_ref()).map(|table| &table.rows);
            let row = rows.and_then(|rows| rows.iter().position(|known| known == kind));
            row.map(|row| cell(INSURANCE, row, &figure.field)).into_iter().collect::<Vec<_>>()
        }
    };
    found.into_iter().filter(|path| form.field(path).is_some()).collect()
}

impl Witness {
    /// Takes in what authorities told, so that rules speak about it.
    pub fn hears(&mut self, told: &[Told]) {
        let figures = |source| told.iter().filter(move |told| told.source == source).flat_map(|told| &told.figures);
        let amount = |name: &str| {
            figures(FigureSource::Tax).find(|figure| figure.field == name).and_then(|figure| match figure.value {
                FieldValue::Wan(amount) => Some(amount),
                _ => None,
            })
        };
        let counts = |name: &'static str| {
            figures(FigureSource::SocialInsurance).filter(move |figure| figure.field == name).filter_map(|figure| {
                match figure.value {
                    FieldValue::Integer(count) => Some(count),
                    _ => None,
                }
            })
        };
        let insured = counts("persons").max().or_else(|| counts("insured_persons").max());
        self.tax_turnover = amount("total_revenue").or(self.tax_turnover);
        self.tax_paid = amount("total_tax").or(self.tax_paid);
        self.insured_persons = insured.or(self.insured_persons);
    }
}

/// Whether what was typed says something else than what was told; what cannot be read is left to the rules.
pub fn differs(field: &Field, typed: &FieldValue, told: &FieldValue) -> bool {
    match (read(field, typed), read(field, told)) {
        (Some(FieldValue::Wan(typed)), Some(FieldValue::Wan(told))) => typed.fen().abs_diff(told.fen()) > FINEST_FEN,
        (Some(typed), Some(told)) => typed != told,
        _ => false,
    }
}

/// 同意书 A wording to which somebody agrees.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// 版本
    pub version: String,
    /// 启用日期
    pub from: NaiveDate,
    /// 标题
    pub title: String,
    /// 正文
    pub text: String,
    /// 依据
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wordings {
    wording: Vec<Wording>,
}

static WORDINGS: LazyLock<Vec<Wording>> = LazyLock::new(|| {
    let text = include_str!("../../data/annual_report/consents.toml");
    toml::from_str::<Wordings>(text).expect("the embedded wordings are well-formed").wording
});

/// 现行同意书 The wording that is shown on a day; `None` before the first.
pub fn wording(today: NaiveDate) -> Option<&'static Wording> {
    WORDINGS.iter().filter(|wording| wording.from <= today).max_by_key(|wording| wording.from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::super::{FilerKind, form};
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn told(source: FigureSource, figures: &[(&str, Option<&str>, FieldValue)]) -> Told {
        let figure = |(field, kind, value): &(&str, Option<&str>, FieldValue)| ToldFigure {
            field: (*field).to_owned(),
            kind: kind.map(str::to_owned),
            value: value.clone(),
            since: None,
        };
        Told {
            source,
            as_of: day("2026-03-31"),
            is_final: true,
            is_played: false,
            figures: figures.iter().map(figure).collect(),
        }
    }

    fn wan(text: &str) -> FieldValue {
        FieldValue::Wan(Wan::parse(text).expect("an amount"))
    }

    #[test]
    fn figures_stand_where_the_form_asks_for_them() {
        let tax = told(FigureSource::Tax, &[("total_revenue", None, wan("800")), ("colour", None, wan("1"))]);
        let of = |kind| tax.values(form(kind, 2025).expect("a form"));
        assert_eq!(of(FilerKind::Enterprise).keys().collect::<Vec<_>>(), ["total_revenue"]);
        assert_eq!(of(FilerKind::Individual).keys().collect::<Vec<_>>(), ["sales"]);
        let kinds = [("persons", Some("MEDICAL"), FieldValue::Integer(9)), ("persons", Some("HOUSING"), 9.into())];
        let agency = told(FigureSource::SocialInsurance, &kinds);
        let values = agency.values(form(FilerKind::Enterprise, 2025).expect("a form"));
        assert_eq!(values.get("social_insurance[2].persons"), Some(&FieldValue::Integer(9)));
        assert_eq!(values.get("social_insurance[2].kind"), Some(&"MEDICAL".into()));
        assert_eq!(values.len(), 2);
    }

    #[test]
    fn a_figure_is_as_old_as_the_answers_that_agree() {
        let first =
            told(FigureSource::Tax, &[("total_tax", None, wan("40")), ("net_profit", None, wan("1"))]).after(None);
        let again = Told {
            as_of: day("2026-05-31"),
            ..told(FigureSource::Tax, &[("total_tax", None, wan("40")), ("net_profit", None, wan("2"))])
        };
        let again = again.after(Some(&first));
        assert_eq!(again.figures[0].since, Some(day("2026-03-31")));
        assert_eq!(again.figures[1].since, Some(day("2026-05-31")));
    }

    #[test]
    fn rules_hear_of_it() {
        let mut witness = Witness::default();
        let kinds = [("persons", Some("MEDICAL"), FieldValue::Integer(9)), ("persons", Some("INJURY"), 11.into())];
        witness.hears(&[
            told(FigureSource::Tax, &[("total_revenue", None, wan("800")), ("total_tax", None, wan("40"))]),
            told(FigureSource::SocialInsurance, &kinds),
        ]);
        assert_eq!(witness.tax_turnover.map(|amount| amount.to_string()).as_deref(), Some("800"));
        assert_eq!((witness.tax_paid.is_some(), witness.insured_persons), (true, Some(11)));
    }

    #[test]
    fn less_than_a_report_takes_is_no_difference() {
        let form = form(FilerKind::Enterprise, 2025).expect("a form");
        let field = form.scalar("total_tax").expect("a field");
        assert!(!differs(field, &"40.01".into(), &wan("40")) && differs(field, &"40.02".into(), &wan("40")));
        assert!(!differs(field, &"".into(), &wan("40")) && !differs(field, &"forty".into(), &wan("40")));
    }

    #[test]
    fn there_is_a_wording_from_its_day_on() {
        assert!(wording(day("2024-12-31")).is_none());
        let present = wording(day("2026-11-27")).expect("a wording");
        assert!(present.version.len() <= 16 && present.text.contains("撤回") && !present.text.starts_with('\n'));
    }

    proptest! {
        #[test]
        fn an_amount_has_two_decimals_and_is_near(fen in -900_000_000_000_000_i64..900_000_000_000_000) {
            let FieldValue::Wan(amount) = ToldFigure::amount(Yuan::from_fen(fen)) else { panic!("an amount") };
            prop_assert!(amount.to_decimal().scale() <= 2);
            prop_assert!(amount.fen().abs_diff(fen) * 2 <= FINEST_FEN);
            prop_assert_eq!(amount.to_decimal() * Decimal::from(100), (amount.to_decimal() * Decimal::from(100)).trunc());
        }
    }
}
