//! What stands in the files: their text, as others read it out of the PDF.

use std::sync::LazyLock;

use rules::annual_report::{
    Field, FieldType, FieldValue, FilerKind, FilingStep, Form, Unpublished, Values, cell, form, window,
};

use crate::{Edition, Missing, Press, Receipt, Report, Stamp};

static PRESS: LazyLock<Press> = LazyLock::new(|| Press::new(Vec::new()));

fn stamp() -> Stamp {
    Stamp {
        authority: "西安市雁塔区市场监督管理局".to_owned(),
        issued_on: "2026-03-04".parse().expect("a day"),
        code: "7KPD-Q2MX-9RTW-HC4V".to_owned(),
        address: Some("https://xy.example.cn/?verify=7KPD-Q2MX-9RTW-HC4V".to_owned()),
    }
}

fn receipt(filer: &str) -> Receipt {
    Receipt {
        stamp: stamp(),
        number: "NB2025-91610113MA6TWJ1U2X-01".to_owned(),
        filer: filer.to_owned(),
        uscc: "91610113MA6TWJ1U2X".to_owned(),
        kind: FilerKind::Enterprise,
        year: 2025,
        version: 1,
        step: FilingStep::Submit,
        submitted_at: "2026-03-04T02:20:05Z".parse().expect("an instant"),
        is_late: false,
        window: window(FilerKind::Enterprise, 2025),
        digest: "5a".repeat(32),
    }
}

fn report<'a>(form: &'a Form, values: &'a Values, unpublished: &'a Unpublished, edition: Edition) -> Report<'a> {
    Report {
        stamp: stamp(),
        filer: "西安秦岭智造科技有限公司".to_owned(),
        uscc: "91610113MA6TWJ1U2X".to_owned(),
        year: 2025,
        version: 2,
        submitted_at: Some("2026-03-04T02:20:05Z".parse().expect("an instant")),
        submitted_on: "2026-03-04".parse().expect("a day"),
        is_late: false,
        form,
        values,
        unpublished,
        edition,
    }
}

