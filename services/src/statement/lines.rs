//! 报表项目 The names under which figures are printed, and what they mean: exact names first, then the encoder.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use serde::Deserialize;

use super::units::folded;

/// Likeness from which the encoder's word is taken, and its lead over the nearest line of other meaning.
const LIKE: f32 = 0.55;
/// See [`LIKE`].
const LEAD: f32 = 0.06;
/// Names that are given to the encoder of one file.
pub const ASKED: usize = 40;

/// 时点 When a figure holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum At {
    /// 期末
    End,
    /// 全年
    Year,
}

/// 项目 A line as the table of names has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Field of the annual report; `None` for a line that fills none.
    pub field: Option<String>,
    /// When its figure holds.
    pub at: Option<At>,
    names: Vec<String>,
    #[serde(default)]
    like: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    line: Vec<Line>,
}

static LINES: LazyLock<Vec<Line>> = LazyLock::new(|| {
    let file: File =
        toml::from_str(include_str!("../../data/statement/lines.toml")).expect("the lines are well-formed");
    file.line
});

/// Lines by name, each with its place among the names of the line.
static NAMES: LazyLock<HashMap<String, Vec<(usize, usize)>>> = LazyLock::new(|| {
    let mut names: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
    for (line, entry) in LINES.iter().enumerate() {
        for (rank, text) in entry.names.iter().enumerate() {
            let places = names.entry(name(text)).or_default();
            if !places.iter().any(|(known, _)| *known == line) {
                places.push((line, rank));
            }
        }
    }
    names
});

/// The words that the encoder may compare, with their lines, and whether it always does: the first names of lines that
/// fill fields, and other words for lines.
static ANCHORS: LazyLock<Vec<Anchor>> = LazyLock::new(|| {
    let of = |(line, entry): (usize, &'static Line)| {
        let is_first = move |rank: usize| rank == 0 && (entry.field.is_some() || !entry.like.is_empty());
        let named = entry.names.iter().enumerate().map(move |(rank, text)| (text, is_first(rank)));
        let alike = entry.like.iter().map(|text| (text, true));
        named.chain(alike).map(move |(text, is_always)| Anchor { text, line, is_always })
    };
    LINES.iter().enumerate().flat_map(of).collect()
});

/// A word that names are compared with.
struct Anchor {
    text: &'static str,
    line: usize,
    is_always: bool,
}

/// Where the anchors lie that were compared so far.
static POINTS: LazyLock<Mutex<HashMap<&'static str, Vec<f32>>>> = LazyLock::new(Mutex::default);
/// Anchors that are compared because they are written alike, beside those that always are.
const WRITTEN_ALIKE: usize = 6;

/// 识别方式 How a line was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// 标准名称 By the first of its names.
    Name,
    /// 同义名称 By another of its names.
    Synonym,
    /// 语义相近 By the encoder.
    Encoder,
}

/// 匹配 A line that a text stands for.
#[derive(Clone, Copy, Debug)]
pub struct Match {
    /// The line.
    pub line: &'static Line,
    /// Smaller is preferred.
    pub rank: usize,
    /// How.
    pub how: How,
    /// 可信度 0 to 1.
    pub confidence: f32,
}

/// Points of texts where likeness is a product; `None` without an encoder.
pub type Encode<'e> = dyn Fn(&[&str]) -> Option<Vec<Vec<f32>>> + 'e;

/// 名称 A text without what forms print around names: numbers, 其中, brackets, marks.
pub fn name(text: &str) -> String {
    let mut text: String = folded(text).chars().filter(|sign| *sign != ' ').collect();
    // （或股东权益） and （亏损以“-”号填列） alike.
    while let Some(open) = text.find('(') {
        let close = text[open..].find(')').map_or(text.len(), |at| open + at + 1);
        text.replace_range(open..close, "");
    }
    let mut rest =
        text.trim_matches(|sign: char| matches!(sign, '*' | '#' | '△' | '▲' | '☆' | '★' | ':' | '-' | '.' | ')'));
    loop {
        let before = rest;
        for word in ["其中:", "其中", "加:", "减:", "本年", "本期"] {
            // 本年盈余 is a name, 本年利润总额 is 利润总额 of this year.
            if let Some(after) = rest.strip_prefix(word)
                && (word.ends_with(':') || after.chars().count() >= 3)
            {
                rest = after;
            }
        }
        rest = numbered(rest);
        if rest == before {
            break;
        }
    }
    rest.chars().filter(|sign| sign.is_alphanumeric()).collect()
}

/// A text behind its number: 一、, 1., 12、, ①.
fn numbered(text: &str) -> &str {
    let is_digit = |sign: char| sign.is_ascii_digit() || "一二三四五六七八九十".contains(sign);
    let rest = text.trim_start_matches(is_digit);
    if rest.len() < text.len()
        && let Some(after) = rest.strip_prefix(['、', '.', ',', ':'])
    {
        return after;
    }
    text.trim_start_matches(|sign: char| ('①'..='⑳').contains(&sign))
}

