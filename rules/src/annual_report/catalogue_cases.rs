//! Reports that the rule table was not written for: rounding in the unit shown, bad input, full-width characters, the
//! days on either side of a limit; and proposals taken over.

use std::collections::BTreeMap;

use super::cases::{Filing, filing};
use super::rule_table::{Case, all};
use super::{FilerKind, Finding};

fn case(report: &[(&str, &str)], archive: serde_json::Value) -> Case {
    Case {
        kind: None,
        year: None,
        today: None,
        report: report.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect(),
        archive: archive.as_object().cloned().unwrap_or_default(),
        last: serde_json::Map::new(),
        also: Vec::new(),
    }
}

fn judged(kind: FilerKind, report: &[(&str, &str)], archive: serde_json::Value) -> Vec<Finding> {
    Filing::of(kind).with(&case(report, archive)).findings()
}

fn ids(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.rule_id).collect()
}

/// Ids that speak about an ordinary company's report with some figures changed.
fn company(report: &[(&str, &str)]) -> Vec<Finding> {
    judged(FilerKind::Enterprise, report, serde_json::json!({}))
}

#[test]
fn identities_allow_for_what_rounding_does_and_no_more() {
    for (assets, expected) in [
        ("560", &[][..]),
        ("560.02", &[][..]),
        ("557.21", &[][..]),
        ("562.8", &[][..]),
        ("562.83", &["AR-040"][..]),
        ("557.19", &["AR-040"][..]),
    ] {
        assert_eq!(ids(&company(&[("total_assets", assets)])), expected, "{assets}");
    }
    // In a small balance sheet two hundredths are allowed, whatever share of it they are.
    let small = |assets| {
        company(&[
            ("total_assets", assets),
            ("total_liabilities", "0.5"),
            ("owners_equity", "0.5"),
            ("has_guarantee", "否"),
            ("guarantees[0].creditor", ""),
            ("guarantees[0].debtor", ""),
            ("guarantees[0].principal_kind", ""),
            ("guarantees[0].amount", ""),
            ("guarantees[0].period_from", ""),
            ("guarantees[0].period_to", ""),
            ("guarantees[0].manner", ""),
        ])
    };
    assert!(!ids(&small("1.02")).contains(&"AR-040"));
    assert!(ids(&small("1.03")).contains(&"AR-040"));
}

#[test]
fn full_width_digits_are_corrected_and_not_misjudged() {
    let findings = company(&[("total_assets", "５６０"), ("employees", "１２人"), ("phone", "139 1234 5678")]);
    assert_eq!(ids(&findings), ["AR-015", "AR-015", "AR-015"]);
    let proposed: BTreeMap<_, _> =
        findings.iter().flat_map(|one| &one.proposals).map(|one| (one.path.as_str(), one.value.as_str())).collect();
    let expected = BTreeMap::from([("total_assets", "560"), ("employees", "12"), ("phone", "13912345678")]);
    assert_eq!(proposed, expected);
}

#[test]
fn what_is_no_number_is_refused_and_nothing_else_is_said_of_it() {
    for (text, id) in [
        ("五百六十", "AR-058"),
        ("560元", "AR-058"),
        ("5.6.0", "AR-058"),
        ("560.005", "AR-058"),
        ("NaN", "AR-058"),
        ("1e9", "AR-058"),
    ] {
        let findings = company(&[("total_assets", text)]);
        assert!(ids(&findings).contains(&id), "{text} {findings:?}");
    }
    for text in ["十二", "12.5", "-1", "1e3"] {
        assert!(ids(&company(&[("employees", text)])).contains(&"AR-022"), "{text}");
    }
    assert_eq!(ids(&company(&[("total_assets", "   ")])), ["AR-160"]);
}

#[test]
fn losses_are_no_fault_and_assets_below_nothing_are() {
    let loss = [("total_profit", "-9.5"), ("net_profit", "-9.5")];
    assert_eq!(ids(&company(&loss)), Vec::<&str>::new());
    let findings = company(&[("total_profit", "－9.5"), ("net_profit", "−9.5")]);
    assert_eq!(ids(&findings), ["AR-015", "AR-015"]);
    assert!(ids(&company(&[("total_revenue", "-1"), ("main_revenue", "-1")])).contains(&"AR-041"));
}

#[test]
fn a_unit_mistake_is_named_with_its_repair() {
    let findings = company(&[("total_revenue", "8000000"), ("main_revenue", "750")]);
    let found = findings.iter().find(|finding| finding.rule_id == "AR-051").expect("a finding");
    assert_eq!(found.proposals[0].value, "800");
    assert!(found.message.contains("8000000万元") && found.message.contains("700万元"), "{}", found.message);
}