/// The text of a file without its blanks: where a line is broken is the typesetter's business.
fn text(pdf: &[u8]) -> String {
    let text = pdf_extract::extract_text_from_mem(pdf).expect("a PDF with text");
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

fn sample(field: &Field, row: usize) -> FieldValue {
    let text = match field.field_type {
        FieldType::Integer => (1_200 + row).to_string(),
        FieldType::MoneyWan => format!("{}.5", 1_234_560 + row),
        FieldType::Percent => "33.25".to_owned(),
        FieldType::Date => "2026-03-01".to_owned(),
        FieldType::Bool => "true".to_owned(),
        FieldType::Choice => field.choices.as_ref().expect("choices").values[0].0.clone(),
        FieldType::Region => "610113".to_owned(),
        _ => format!("{}{row}", field.label),
    };
    FieldValue::from(text)
}

/// A report in which everything is filled in.
fn filled(form: &Form, rows: usize) -> Values {
    let mut values = Values::new();
    for section in &form.sections {
        for field in &section.fields {
            match section.table {
                None => drop(values.insert(field.name.clone(), sample(field, 0))),
                Some(_) => {
                    let cells = (0..rows).map(|row| (cell(&section.name, row, &field.name), sample(field, row)));
                    values.extend(cells);
                }
            }
        }
    }
    values
}

#[test]
fn a_receipt_says_who_filed_what_and_when_on_one_page() {
    let printed = PRESS.receipt(&receipt("西安秦岭智造科技有限公司")).expect("a receipt");
    assert_eq!((printed.pages, printed.missing.as_slice()), (1, &[][..]));
    let text = text(&printed.pdf);
    for words in [
        "年度报告报送回执",
        "西安秦岭智造科技有限公司：",
        "91610113MA6TWJ1U2X",
        "2026年3月4日10时20分05秒（北京时间）",
        "按期报送（报送期限2026年1月1日至2026年6月30日）",
        "NB2025-91610113MA6TWJ1U2X-01",
        "7KPD-Q2MX-9RTW-HC4V",
        "西安市雁塔区市场监督管理局",
        &"5a".repeat(32),
    ] {
        assert!(text.contains(words), "{words} is missing: {text}");
    }
    let raw = String::from_utf8_lossy(&printed.pdf);
    assert!(raw.contains("pdfaid:part") && raw.starts_with("%PDF-1.7"), "no PDF/A-2b");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let again = || PRESS.receipt(&receipt("西安秦岭智造科技有限公司")).expect("a receipt").pdf;
    let other = Press::new(Vec::new()).receipt(&receipt("西安秦岭智造科技有限公司")).expect("a receipt").pdf;
    assert!(again() == again() && again() == other);
    let form = form(FilerKind::Enterprise, 2025).expect("a form");
    let (values, none) = (filled(form, 3), Unpublished::new());
    let printed = || PRESS.report(&report(form, &values, &none, Edition::Full)).expect("a report").pdf;
    assert!(printed() == printed());
}

/// 冷僻字 `㛃` and `䶮` are in the font, `𠮷` and what Unicode added of late are not.
#[test]
fn rare_characters_are_printed_or_named() {
    assert!("㛃䶮堃〇〔〕—·".chars().all(|character| PRESS.has(character)));
    let printed = PRESS.receipt(&receipt("𠮷野㛃䶮\u{30edd}商行")).expect("a receipt");
    assert_eq!(printed.missing, [Missing('𠮷'), Missing('\u{30edd}')]);
    assert_eq!(printed.pages, 1);
    let text = text(&printed.pdf);
    for words in ["〔U+20BB7〕野㛃䶮〔U+30EDD〕商行", "字符说明", "该字符未收入所用字库", "2个字符未收入"]
    {
        assert!(text.contains(words), "{words} is missing: {text}");
    }
}

#[test]
fn a_font_that_is_added_is_asked_and_what_is_none_is_passed_over() {
    let with = Press::new(vec![b"no font".to_vec(), Vec::new()]);
    assert!(with.has('秦') && !with.has('𠮷'));
}

#[test]
fn every_form_is_printed_with_its_labels_units_and_words() {
    for kind in FilerKind::ALL {
        let form = form(*kind, 2025).expect("a form");
        let (values, none) = (filled(form, 2), Unpublished::new());
        let printed = PRESS.report(&report(form, &values, &none, Edition::Full)).expect("a report");
        assert!(printed.missing.is_empty(), "{kind:?}: {:?}", printed.missing);
        let text = text(&printed.pdf);
        for section in &form.sections {
            assert!(text.contains(&section.label), "{kind:?}: {} is missing", section.label);
        }
        assert!(text.contains(kind.term()) && text.contains("第1页共"), "{kind:?}");
        if form.scalar("total_tax").is_some() {
            assert!(text.contains("1,234,560.50万元"), "{kind:?}: {text}");
        }
    }
}

#[test]
fn two_hundred_holders_go_over_several_pages() {
    let form = form(FilerKind::Enterprise, 2025).expect("a form");
    let table = form.table("contributions").expect("a table");
    let mut values = Values::new();
    for row in 0..200 {
        values.extend(table.fields.iter().map(|field| (cell(&table.name, row, &field.name), sample(field, row))));
    }
    let none = Unpublished::new();
    let printed = PRESS.report(&report(form, &values, &none, Edition::Full)).expect("a report");
    assert!((5..40).contains(&printed.pages), "{} pages", printed.pages);
    let text = text(&printed.pdf);
    for row in [0, 99, 199] {
        assert!(text.contains(&format!("股东（发起人）{row}")), "row {row} is missing");
    }
    assert!(text.contains(&format!("第{0}页共{0}页", printed.pages)));
    assert!(text.matches("序号").count() > printed.pages / 2, "the heading of a table stands on each of its pages");
}

#[test]
fn the_public_edition_holds_what_is_published_and_the_whole_one_marks_the_rest() {
    let form = form(FilerKind::Enterprise, 2025).expect("a form");
    let mut values = filled(form, 1);
    for (path, value) in
        [("total_assets", "98765.43"), ("party_members", "77177"), ("social_insurance[0].base", "31415.92")]
    {
        values.insert(path.to_owned(), value.into());
    }
    let kept: Unpublished =
        ["total_assets", "has_guarantee", "social_insurance.base"].iter().map(|name| (*name).to_owned()).collect();
    let of = |edition| text(&PRESS.report(&report(form, &values, &kept, edition)).expect("a report").pdf);
    let (whole, public) = (of(Edition::Full), of(Edition::Public));
    for secret in ["98,765.43", "77,177", "31,415.92", "债权人0", "党建信息"] {
        assert!(whole.contains(secret) && !public.contains(secret), "{secret}");
    }
    for words in ["选择不公示", "不公示", "全本"] {
        assert!(whole.contains(words), "{words}");
    }
    assert!(public.contains("未公示") && public.contains("公示本") && public.contains("营业总收入1,234,560.50万元"));
}

/// Texts of filers are texts: nothing in them steers the typesetter.
#[test]
fn what_was_typed_is_printed_as_it_was_typed() {
    let typed = "#read(\"/etc/passwd\") *a* $x$ \\ <b> @c // d [e] \"f\" ' \u{202e}";
    let printed = PRESS.receipt(&receipt(typed)).expect("a receipt");
    let text = text(&printed.pdf);
    assert!(text.contains("#read(\"/etc/passwd\")*a*$x$\\<b>@c//d[e]\"f\"'"), "{text}");
}