/// The lines that bear this name, after [`name`].
pub fn named(name: &str) -> Vec<Match> {
    let of = |(line, rank): &(usize, usize)| {
        let (how, confidence) = if *rank == 0 { (How::Name, 1.0) } else { (How::Synonym, 0.97) };
        Some(Match { line: LINES.get(*line)?, rank: *rank, how, confidence })
    };
    NAMES.get(name).map(|places| places.iter().filter_map(of).collect()).unwrap_or_default()
}

/// What the encoder holds each name to be; nothing where it is not sure, or where it knows the name for something else.
pub fn alike(names: &[&str], encode: &Encode<'_>) -> Vec<Vec<Match>> {
    let compared: Vec<Vec<&Anchor>> = names.iter().map(|name| compared(name)).collect();
    let mut known = POINTS.lock().unwrap_or_else(PoisonError::into_inner);
    let mut new: Vec<&str> = compared.iter().flatten().map(|anchor| anchor.text).collect();
    new.retain(|text| !known.contains_key(text));
    new.sort_unstable();
    new.dedup();
    if !new.is_empty() {
        known.extend(encode(&new).into_iter().flat_map(|points| new.iter().copied().zip(points)));
    }
    let points = if names.is_empty() { None } else { encode(names) };
    let Some(points) = points else { return names.iter().map(|_| Vec::new()).collect() };
    points.iter().zip(&compared).map(|(point, anchors)| nearest(point, anchors, &known)).collect()
}

/// The anchors that a name is compared with.
fn compared(name: &str) -> Vec<&'static Anchor> {
    let shared = |anchor: &Anchor| {
        name.chars().filter(|sign| anchor.text.contains(*sign)).count() * 100
            / anchor.text.chars().count().max(name.chars().count()).max(1)
    };
    let (always, mut others): (Vec<&Anchor>, Vec<&Anchor>) = ANCHORS.iter().partition(|anchor| anchor.is_always);
    others.sort_by_key(|anchor| std::cmp::Reverse(shared(anchor)));
    always.into_iter().chain(others.into_iter().take(WRITTEN_ALIKE)).collect()
}

fn nearest(point: &[f32], anchors: &[&Anchor], points: &HashMap<&str, Vec<f32>>) -> Vec<Match> {
    let dot = |anchor: &[f32]| point.iter().zip(anchor).map(|(a, b)| a * b).sum::<f32>();
    let mut best: Vec<f32> = vec![f32::NEG_INFINITY; LINES.len()];
    for anchor in anchors {
        if let Some(place) = points.get(anchor.text) {
            best[anchor.line] = best[anchor.line].max(dot(place));
        }
    }
    let Some((first, score)) = best.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)) else { return Vec::new() };
    // Lines of one field lie together, and those that are one line for other kinds of filers.
    let first = &LINES[first];
    let is_same = |line: &Line| line.field == first.field || line.names.first() == first.names.first();
    let others = best.iter().enumerate().filter(|(line, _)| !is_same(&LINES[*line]));
    let second = others.map(|(_, score)| *score).fold(f32::NEG_INFINITY, f32::max);
    let is_sure = *score >= LIKE && score - second >= LEAD && first.field.is_some();
    let confidence = (0.5 + (score - LIKE) * 0.8).clamp(0.5, 0.9);
    let meant = LINES.iter().filter(|line| is_sure && line.field.is_some() && is_same(line));
    meant.map(|line| Match { line, rank: 1_000, how: How::Encoder, confidence }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_under_what_forms_print_around_them() {
        for (text, expected) in [
            ("一、营业总收入", "营业总收入"),
            ("其中：营业收入", "营业收入"),
            ("四、净利润（净亏损以“－”号填列）", "净利润"),
            ("所有者权益（或股东权益）合计", "所有者权益合计"),
            ("  资 产 总 计 ", "资产总计"),
            ("三、利润总额(10+11-12)", "利润总额"),
            ("减：所得税费用", "所得税费用"),
            ("（一）主营业务收入", "主营业务收入"),
            ("△利息收入", "利息收入"),
            ("13.研发费用", "研发费用"),
        ] {
            assert_eq!(name(text), expected, "{text}");
        }
    }

    #[test]
    fn every_line_with_a_field_is_a_figure_of_some_form() {
        use rules::annual_report::{FieldType, FilerKind, form};
        for line in LINES.iter() {
            let Some(field) = &line.field else { continue };
            assert!(line.at.is_some(), "{field}");
            let known = FilerKind::ALL.iter().filter_map(|kind| form(*kind, 2025)?.scalar(field));
            let types: Vec<FieldType> = known.map(|field| field.field_type).collect();
            assert!(!types.is_empty() && types.iter().all(|known| *known == FieldType::MoneyWan), "{field}");
        }
        assert!(named("流动资产合计").iter().all(|found| found.line.field.is_none()));
        assert_eq!(named("资产总计").first().and_then(|found| found.line.field.as_deref()), Some("total_assets"));
    }

    #[test]
    fn a_name_means_one_field_of_a_form() {
        for places in NAMES.values() {
            let fields: Vec<_> = places.iter().map(|(line, _)| LINES[*line].field.as_deref()).collect();
            let is_sales = fields.contains(&Some("sales")) && fields.contains(&Some("total_revenue"));
            assert!(fields.len() == 1 || is_sales, "{fields:?}");
        }
    }
}
