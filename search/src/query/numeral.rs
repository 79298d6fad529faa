//! 数字写法 Numbers are written with digits and with Chinese numerals: 第3分公司 and 第三分公司,
//! 二〇二四年 and 2024年. A query is asked both ways.

use std::sync::LazyLock;

use chinese_number::{ChineseCase, ChineseCountMethod, ChineseToNumber, ChineseVariant, NumberToChinese};
use regex::{Captures, Regex};

/// Numbers that count something; within a name, as in 一品鲜, a numeral is only a character.
static COUNTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(第)([0-9]{1,4}|[〇零一二三四五六七八九十百千两]{1,8})|([0-9]{1,4}|[〇零一二三四五六七八九十百千两]{1,8})([号年月日店厂队部分中小])")
        .ok()
});

/// The folded text with such numbers written the other way; `None` if there are none.
pub fn rewritten(folded: &str) -> Option<String> {
    let counted = COUNTED.as_ref()?;
    let text = counted.replace_all(folded, |found: &Captures<'_>| {
        let part = |group: usize| found.get(group).map_or("", |part| part.as_str());
        let number = if found.get(1).is_some() { part(2) } else { part(3) };
        format!("{}{}{}", part(1), other_way(number).unwrap_or_else(|| number.to_owned()), part(4))
    });
    (text != folded).then(|| text.into_owned())
}

fn other_way(number: &str) -> Option<String> {
    if let Ok(value) = number.parse::<u32>() {
        let (variant, case) = (ChineseVariant::Simple, ChineseCase::Lower);
        return if number.len() == 4 {
            value.to_chinese_naive(variant, case).ok().map(|text| text.replace('零', "〇"))
        } else {
            value.to_chinese(variant, case, ChineseCountMethod::TenThousand).ok()
        };
    }
    let is_counting = number.contains(['十', '百', '千']);
    let value: Result<u32, _> = if is_counting {
        number.to_number(ChineseCountMethod::TenThousand)
    } else {
        number.replace('〇', "零").to_number_naive()
    };
    value.ok().map(|value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_count_are_written_the_other_way() {
        for (text, expected) in [
            ("第3分公司", Some("第三分公司")),
            ("第十二分公司", Some("第12分公司")),
            ("二〇二四年", Some("2024年")),
            ("三分店", Some("3分店")),
            ("一品鲜", None),
            ("诚邦", None),
        ] {
            assert_eq!(rewritten(text).as_deref(), expected, "{text}");
        }
    }
}
