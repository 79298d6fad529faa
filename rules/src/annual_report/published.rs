//! 公示内容 What of a filed report is published: fields that must be, and those that may be and that the filer did
//! not withhold (企业信息公示暂行条例 art. 9). What is not published leaves no trace here.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::form::{Field, Form, Publish, Section};
use super::known;
use super::sheet::{Row, Sheet, basis_points};
use super::{
    EmploymentNeed, EquityTransfer, FieldValue, Guarantee, Holder, Investment, LastReport, Path, SocialInsurance,
    Values, Website,
};
use crate::money::Wan;
use crate::region::RegionCode;

/// 不公示 Names of optional fields, columns (`social_insurance.base`) and tables that the filer keeps back.
pub type Unpublished = BTreeSet<String>;

impl Form {
    /// Names that cannot be kept back: not on the form, or the law has them published.
    pub fn unwithholdable<'a>(&self, names: &'a Unpublished) -> Vec<&'a str> {
        let is_optional = |field: &Field| field.publish == Publish::Optional;
        let may = |name: &str| match (name.split_once('.'), self.table(name)) {
            (Some((table, column)), _) => {
                self.table(table).and_then(|section| section.field(column)).is_some_and(is_optional)
            }
            (None, Some(section)) => section.fields.iter().all(is_optional),
            (None, None) => self.scalar(name).is_some_and(is_optional),
        };
        names.iter().map(String::as_str).filter(|name| !may(name)).collect()
    }

    /// 是否公示 Whether everybody may know the value at a path.
    pub fn is_published(&self, path: &str, unpublished: &Unpublished) -> bool {
        match Path::parse(path) {
            Some(Path::Field(name)) => self.scalar(name).is_some_and(|field| is_shown(field, name, unpublished)),
            Some(Path::Cell { table, field, .. }) => self.table(table).is_some_and(|section| {
                self.is_table_shown(section, unpublished)
                    && section.field(field).is_some_and(|column| is_column_shown(section, column, unpublished))
            }),
            None => false,
        }
    }

    /// A table goes with the field that asks for it.
    fn is_table_shown(&self, section: &Section, unpublished: &Unpublished) -> bool {
        let when = section.table.as_ref().and_then(|table| table.when.as_ref());
        let is_asked =
            when.and_then(|name| self.scalar(name)).is_none_or(|field| is_shown(field, &field.name, unpublished));
        is_asked && !unpublished.contains(&section.name)
    }
}

fn is_shown(field: &Field, name: &str, unpublished: &Unpublished) -> bool {
    match field.publish {
        Publish::Must => true,
        Publish::Optional => !unpublished.contains(name),
        Publish::Not => false,
    }
}

fn is_column_shown(section: &Section, column: &Field, unpublished: &Unpublished) -> bool {
    is_shown(column, &format!("{}.{}", section.name, column.name), unpublished)
}

/// 公示内容 What is published of the report of `year`. Texts that cannot be read are left out: rules speak about
/// them before anything is filed.
pub fn published(form: &Form, year: i32, values: &Values, unpublished: &Unpublished) -> LastReport {
    let sheet = Sheet::of(form, values);
    let shown = Shown { form, sheet: &sheet, unpublished };
    LastReport {
        year,
        submitted_on: None,
        postal_address: shown.text("postal_address"),
        postal_code: shown.text("postal_code"),
        phone: shown.text("phone"),
        email: shown.text("email"),
        operating_status: shown.text("operating_status"),
        main_activity: shown.text("main_activity"),
        controlling_kind: shown.text("controlling_kind"),
        employees: shown.number("employees"),
        female_employees: shown.number("female_employees"),
        insured_persons: shown.number("insured_persons"),
        total_assets: shown.amount("total_assets"),
        total_liabilities: shown.amount("total_liabilities"),
        owners_equity: shown.amount("owners_equity"),
        total_revenue: shown.amount("total_revenue").or_else(|| shown.amount("sales")),
        main_revenue: shown.amount("main_revenue"),
        total_profit: shown.amount("total_profit"),
        net_profit: shown.amount("net_profit"),
        total_tax: shown.amount("total_tax"),
        undistributed_profit: shown.amount("undistributed_profit"),
        contributions: shown.rows("contributions", holder),
        investments: shown
            .rows("investments", |row| Some(Investment { name: row.text("name")?, uscc: row.text("uscc") })),
        websites: shown.rows("websites", |row| {
            let url = row.text("url")?;
            let name = row.text("name").unwrap_or_else(|| url.chars().take(128).collect());
            Some(Website { kind: row.text("kind")?, name, url })
        }),
        equity_transfers: shown.rows("equity_transfers", |row| {
            Some(EquityTransfer {
                holder: row.text("holder")?,
                before_basis_points: row.points("before")?,
                after_basis_points: row.points("after")?,
                transferred_on: row.day("transferred_on"),
            })
        }),
        guarantees: shown.rows("guarantees", guarantee),
        social_insurance: shown.rows("social_insurance", |row| {
            Some(SocialInsurance {
                kind: row.text("kind")?,
                persons: row.number("persons"),
                base: row.amount("base"),
                paid: row.amount("paid"),
                arrears: row.amount("arrears"),
            })
        }),
        employment_needs: shown.rows("employment_needs", need),
        filed: Values::new(),
    }
}

