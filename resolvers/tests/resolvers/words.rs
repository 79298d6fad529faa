//! 字词 What is said in parts says the same; what may be asked for is what the form offers.

use resolvers::annual_report::employment::EducationRequirement;
use resolvers::assistant::paragraphs;
use rules::annual_report::{FilerKind, form};

#[test]
fn paragraphs_are_the_text() {
    let long =
        "年度报告应当在每年1月1日至6月30日报送，逾期的仍可以补报，但会被列入经营异常名录，影响贷款和投标。".repeat(3);
    for text in ["", "一句。", "一句。\n\n又一句。\n", &long] {
        let parts = paragraphs(text);
        assert_eq!(parts.concat(), text);
        assert!(parts.iter().all(|part| !part.trim().is_empty()), "{parts:?}");
    }
    assert!(paragraphs(&long).len() > 1);
    assert_eq!(paragraphs("一句。\n\n又一句。\n").len(), 2);
}

#[test]
fn every_choice_of_the_form_can_be_asked_for() {
    let form = form(FilerKind::Enterprise, 2025).expect("a form");
    let field = form.field("employment_needs[0].education").expect("a field");
    let codes: Vec<&str> =
        field.choices.iter().flat_map(|choices| choices.values.iter().map(|(code, _)| code.as_str())).collect();
    assert_eq!(codes, EducationRequirement::ALL.map(EducationRequirement::code));
}
