//! 说明 What is told of a field, put together from its definition.

use rules::annual_report::{Field, FieldType, Publish, Source};

use super::{Ask, Place};
use crate::Citation;

/// Choices that are listed at most.
const CHOICES: usize = 10;

/// 说明 The definitions of the places, those that say the same once.
pub(super) fn text(places: &[Place], ask: Ask) -> String {
    let mut groups: Vec<((&str, &str), String, Vec<&'static str>)> = Vec::new();
    for place in places {
        let at = (place.field.label.as_str(), place.section.label.as_str());
        let (told, kind) = (definition(place, ask), place.kind.term());
        match groups.iter_mut().find(|(known, text, _)| *known == at && *text == told) {
            Some((.., kinds)) => kinds.push(kind),
            None => groups.push((at, told, vec![kind])),
        }
    }
    let is_one = groups.len() == 1;
    let paragraphs = groups.iter().map(|((name, section), told, kinds)| {
        if is_one {
            format!("“{name}”是“{section}”栏的一项。{told}")
        } else {
            format!("{}“{section}”栏的“{name}”：{told}", kinds.join("、"))
        }
    });
    paragraphs.collect::<Vec<_>>().join("\n")
}

/// What is asked first, and the rest after it.
fn definition(place: &Place, ask: Ask) -> String {
    let field = place.field;
    let [note, shape, required, public] =
        [field.note.clone(), shape(field), required(place), public(field.publish).to_owned()];
    let order = match ask {
        Ask::How => [note, shape, required, public],
        Ask::Required => [required, note, shape, public],
        Ask::Public => [public, note, shape, required],
        Ask::Unit => [shape, note, required, public],
    };
    order.concat() + &prefilled(field)
}

/// 单位与格式
fn shape(field: &Field) -> String {
    let unit = field.unit.as_deref();
    match field.field_type {
        FieldType::MoneyWan => format!("单位是{}，最多两位小数。", unit.unwrap_or("万元")),
        FieldType::Percent => "填百分数，最多两位小数，不写百分号。".to_owned(),
        FieldType::Integer => unit.map_or_else(|| "填整数。".to_owned(), |unit| format!("填整数，单位是{unit}。")),
        FieldType::Date => "按“年-月-日”填写，例如2025-06-30。".to_owned(),
        FieldType::Bool => "选“是”或者“否”。".to_owned(),
        FieldType::Choice => {
            let choices = field.choices.as_deref().map_or(&[][..], |choices| choices.values.as_slice());
            let words: Vec<&str> = choices.iter().take(CHOICES).map(|(_, word)| word.as_str()).collect();
            format!("从下列选项中选择：{}。", words.join("、"))
        }
        FieldType::Text
        | FieldType::Phone
        | FieldType::Postcode
        | FieldType::Email
        | FieldType::Uscc
        | FieldType::Region
        | FieldType::Url
        | FieldType::Table => String::new(),
    }
}

fn required(place: &Place) -> String {
    let asks_for_rows = place.section.table.as_ref().and_then(|table| table.when.as_ref());
    match (asks_for_rows, place.section.table.is_some(), place.field.required) {
        (Some(_), _, true) => "前面选“是”的，每一行都必须填写；选“否”的不填。".to_owned(),
        (Some(_), _, false) => "前面选“是”的才填，可以留空。".to_owned(),
        (None, true, true) => "每一行都必须填写。".to_owned(),
        (None, false, true) => "这一项必须填写。".to_owned(),
        (None, _, false) => "这一项不是必填，没有的可以留空。".to_owned(),
    }
}

const fn public(publish: Publish) -> &'static str {
    match publish {
        Publish::Must => "依法应当向社会公示。",
        Publish::Optional => "是否向社会公示由您选择。",
        Publish::Not => "不向社会公示。",
    }
}

fn prefilled(field: &Field) -> String {
    let words = field.prefill.iter().filter_map(|source| match source {
        Source::LastReport => Some("上一年度的报告"),
        Source::Archive => Some("登记档案"),
        Source::Tax => Some("税务机关的数据（经您同意提取）"),
        Source::SocialInsurance => Some("社会保险经办机构的数据（经您同意提取）"),
        Source::Form | Source::Filer | Source::Statement | Source::None => None,
    });
    let words: Vec<&str> = words.collect();
    match (words.is_empty(), field.unchanged_confirmable) {
        (true, _) => String::new(),
        (false, true) => format!("系统用{}预先填好，没有变化的可以一键确认。", words.join("、")),
        (false, false) => format!("系统可以用{}预先填好，请核对。", words.join("、")),
    }
}

/// 依据 The regulations and articles of the places, each once.
pub(super) fn citations(places: &[Place]) -> Vec<Citation> {
    let mut citations: Vec<Citation> = Vec::new();
    for source in places.iter().flat_map(|place| place.field.source.split('；')) {
        let citation = cited(source.trim());
        if !citations.contains(&citation) {
            citations.push(citation);
        }
    }
    citations
}

/// `企业信息公示暂行条例第九条第一款第（一）项` in its two parts.
fn cited(source: &str) -> Citation {
    let source = source.trim_end_matches("（无条文）");
    match source.find('第') {
        Some(at) if at > 0 => Citation { regulation: source[..at].to_owned(), article: Some(source[at..].to_owned()) },
        _ => Citation { regulation: source.to_owned(), article: None },
    }
}