fn holder(row: &Cells<'_>) -> Option<Holder> {
    Some(Holder {
        name: row.text("holder")?,
        subscribed: row.amount("subscribed"),
        subscribed_due: row.day("subscribed_due"),
        subscribed_form: row.text("subscribed_form"),
        paid: row.amount("paid"),
        paid_on: row.day("paid_on"),
        paid_form: row.text("paid_form"),
    })
}

fn guarantee(row: &Cells<'_>) -> Option<Guarantee> {
    Some(Guarantee {
        creditor: row.text("creditor")?,
        debtor: row.text("debtor")?,
        amount: Some(row.amount("amount")?),
        period_from: row.day("period_from"),
        period_to: row.day("period_to"),
        manner: Some(row.text("manner")?),
    })
}

fn need(row: &Cells<'_>) -> Option<EmploymentNeed> {
    Some(EmploymentNeed {
        post: row.text("post")?,
        pay_low_yuan: row.number("pay_low"),
        pay_high_yuan: row.number("pay_high"),
        head_count: row.number("head_count"),
        graduates: row.number("graduates"),
        experience_years: row.number("experience_years"),
        education: row.text("education"),
        region: row.text("region").and_then(|code| code.parse::<RegionCode>().ok()),
        benefits: row.text("benefits"),
        publish_on: row.day("publish_on"),
        until: row.day("until"),
    })
}

/// A report as everybody sees it.
struct Shown<'a> {
    form: &'a Form,
    sheet: &'a Sheet,
    unpublished: &'a Unpublished,
}

impl Shown<'_> {
    fn value(&self, name: &str) -> Option<&FieldValue> {
        self.form.scalar(name).filter(|field| is_shown(field, name, self.unpublished))?;
        self.sheet.fields.get(name)
    }

    fn text(&self, name: &str) -> Option<String> {
        self.value(name).map(FieldValue::to_string)
    }

    fn number(&self, name: &str) -> Option<i64> {
        integer(self.value(name)?)
    }

    fn amount(&self, name: &str) -> Option<Wan> {
        wan(self.value(name)?)
    }

    /// Rows of a table; none if its filer said that there are none.
    fn rows<T>(&self, table: &str, read: impl Fn(&Cells<'_>) -> Option<T>) -> Vec<T> {
        let Some(section) = self.form.table(table).filter(|it| self.form.is_table_shown(it, self.unpublished)) else {
            return Vec::new();
        };
        let when = section.table.as_ref().and_then(|table| table.when.as_ref());
        if when.is_some_and(|when| !self.sheet.says_yes(when)) {
            return Vec::new();
        }
        let rows = self.sheet.rows(table).map(|(_, row)| Cells { section, row, unpublished: self.unpublished });
        rows.filter_map(|cells| read(&cells)).collect()
    }
}

/// A row of a table as everybody sees it.
struct Cells<'a> {
    section: &'a Section,
    row: &'a Row,
    unpublished: &'a Unpublished,
}

impl Cells<'_> {
    fn value(&self, name: &str) -> Option<&FieldValue> {
        let column = self.section.field(name)?;
        is_column_shown(self.section, column, self.unpublished).then(|| self.row.get(name))?
    }

    fn text(&self, name: &str) -> Option<String> {
        self.value(name).map(FieldValue::to_string)
    }

    fn number(&self, name: &str) -> Option<i64> {
        integer(self.value(name)?)
    }

    fn amount(&self, name: &str) -> Option<Wan> {
        wan(self.value(name)?)
    }

    fn day(&self, name: &str) -> Option<chrono::NaiveDate> {
        match self.value(name)? {
            FieldValue::Date(day) => Some(*day),
            _ => None,
        }
    }

    fn points(&self, name: &str) -> Option<i64> {
        match self.value(name)? {
            FieldValue::Decimal(percent) => basis_points(*percent),
            FieldValue::Integer(percent) => basis_points(Decimal::from(*percent)),
            _ => None,
        }
    }
}

fn integer(value: &FieldValue) -> Option<i64> {
    match value {
        FieldValue::Integer(number) => Some(*number),
        _ => None,
    }
}

fn wan(value: &FieldValue) -> Option<Wan> {
    match value {
        FieldValue::Wan(amount) => Some(*amount),
        _ => None,
    }
}

