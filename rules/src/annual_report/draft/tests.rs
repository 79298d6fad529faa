use super::super::{Holder, Investment, SocialInsurance, Website, Witness, form};
use super::*;
use crate::money::Wan;
use crate::uscc::Uscc;
use crate::vocabulary::{EnterpriseKind, EnterpriseStatus};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn wan(text: &str) -> Option<Wan> {
    Some(Wan::parse(text).expect("an amount"))
}

fn holder(name: &str, subscribed: &str, paid: Option<&str>) -> Holder {
    let paid = paid.and_then(wan);
    Holder { name: name.to_owned(), subscribed: wan(subscribed), paid, ..Holder::default() }
}

fn archive() -> Archive {
    Archive {
        uscc: Uscc::from_prefix("91610113MA6TXB2N3").expect("a code"),
        name: "西安示例科技有限公司".to_owned(),
        kind: EnterpriseKind::LimitedCompany,
        status: EnterpriseStatus::Active,
        region: "610113".parse().ok(),
        address: Some("陕西省西安市雁塔区科技路1号".to_owned()),
        legal_representative: Some("李明".to_owned()),
        registered_capital: wan("100"),
        established_on: Some(day("2019-03-04")),
        closed_on: None,
        operating_until: None,
        phone: Some("02988880000".to_owned()),
        employees: Some(9),
        as_of: Some(day("2024-08-01")),
        parent: None,
        holders: vec![holder("李明", "60", None), holder("王芳", "40", Some("40"))],
        licences: Vec::new(),
        investments: vec![Investment { name: "西安示例二有限公司".to_owned(), uscc: None }],
        holders_changed_on: vec![day("2025-05-06")],
        penalty_count: 0,
        phone_shared_by: None,
        filed_on: None,
        witness: Witness::default(),
    }
}

fn last() -> LastReport {
    LastReport {
        year: 2024,
        submitted_on: Some(day("2025-04-28")),
        phone: Some("13900000001".to_owned()),
        controlling_kind: Some("私人控股".to_owned()),
        employees: Some(6),
        total_assets: wan("4573.07"),
        contributions: vec![holder("李明", "60", Some("30")), holder("赵强", "40", None)],
        investments: vec![Investment { name: "咸阳示例有限公司".to_owned(), uscc: None }],
        websites: vec![Website {
            kind: "SHOP".to_owned(), name: "小店".to_owned(), url: "shop.example.cn".to_owned()
        }],
        social_insurance: vec![SocialInsurance { kind: "MEDICAL".to_owned(), persons: Some(5), ..Default::default() }],
        ..LastReport::default()
    }
}

fn draft(last: Option<&LastReport>) -> Draft {
    prefill(form(FilerKind::Enterprise, 2025).expect("a form"), &archive(), last, 2025)
}

fn at<'a>(draft: &'a Draft, path: &str) -> &'a DraftValue {
    draft.values.iter().find(|value| value.path == path).expect(path)
}

fn text(draft: &Draft, path: &str) -> Option<String> {
    at(draft, path).value.as_ref().map(FieldValue::to_string)
}

#[test]
fn every_value_says_where_it_comes_from() {
    let draft = draft(Some(&last()));
    let phone = at(&draft, "phone");
    assert_eq!(phone.value, Some("13900000001".into()));
    assert_eq!((phone.source, phone.as_of), (Source::LastReport, Some(day("2025-04-28"))));
    assert_eq!((phone.reference.as_str(), phone.unchanged_confirmable, phone.required), ("2024年度报告", true, true));
    let name = at(&draft, "name");
    assert_eq!(
        (name.source, name.reference.as_str(), name.as_of),
        (Source::Archive, "登记档案", Some(day("2024-08-01")))
    );
    for value in &draft.values {
        let is_known = value.source != Source::None;
        assert_eq!(is_known, value.value.is_some(), "{}", value.path);
        assert!(!is_known || value.source == Source::Form || !value.reference.is_empty(), "{}", value.path);
    }
}

#[test]
fn without_a_last_report_the_register_fills_what_it_knows() {
    let draft = draft(None);
    assert_eq!(text(&draft, "phone").as_deref(), Some("02988880000"));
    assert_eq!(text(&draft, "postal_address").as_deref(), Some("陕西省西安市雁塔区科技路1号"));
    assert_eq!(text(&draft, "operating_status").as_deref(), Some("OPEN"));
    assert_eq!(at(&draft, "email").source, Source::None);
    let same_year = LastReport { year: 2025, ..last() };
    assert_eq!(prefill(form(FilerKind::Enterprise, 2025).expect("a form"), &archive(), Some(&same_year), 2025), draft);
}

