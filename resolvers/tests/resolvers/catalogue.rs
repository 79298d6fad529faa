//! 接口目录 What is read from the SDL.

use chrono::NaiveDate;
use resolvers::catalogue::{ApiDeprecation, ApiOperationKind, CONTENTS, contents};
use schema::scalars::Date;

#[test]
fn what_will_go_is_told_with_its_last_day() {
    let sdl = r#"
        type Query { a(b: Int @deprecated(reason: "无用")): Int @deprecated(reason: "请改用 c，保留至 2027-06-30") }
        enum E { X @deprecated }
    "#;
    let told = contents(sdl).deprecations;
    let of = |coordinate: &str, reason: &str, until: Option<(i32, u32, u32)>| ApiDeprecation {
        coordinate: coordinate.to_owned(),
        reason: reason.to_owned(),
        until: until.and_then(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d)).map(Date),
    };
    assert_eq!(
        told,
        [
            of("Query.a", "请改用 c，保留至 2027-06-30", Some((2027, 6, 30))),
            of("Query.a(b:)", "无用", None),
            of("E.X", "", None),
        ]
    );
}

/// Half a year at least is the promise (R-IFP-04); a reason without a day promises nothing.
#[test]
fn every_deprecation_of_the_graph_has_its_last_day() {
    let without: Vec<_> = CONTENTS.deprecations.iter().filter(|one| one.until.is_none()).collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn the_catalogue_holds_the_graph() {
    let is = |name: &str, kind| CONTENTS.operations.iter().any(|one| one.name == name && one.kind == kind);
    assert!(is("enterprise", ApiOperationKind::Query) && is("signIn", ApiOperationKind::Mutation));
    assert!(is("recordChanged", ApiOperationKind::Subscription));
    assert!(CONTENTS.operations.iter().all(|one| !one.description.is_empty()), "an operation without a word");
}