/// 原报内容 What is known of a report that was filed elsewhere, as values of the form.
pub fn reported(form: &Form, report: &LastReport) -> Values {
    known::of_report(report).into_iter().filter(|(path, _)| form.field(path).is_some()).collect()
}

/// 规范值 A value in the one spelling of its type, as it is filed; a text that cannot be read stays as it is, a blank
/// one is none.
pub fn normalized(field: &Field, value: &FieldValue) -> Option<String> {
    if value.is_blank() {
        return None;
    }
    let read = super::sheet::read(field, value);
    Some(read.map_or_else(|| value.to_string().trim().to_owned(), |read| read.to_string()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::{FilerKind, form};
    use super::*;

    #[derive(serde::Deserialize)]
    struct Base {
        report: BTreeMap<String, String>,
    }

    fn base(kind: FilerKind) -> Values {
        let text = include_str!("../../data/annual_report/base.toml");
        let mut bases: BTreeMap<String, Base> = toml::from_str::<BTreeMap<String, toml::Value>>(text)
            .expect("well-formed")
            .into_iter()
            .map(|(kind, base)| (kind, base.try_into().expect("a base")))
            .collect();
        let report = bases.remove(kind.code()).expect("a base of every kind").report;
        report.into_iter().map(|(path, text)| (path, FieldValue::from(text))).collect()
    }

    fn withheld(names: &[&str]) -> Unpublished {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// What is published of a report says of every field what the report said, and invents none.
    #[test]
    fn what_is_published_is_what_was_filed() {
        for kind in FilerKind::ALL {
            let form = form(*kind, 2025).expect("a form");
            let values = base(*kind);
            let sheet = Sheet::of(form, &values);
            let shown = Sheet::of(form, &known::of_report(&published(form, 2025, &values, &Unpublished::new())));
            let derived =
                ["has_website", "has_investment", "has_guarantee", "has_equity_transfer", "has_employment_need"];
            for (name, value) in shown.fields.iter().filter(|(name, _)| !derived.contains(&name.as_str())) {
                assert_eq!(sheet.fields.get(name), Some(value), "{kind:?} {name}");
                assert!(form.is_published(name, &Unpublished::new()), "{kind:?} {name} is nobody's business");
            }
            for (table, rows) in &shown.tables {
                for (number, row) in rows {
                    for (column, value) in row {
                        assert_eq!(sheet.tables[table][number].get(column), Some(value), "{kind:?} {table}.{column}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_withheld_is_not_there() {
        let form = form(FilerKind::Enterprise, 2025).expect("a form");
        let values = base(FilerKind::Enterprise);
        let all = published(form, 2025, &values, &Unpublished::new());
        assert!(all.total_assets.is_some() && all.guarantees.len() == 1 && all.social_insurance[0].base.is_some());
        let names = withheld(&["total_assets", "has_guarantee", "social_insurance.base"]);
        assert_eq!(form.unwithholdable(&names), [""; 0]);
        let part = published(form, 2025, &values, &names);
        assert!(part.total_assets.is_none() && part.guarantees.is_empty() && part.total_revenue.is_some());
        assert!(part.social_insurance[0].base.is_none() && part.social_insurance[0].persons.is_some());
        assert!(!form.is_published("guarantees[0].amount", &names) && !form.is_published("party_members", &names));
        assert!(form.is_published("contributions[0].paid", &names));
    }

    #[test]
    fn what_must_be_published_cannot_be_withheld() {
        let form = form(FilerKind::Enterprise, 2025).expect("a form");
        let names = withheld(&[
            "phone",
            "contributions",
            "guarantees",
            "social_insurance",
            "colour",
            "social_insurance.persons",
        ]);
        let refused = ["colour", "contributions", "phone", "social_insurance", "social_insurance.persons"];
        assert_eq!(form.unwithholdable(&names), refused);
        let household = super::super::form(FilerKind::Individual, 2025).expect("a form");
        assert_eq!(household.unwithholdable(&withheld(&["phone", "sales"])), [""; 0]);
        let shown = published(household, 2025, &base(FilerKind::Individual), &withheld(&["phone", "sales"]));
        assert!(shown.phone.is_none() && shown.total_revenue.is_none() && shown.total_tax.is_some());
    }

    #[test]
    fn values_have_one_spelling() {
        let form = form(FilerKind::Enterprise, 2025).expect("a form");
        let spelt = |path: &str, text: &str| normalized(form.field(path).expect(path), &FieldValue::from(text));
        assert_eq!(spelt("operating_status", "开业").as_deref(), Some("OPEN"));
        assert_eq!(spelt("has_website", " 是 ").as_deref(), Some("true"));
        assert_eq!(spelt("total_assets", "12.50"), spelt("total_assets", "12.5"));
        assert_eq!((spelt("phone", " "), spelt("employees", "十二").as_deref()), (None, Some("十二")));
    }
}
