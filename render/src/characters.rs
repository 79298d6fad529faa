//! 字符 Which characters can be printed, and what is printed in the place of those that cannot.

use std::collections::BTreeSet;

use serde_json::Value;

/// 缺字 A character that no font at hand has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing(pub char);

impl Missing {
    /// 码位 `U+20BB7`.
    pub fn code_point(self) -> String {
        format!("U+{:04X}", u32::from(self.0))
    }

    /// 代替写法 What is printed in its place.
    pub fn substitute(self) -> String {
        format!("〔{}〕", self.code_point())
    }

    /// 说明 For whoever had it printed: it names the character and says how to mend it.
    pub fn message(self) -> String {
        let (point, substitute) = (self.code_point(), self.substitute());
        format!(
            "字符“{}”（{point}）不在所用字库中，文书中以“{substitute}”代替；如需印出原字，请运维人员把收有该字的字体放入数据目录的 fonts 文件夹后重新出具。",
            self.0
        )
    }

    /// What the document itself says: the character cannot be shown there.
    pub(crate) fn note(self) -> String {
        format!("“{}”代替统一码 {} 的字符，该字符未收入所用字库。", self.substitute(), self.code_point())
    }
}

/// Makes every text of a document printable; what is missing, in the order of code points.
pub(crate) fn made_printable(value: &mut Value, has: &dyn Fn(char) -> bool) -> BTreeSet<Missing> {
    let mut missing = BTreeSet::new();
    walk(value, has, &mut missing);
    missing
}

fn walk(value: &mut Value, has: &dyn Fn(char) -> bool, missing: &mut BTreeSet<Missing>) {
    match value {
        Value::String(text) => *text = printable(text, has, missing),
        Value::Array(list) => list.iter_mut().for_each(|one| walk(one, has, missing)),
        Value::Object(map) => map.values_mut().for_each(|one| walk(one, has, missing)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn printable(text: &str, has: &dyn Fn(char) -> bool, missing: &mut BTreeSet<Missing>) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => shown.push('\n'),
            // Tabs, and what steers a terminal.
            control if control.is_control() => shown.push(' '),
            unseen if is_unseen(unseen) => {}
            known if has(known) => shown.push(known),
            other => {
                missing.insert(Missing(other));
                shown.push_str(&Missing(other).substitute());
            }
        }
    }
    shown
}

/// Characters that show nothing themselves: joiners, marks of direction, the choice of a variant of a character.
const fn is_unseen(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> (String, Vec<String>) {
        let mut missing = BTreeSet::new();
        let text = printable(text, &|character| character != '𠮷' && u32::from(character) < 0x3_0000, &mut missing);
        (text, missing.into_iter().map(Missing::code_point).collect())
    }

    #[test]
    fn what_cannot_be_printed_is_named() {
        let told = ("〔U+20BB7〕野家〔U+30EDD〕".to_owned(), vec!["U+20BB7".to_owned(), "U+30EDD".to_owned()]);
        assert_eq!(shown("𠮷野家\u{30edd}"), told);
        assert!(Missing('𠮷').message().contains("“𠮷”（U+20BB7）"));
        assert_eq!(shown("葛\u{e0100}城\u{feff}\t\u{7}1"), ("葛城  1".to_owned(), Vec::new()));
    }
}