#[test]
fn figures_of_the_year_are_hints() {
    let draft = draft(Some(&last()));
    let assets = at(&draft, "total_assets");
    assert_eq!((&assets.value, &assets.last_value), (&None, &wan("4573.07").map(FieldValue::Wan)));
    assert_eq!((assets.unit, assets.source, assets.unchanged_confirmable), (Some("万元"), Source::None, false));
    assert_eq!(at(&draft, "employees").last_value, Some(FieldValue::Integer(6)));
}

#[test]
fn only_the_last_report_gives_a_hint() {
    let silent = LastReport { employees: None, ..last() };
    for draft in [draft(None), draft(Some(&silent))] {
        let employees = at(&draft, "employees");
        assert_eq!((&employees.value, &employees.last_value), (&None, &None));
    }
    assert!(draft(None).values.iter().all(|value| value.last_value.is_none()));
}

#[test]
fn every_field_says_how_it_is_filled_in() {
    let draft = draft(None);
    let manner = at(&draft, "contributions[0].paid_form");
    assert_eq!((manner.field_type, manner.choices.len()), (FieldType::Choice, 8));
    assert_eq!(manner.choices[0], ("CURRENCY".to_owned(), "货币".to_owned()));
    assert_eq!(at(&draft, "total_assets").field_type, FieldType::MoneyWan);
    assert_eq!(at(&draft, "guarantees").field_type, FieldType::Table);
    for value in &draft.values {
        assert_eq!(value.choices.is_empty(), value.field_type != FieldType::Choice, "{}", value.path);
    }
}

#[test]
fn holders_are_those_of_the_register_completed_from_the_last_report() {
    let draft = draft(Some(&last()));
    assert_eq!(text(&draft, "contributions[0].holder").as_deref(), Some("李明"));
    assert_eq!(text(&draft, "contributions[0].paid").as_deref(), Some("30"));
    assert_eq!(text(&draft, "contributions[1].holder").as_deref(), Some("王芳"));
    assert_eq!(text(&draft, "contributions[1].paid").as_deref(), Some("40"));
    assert!(draft.values.iter().all(|value| value.path != "contributions[2].holder"));
    assert_eq!(at(&draft, "contributions[1].paid").label, "股东及出资信息第2行：累计实缴出资额");
}

#[test]
fn a_holder_in_two_rows_stays_in_two_rows() {
    let mut archive = archive();
    archive.holders = vec![holder("李明", "60", None), holder("李明", "40", None)];
    let draft = prefill(form(FilerKind::Enterprise, 2025).expect("a form"), &archive, None, 2025);
    assert_eq!(text(&draft, "contributions[0].subscribed").as_deref(), Some("60"));
    assert_eq!(text(&draft, "contributions[1].subscribed").as_deref(), Some("40"));
}

#[test]
fn investments_of_the_last_report_are_joined_by_those_of_the_register() {
    let draft = draft(Some(&last()));
    assert_eq!(text(&draft, "investments[0].name").as_deref(), Some("咸阳示例有限公司"));
    assert_eq!(text(&draft, "investments[1].name").as_deref(), Some("西安示例二有限公司"));
    assert_eq!(at(&draft, "investments[1].name").source, Source::Archive);
    assert_eq!(text(&draft, "has_investment").as_deref(), Some("true"));
    assert_eq!(text(&draft, "websites[0].url").as_deref(), Some("shop.example.cn"));
}

#[test]
fn given_rows_stand_on_every_draft() {
    let draft = draft(Some(&last()));
    assert_eq!(text(&draft, "social_insurance[2].kind").as_deref(), Some("MEDICAL"));
    assert_eq!(at(&draft, "social_insurance[2].kind").source, Source::Form);
    assert_eq!(at(&draft, "social_insurance[2].persons").last_value, Some(FieldValue::Integer(5)));
    assert_eq!(text(&draft, "social_insurance[4].kind").as_deref(), Some("MATERNITY"));
}

#[test]
fn a_table_is_required_once_the_draft_says_yes() {
    let draft = draft(Some(&last()));
    assert_eq!(text(&draft, "has_equity_transfer").as_deref(), Some("true"));
    assert!(at(&draft, "equity_transfers").required && !at(&draft, "guarantees").required);
}

#[test]
fn what_can_be_confirmed_is_what_was_carried_over() {
    let draft = draft(Some(&last()));
    let typed = draft.values.iter().filter(|value| value.required && value.value.is_none());
    assert!(typed.clone().all(|value| value.path != "phone" && value.path != "contributions[0].subscribed"));
    assert_eq!(draft.values().get("controlling_kind"), Some(&"PRIVATE".into()));
}