#[test]
fn codes_phones_and_postcodes_are_mended_where_they_can_be() {
    for (path, text, id, meant) in [
        ("investments[0].uscc", "91350100M0001O0Y43", "AR-015", Some("91350100M000100Y43")),
        ("investments[0].uscc", "91350100M00010Y043", "AR-001", None),
        ("investments[0].uscc", "9135010M0000100Y43", "AR-001", None),
        ("investments[0].uscc", "91350100M000100Y4", "AR-001", Some("91350100M000100Y43")),
        ("phone", "8613912345678", "AR-007", Some("13912345678")),
        ("phone", "87654321", "AR-007", Some("029-87654321")),
        ("phone", "1391234567", "AR-006", None),
        ("postal_code", "170065", "AR-010", Some("710065")),
        ("postal_code", "71006", "AR-009", Some("710000")),
        ("email", "liming@163.cmo", "AR-012", Some("liming@163.com")),
        ("contributions[0].paid_on", "2020年5月1日", "AR-015", Some("2020-05-01")),
    ] {
        let findings = company(&[(path, text)]);
        let found =
            findings.iter().find(|finding| finding.rule_id == id).unwrap_or_else(|| panic!("{text} {findings:?}"));
        let proposed = found.proposals.iter().find(|one| one.path == path).map(|one| one.value.as_str());
        if meant.is_some() {
            assert_eq!(proposed, meant, "{text}");
        }
    }
}

#[test]
fn days_on_either_side_of_the_five_years() {
    let due = |established: &str, due: &str| {
        let archive = serde_json::json!({ "established_on": established });
        let report = [("contributions[0].subscribed_due", due), ("contributions[1].subscribed_due", due)];
        ids(&judged(FilerKind::Enterprise, &report, archive)).contains(&"AR-074")
    };
    assert!(!due("2024-07-01", "2029-07-01") && due("2024-07-01", "2029-07-02"));
    assert!(!due("2024-06-30", "2040-01-01"));
    assert!(!due("2024-07-31", "2029-07-31") && due("2024-12-31", "2030-01-01"));
}

#[test]
fn head_counts_change_much_only_if_by_factor_and_number() {
    for (employees, expected) in [("51", false), ("60", false), ("61", true), ("1", false), ("9999", true)] {
        let found = company(&[("employees", employees)]);
        assert_eq!(ids(&found).contains(&"AR-025"), expected, "{employees}");
    }
}

#[test]
fn a_foreign_invested_report_is_judged_by_currency_country_and_capital() {
    let foreign = |report: &[(&str, &str)]| {
        let findings = judged(FilerKind::ForeignInvested, report, serde_json::json!({}));
        findings.iter().map(|finding| finding.rule_id.to_owned()).collect::<Vec<_>>()
    };
    assert!(foreign(&[]).is_empty());
    assert_eq!(foreign(&[("investors[0].country", "美国")]), ["AR-110"]);
    assert_eq!(foreign(&[("currency", "RMB")]), ["AR-114"]);
    assert_eq!(foreign(&[("exchange_registration", "12345")]), ["AR-117"]);
    assert_eq!(foreign(&[("total_investment", "99")]), ["AR-115"]);
    assert_eq!(foreign(&[("total_investment", "200")]), ["AR-116"]);
    assert_eq!(foreign(&[("foreign_share", "61")]), ["AR-111"]);
    assert!(
        foreign(&[
            ("currency", "JPY"),
            ("investors[0].subscribed_in_currency", "1000"),
            ("investors[0].subscribed", "47")
        ])
        .is_empty()
    );
    assert_eq!(
        foreign(&[
            ("currency", "JPY"),
            ("investors[0].subscribed_in_currency", "1000"),
            ("investors[0].subscribed", "470")
        ]),
        ["AR-125"]
    );
    // No mean is known of this currency: nothing is said.
    assert!(
        foreign(&[("currency", "XOF"), ("investors[0].subscribed_in_currency", "1"), ("investors[0].subscribed", "9")])
            .is_empty()
    );
}

#[test]
fn households_and_cooperatives_are_judged_by_their_own_rules() {
    let sole = |kind, report: &[(&str, &str)]| {
        let findings = judged(kind, report, serde_json::json!({}));
        findings.iter().map(|finding| finding.rule_id.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(sole(FilerKind::Individual, &[("sales", "0")]), ["AR-140"]);
    assert_eq!(sole(FilerKind::Individual, &[("funds", "50000")]), ["AR-141"]);
    assert_eq!(sole(FilerKind::Cooperative, &[("farmer_members", "15")]), ["AR-142"]);
    assert!(sole(FilerKind::Cooperative, &[("farmer_members", "16")]).is_empty());
    assert_eq!(sole(FilerKind::Branch, &[("total_revenue", "10")]), ["AR-131"]);
}

#[test]
fn a_proposal_taken_over_silences_its_rule() {
    let mut taken = 0;
    for rule in all() {
        let failing = filing(rule, &rule.fail).findings();
        let Some(finding) = failing.iter().find(|finding| finding.rule_id == rule.id) else { continue };
        if finding.proposals.is_empty() {
            continue;
        }
        taken += 1;
        let mut mended = rule.fail.clone();
        mended.kind.get_or_insert(rule.kinds[0]);
        mended.report.extend(finding.proposals.iter().map(|one| (one.path.clone(), one.value.clone())));
        let after = filing(rule, &mended).findings();
        let again = after.iter().any(|other| other.rule_id == rule.id && other.paths == finding.paths);
        assert!(!again, "{} {:?} {after:?}", rule.id, finding.proposals);
    }
    assert!(taken >= 12, "{taken}");
}
