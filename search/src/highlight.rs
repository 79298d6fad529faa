//! 高亮 Where the words of a query stand in the texts of a hit: plain fragments with the places
//! of the matches in characters. Clients draw them; no markup is made here, so none is escaped.

use tantivy::TantivyDocument;
use tantivy::schema::Value;

use crate::analysis::fold_char;
use crate::schema::{Fields, Passage};

/// Texts up to this length are shown whole.
const WHOLE: usize = 80;
/// Characters shown around a match in a longer text.
const CONTEXT: usize = 20;
/// Most fragments of one text.
const MAX_FRAGMENTS: usize = 3;

/// 命中段落 A text of the record in which the query was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// Which text.
    pub passage: Passage,
    /// 片段 Its parts with matches, in order.
    pub fragments: Vec<Fragment>,
}

/// 片段 A part of a text, exactly as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// The characters.
    pub text: String,
    /// Matches within the fragment, in order, not overlapping.
    pub marks: Vec<Mark>,
}

/// 标记 A match, counted in characters from the beginning of the fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// First character of the match.
    pub start: usize,
    /// The character after the match.
    pub end: usize,
}

/// The highlights of a stored document.
pub fn highlights(document: &TantivyDocument, fields: &Fields, needles: &[Vec<char>]) -> Vec<Highlight> {
    let texts = fields.passages().filter_map(|(passage, field)| Some((passage, document.get_first(field)?.as_str()?)));
    let found = texts.map(|(passage, text)| Highlight { passage, fragments: fragments(text, needles) });
    found.filter(|highlight| !highlight.fragments.is_empty()).collect()
}

fn fragments(text: &str, needles: &[Vec<char>]) -> Vec<Fragment> {
    let characters: Vec<char> = text.chars().collect();
    let marks = marks(&characters, needles);
    let windows = windows(&marks, characters.len());
    windows.into_iter().map(|window| fragment(&characters, &marks, window)).collect()
}

/// Places of the needles in the letters of a text; marks between letters, as in
/// `〔2024〕421`, do not part a match.
fn marks(characters: &[char], needles: &[Vec<char>]) -> Vec<Mark> {
    let places: Vec<usize> = (0..characters.len()).filter(|place| characters[*place].is_alphanumeric()).collect();
    let letters: Vec<char> = places.iter().map(|place| fold_char(characters[*place])).collect();
    let mut is_marked = vec![false; characters.len()];
    for needle in needles.iter().filter(|needle| !needle.is_empty()) {
        for (first, window) in letters.windows(needle.len()).enumerate() {
            if window == needle.as_slice() {
                is_marked[places[first]..=places[first + needle.len() - 1]].fill(true);
            }
        }
    }
    runs(&is_marked)
}

fn runs(is_marked: &[bool]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for place in (0..is_marked.len()).filter(|place| is_marked[*place]) {
        match marks.last_mut() {
            Some(last) if last.end == place => last.end += 1,
            _ => marks.push(Mark { start: place, end: place + 1 }),
        }
    }
    marks
}

/// The parts of a text that are shown.
fn windows(marks: &[Mark], length: usize) -> Vec<Mark> {
    if marks.is_empty() {
        return Vec::new();
    }
    if length <= WHOLE {
        return vec![Mark { start: 0, end: length }];
    }
    let mut windows: Vec<Mark> = Vec::new();
    for mark in marks {
        let window = Mark { start: mark.start.saturating_sub(CONTEXT), end: (mark.end + CONTEXT).min(length) };
        match windows.last_mut() {
            Some(last) if window.start <= last.end => last.end = window.end,
            _ => windows.push(window),
        }
    }
    windows.truncate(MAX_FRAGMENTS);
    windows
}

fn fragment(characters: &[char], marks: &[Mark], window: Mark) -> Fragment {
    let inside = marks.iter().filter(|mark| window.start <= mark.start && mark.end <= window.end);
    Fragment {
        text: characters[window.start..window.end].iter().collect(),
        marks: inside.map(|mark| Mark { start: mark.start - window.start, end: mark.end - window.start }).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::letters;

    fn marked(text: &str, needles: &[&str]) -> Vec<String> {
        let needles: Vec<_> = needles.iter().map(|needle| letters(needle)).collect();
        let show = |fragment: &Fragment| {
            let characters: Vec<char> = fragment.text.chars().collect();
            fragment.marks.iter().map(|mark| characters[mark.start..mark.end].iter().collect()).collect::<Vec<_>>()
        };
        fragments(text, &needles).iter().flat_map(show).collect()
    }

    #[test]
    fn matches_are_found_in_any_spelling() {
        assert_eq!(marked("未央市监处罚〔2024〕421号", &["(2024)421"]), ["2024〕421"]);
        assert_eq!(marked("西安ＡＢＣ商贸<b>有限公司", &["abc", "商贸"]), ["ＡＢＣ商贸"]);
        assert_eq!(marked("西安商贸", &["咸阳"]), [""; 0]);
    }

    #[test]
    fn long_texts_are_shown_in_parts() {
        let text = format!("{}猪肉{}红枣{}猪肉", "甲".repeat(50), "乙".repeat(100), "丙".repeat(10));
        let parts = fragments(&text, &[letters("猪肉"), letters("红枣")]);
        assert_eq!(parts.iter().map(|part| part.text.chars().count()).collect::<Vec<_>>(), [42, 34]);
        assert_eq!(parts[1].marks, [Mark { start: 20, end: 22 }, Mark { start: 32, end: 34 }]);
    }

    proptest! {
        #[test]
        fn marks_lie_in_their_fragments(text in "\\PC{0,200}", needle in "\\PC{0,3}") {
            for fragment in fragments(&text, &[letters(&needle)]) {
                let length = fragment.text.chars().count();
                prop_assert!(text.contains(&fragment.text));
                prop_assert!(!fragment.marks.is_empty());
                prop_assert!(fragment.marks.iter().all(|mark| mark.start < mark.end && mark.end <= length));
                prop_assert!(fragment.marks.is_sorted_by(|a, b| a.end <= b.start));
            }
        }
    }
}