/// What was paid by a holder, and when, as the register or a report says it.
fn payment(paid: &str, paid_on: Option<&str>) -> Holder {
    Holder {
        paid_on: paid_on.map(day),
        paid_form: paid_on.map(|_| "CURRENCY".to_owned()),
        ..holder("李明", "60", Some(paid))
    }
}

#[test]
fn contributions_are_those_of_the_end_of_the_year_and_of_one_source() {
    let (register, report) = (Source::Archive, Source::LastReport);
    for (registered, reported, paid, paid_on, source) in [
        // Paid after the year: the report of the year before still holds, and without one nothing was paid.
        (payment("60", Some("2026-03-15")), Some(payment("0", None)), "0", None, report),
        (payment("60", Some("2026-03-15")), Some(payment("20", Some("2021-02-03"))), "20", Some("2021-02-03"), report),
        (payment("60", Some("2026-03-15")), None, "0", None, register),
        // Paid in the year: the register knows more than the report of the year before.
        (
            payment("60", Some("2025-12-31")),
            Some(payment("20", Some("2021-02-03"))),
            "60",
            Some("2025-12-31"),
            register,
        ),
        (payment("60", Some("2025-12-31")), None, "60", Some("2025-12-31"), register),
        // Not registered since: the report knows more than the register.
        (payment("0", None), Some(payment("20", Some("2021-02-03"))), "20", Some("2021-02-03"), report),
        (payment("20", Some("2021-02-03")), Some(payment("20", Some("2021-02-03"))), "20", Some("2021-02-03"), report),
    ] {
        let archive = Archive { holders: vec![registered.clone()], ..archive() };
        let last = reported.clone().map(|one| LastReport { contributions: vec![one], ..last() });
        let draft = prefill(form(FilerKind::Enterprise, 2025).expect("a form"), &archive, last.as_ref(), 2025);
        let case = format!("{registered:?} {reported:?}");
        assert_eq!(text(&draft, "contributions[0].paid").as_deref(), Some(paid), "{case}");
        assert_eq!(text(&draft, "contributions[0].paid_on").as_deref(), paid_on, "{case}");
        assert_eq!(text(&draft, "contributions[0].paid_form").as_deref(), paid_on.map(|_| "CURRENCY"), "{case}");
        assert_eq!(at(&draft, "contributions[0].paid").source, source, "{case}");
    }
}

/// 同一笔出资 What investors have paid in stands in two places of the form of foreign-invested enterprises.
#[test]
fn investors_have_paid_what_is_known_of_the_same_contribution() {
    let filed: Values = [
        ("contributions[0].holder", "李明"),
        ("contributions[0].subscribed", "60"),
        ("contributions[0].paid", "20"),
        ("contributions[0].paid_on", "2021-02-03"),
        ("investors[0].name", "李明"),
        ("investors[0].country", "HK"),
        ("investors[0].subscribed", "60"),
        ("investors[0].subscribed_in_currency", "8.4"),
        ("investors[0].paid", "20"),
        ("investors[0].paid_in_currency", "2.8"),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text.into()))
    .collect();
    let last = LastReport { year: 2024, filed, ..LastReport::default() };
    let second = Holder { subscribed: wan("40"), ..payment("30", Some("2025-06-07")) };
    for (holders, paid, in_currency) in [
        // Paid in the year: the register knows it, and nobody knows yet what it is in the currency of the contract.
        (vec![payment("60", Some("2025-03-04"))], "60", None),
        (vec![payment("20", Some("2021-02-03"))], "20", Some("2.8")),
        // Paid after the year.
        (vec![payment("60", Some("2026-01-15"))], "20", Some("2.8")),
        // One who pays in two forms is one investor.
        (vec![payment("20", Some("2021-02-03")), second], "50", None),
    ] {
        let archive = Archive { kind: EnterpriseKind::ForeignInvested, holders, ..archive() };
        let draft = prefill(form(FilerKind::ForeignInvested, 2025).expect("a form"), &archive, Some(&last), 2025);
        assert_eq!(text(&draft, "investors[0].paid").as_deref(), Some(paid), "{:?}", archive.holders);
        assert_eq!(text(&draft, "investors[0].paid_in_currency").as_deref(), in_currency, "{:?}", archive.holders);
        let sum = if archive.holders.len() == 1 { ("60", Some("8.4")) } else { ("100", None) };
        let subscribed = ["subscribed", "subscribed_in_currency"].map(|name| text(&draft, &cell("investors", 0, name)));
        assert_eq!((subscribed[0].as_deref(), subscribed[1].as_deref()), (Some(sum.0), sum.1), "{:?}", archive.holders);
        assert_eq!(text(&draft, "investors[0].country").as_deref(), Some("HK"));
    }
}
