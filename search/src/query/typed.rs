//! 检索语法 The little syntax of the query box: what stands in quotation marks is found as it stands,
//! what follows a hyphen is left out. Nothing is an error: a mark without its partner is a gap.

/// 引号 Marks that open a phrase, and those that close it.
const QUOTES: &[(char, char)] = &[('"', '"'), ('＂', '＂'), ('“', '”'), ('「', '」'), ('『', '』')];
/// 排除号 What stands before a part to be left out, at the beginning of the query or after a space.
const HYPHENS: &[char] = &['-', '－', '−', '–'];

/// A part of what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words.
    Plain(String),
    /// 短语 Words between quotation marks.
    Phrase(String),
    /// 排除 Words that a hit must not hold.
    Excluded(String),
}

/// Takes a query apart by its marks.
pub fn parts(query: &str) -> Vec<Part> {
    let characters: Vec<char> = query.chars().collect();
    let mut reader = Reader { rest: &characters, plain: String::new(), parts: Vec::new() };
    while reader.step() {}
    reader.close();
    reader.parts
}

struct Reader<'a> {
    rest: &'a [char],
    plain: String,
    parts: Vec<Part>,
}

impl<'a> Reader<'a> {
    fn step(&mut self) -> bool {
        let rest = self.rest;
        let Some((first, after)) = rest.split_first() else { return false };
        let is_gap = self.plain.chars().next_back().is_none_or(char::is_whitespace);
        if let Some((phrase, rest)) = quoted(rest) {
            self.push(Part::Phrase(phrase), rest);
        } else if is_gap && HYPHENS.contains(first) && after.first().is_some_and(|next| opens(*next)) {
            let (text, rest) = quoted(after).unwrap_or_else(|| word(after));
            self.push(Part::Excluded(text), rest);
        } else {
            self.plain.push(*first);
            self.rest = after;
        }
        true
    }

    fn push(&mut self, part: Part, rest: &'a [char]) {
        self.close();
        self.parts.push(part);
        self.rest = rest;
    }

    fn close(&mut self) {
        let plain = std::mem::take(&mut self.plain);
        if plain.chars().any(char::is_alphanumeric) {
            self.parts.push(Part::Plain(plain));
        }
    }
}

fn opens(character: char) -> bool {
    character.is_alphanumeric() || QUOTES.iter().any(|(open, _)| *open == character)
}

/// A phrase with a letter in it, and what follows its closing mark.
fn quoted(characters: &[char]) -> Option<(String, &[char])> {
    let (first, after) = characters.split_first()?;
    let (_, close) = QUOTES.iter().find(|(open, _)| open == first)?;
    let end = after.iter().position(|character| character == close)?;
    let phrase = &after[..end];
    phrase.iter().any(|character| character.is_alphanumeric()).then(|| (phrase.iter().collect(), &after[end + 1..]))
}

fn word(characters: &[char]) -> (String, &[char]) {
    let end = characters.iter().position(|character| character.is_whitespace()).unwrap_or(characters.len());
    (characters[..end].iter().collect(), &characters[end..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(text: &str) -> Part {
        Part::Plain(text.to_owned())
    }

    #[test]
    fn phrases_and_exclusions_are_taken_out() {
        let phrase = |text: &str| Part::Phrase(text.to_owned());
        let excluded = |text: &str| Part::Excluded(text.to_owned());
        assert_eq!(parts("西安 “超过保质期” -红枣"), [plain("西安 "), phrase("超过保质期"), excluded("红枣")]);
        assert_eq!(parts("-\"有限 公司\" 诚邦"), [excluded("有限 公司"), plain(" 诚邦")]);
        assert_eq!(parts("「诚邦」商贸"), [phrase("诚邦"), plain("商贸")]);
    }

    #[test]
    fn hyphens_within_and_marks_alone_are_gaps() {
        for text in ["市监-2024-12", "\"诚邦", "诚邦 - 商贸", "诚邦”", "诚邦-"] {
            assert_eq!(parts(text), [plain(text)], "{text}");
        }
        assert_eq!(parts("“” -"), []);
    }

    proptest! {
        #[test]
        fn no_letter_is_lost(query in "[\"“”「」 a-c西安-]{0,24}") {
            let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
            let kept: String = parts(&query).iter().map(|part| match part {
                Part::Plain(text) | Part::Phrase(text) | Part::Excluded(text) => letters(text),
            }).collect();
            prop_assert_eq!(kept, letters(&query));
        }
    }
}
