//! 数与单位 Numbers as people write them in tables, and the unit that a sheet names.

use rules::money::Wan;
use rust_decimal::{Decimal, RoundingStrategy};

/// 折半角 Full-width letters, digits and signs in their usual width; every blank is a space.
pub fn folded(text: &str) -> String {
    let one = |sign: char| match sign {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
        '−' | '–' | '—' | '―' | '﹣' => '-',
        '【' | '〔' | '﹙' => '(',
        '】' | '〕' | '﹚' => ')',
        '。' => '.',
        sign if sign.is_whitespace() => ' ',
        sign => sign,
    };
    text.chars().filter(|sign| !matches!(sign, '\u{200b}' | '\u{feff}')).map(one).collect()
}

/// 数 A number that was written as text: thousands separators, brackets or a trailing sign for negative ones, a sign
/// of currency. `None` for what is none.
pub fn number(text: &str) -> Option<Decimal> {
    let text: String = folded(text).chars().filter(|sign| *sign != ' ').collect();
    let text = text.trim_start_matches(['¥', '￥', '$']).trim_end_matches(['元', '%']);
    let (text, is_negative) = match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => match text.strip_prefix('-').or_else(|| text.strip_suffix('-')) {
            Some(rest) => (rest, true),
            None => (text.strip_prefix('+').unwrap_or(text), false),
        },
    };
    let text = text.trim_start_matches(['¥', '￥', '$']);
    let (whole, rest) = text.split_once(['.', 'e', 'E']).map_or((text, ""), |(whole, _)| (whole, &text[whole.len()..]));
    let plain = ungrouped(whole)?;
    if plain.len() > 20 || rest.len() > 20 || text.is_empty() {
        return None;
    }
    let written = format!("{plain}{rest}");
    let is_scientific = rest.contains(['e', 'E']);
    let is_plain = |sign: char| sign.is_ascii_digit() || sign == '.';
    let number: Decimal = match is_scientific {
        true => Decimal::from_scientific(&written).ok()?,
        false if written.chars().all(is_plain) => written.parse().ok()?,
        false => return None,
    };
    Some(if is_negative { -number } else { number }.normalize())
}

/// The digits of a whole number; separators stand where thousands end, or ten thousands.
fn ungrouped(text: &str) -> Option<String> {
    let mut groups = text.split([',', '\'', '，']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let size = rest.first().map_or(3, |group| group.len());
    let is_fine = is_digits(first)
        && !first.is_empty()
        && rest.iter().all(|group| is_digits(group) && group.len() == size && matches!(size, 3 | 4))
        && (rest.is_empty() || first.len() <= size);
    is_fine.then(|| std::iter::once(first).chain(rest).collect())
}

/// 单位 In which amounts are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 元
    Yuan,
    /// 千元
    Thousand,
    /// 万元
    Wan,
    /// 百万元
    Million,
    /// 亿元
    Yi,
}

impl Unit {
    /// The longer words first, because 元 ends all of them.
    const WORDS: [(&'static str, Self); 7] = [
        ("百万元", Self::Million),
        ("亿元", Self::Yi),
        ("万元", Self::Wan),
        ("千元", Self::Thousand),
        ("仟元", Self::Thousand),
        ("元", Self::Yuan),
        ("圆", Self::Yuan),
    ];

    /// 名称
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yuan => "元",
            Self::Thousand => "千元",
            Self::Wan => "万元",
            Self::Million => "百万元",
            Self::Yi => "亿元",
        }
    }

    const fn yuan(self) -> i64 {
        match self {
            Self::Yuan => 1,
            Self::Thousand => 1_000,
            Self::Wan => 10_000,
            Self::Million => 1_000_000,
            Self::Yi => 100_000_000,
        }
    }

    /// The number in 元.
    pub fn in_yuan(self, number: Decimal) -> Option<Decimal> {
        number.checked_mul(Decimal::from(self.yuan()))
    }

    /// The number in 万元 to the last 百元 that the form takes, and whether it was rounded.
    pub fn in_wan(self, number: Decimal) -> Option<(Wan, bool)> {
        let exact = self.in_yuan(number)?.checked_div(Decimal::from(10_000))?;
        let rounded = exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        Some((Wan::from_decimal(rounded).ok()?, rounded != exact))
    }

    fn leading(text: &str) -> Option<Self> {
        let text = text.trim_start_matches(['(', ':', ' ']);
        let text = ["人民币", "RMB", "为"].iter().fold(text, |text, word| text.strip_prefix(word).unwrap_or(text));
        let text = text.trim_start_matches(['(', ' ']);
        Self::WORDS.iter().find(|(word, _)| text.starts_with(word)).map(|(_, unit)| *unit)
    }

    /// 单位 The one that a text names: `单位：万元`, `金额单位：人民币元（列至角分）`, `资产总计（千元）`. 编制单位 and its like
    /// name no unit.
    pub fn named(text: &str) -> Option<Self> {
        let text: String = folded(text).chars().filter(|sign| *sign != ' ').collect();
        for (at, word) in text.match_indices("单位") {
            let before = &text[..at];
            let is_office = ["编制", "填报", "申报", "报送", "核算", "会计", "本", "所属"];
            if is_office.iter().any(|word| before.ends_with(word)) {
                continue;
            }
            if let Some(unit) = Self::leading(&text[at + word.len()..]) {
                return Some(unit);
            }
        }
        let mut inside = text.match_indices('(').filter_map(|(at, _)| {
            let inner = text[at + 1..].split(')').next()?;
            let unit = Self::leading(inner)?;
            // Nothing but the unit: （万元）, （人民币元）.
            inner.ends_with(unit.word()).then_some(unit)
        });
        inside.next_back()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, value) in [
            ("1,234,567.89", "1234567.89"),
            (" １，２３４．５ ", "1234.5"),
            ("(1,234.50)", "-1234.5"),
            ("（12）", "-12"),
            ("-3.10", "-3.1"),
            ("－3", "-3"),
            ("12-", "-12"),
            ("¥ 5,000元", "5000"),
            ("1.5E+7", "15000000"),
            ("12,3456", "123456"),
            ("0.00", "0"),
        ] {
            assert_eq!(number(text).map(|number| number.to_string()).as_deref(), Some(value), "{text}");
        }
        for text in ["", "-", "——", "资产", "1,23", "1,234,56", "1.2.3", "12a", "()", "1,2,3", "9999999999999999999999"]
        {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn the_unit_is_the_one_that_is_named() {
        for (text, unit) in [
            ("单位：元", Some(Unit::Yuan)),
            ("单位: 人民币万元", Some(Unit::Wan)),
            ("金额单位：人民币元（列至角分）", Some(Unit::Yuan)),
            ("编制单位：西安万元商贸有限公司   单位：千元", Some(Unit::Thousand)),
            ("编制单位：万元公司", None),
            ("单位（万元）", Some(Unit::Wan)),
            ("资产总计（万元）", Some(Unit::Wan)),
            ("单位：百万元 币种：人民币", Some(Unit::Million)),
            ("净利润（净亏损以“-”号填列）", None),
            ("单位名称：某公司", None),
        ] {
            assert_eq!(Unit::named(text), unit, "{text}");
        }
    }

    #[test]
    fn amounts_keep_their_worth() {
        let wan = |unit: Unit, text: &str| unit.in_wan(text.parse().expect("a number"));
        assert_eq!(wan(Unit::Yuan, "5600000"), Some((Wan::from_fen(560_000_000), false)));
        assert_eq!(wan(Unit::Yuan, "1234567.89"), Some((Wan::from_fen(123_460_000), true)));
        assert_eq!(wan(Unit::Thousand, "-5600"), Some((Wan::from_fen(-560_000_000), false)));
        assert_eq!(wan(Unit::Yi, "79228162514264337593543950335"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in any::<String>()) {
            let _ = (number(&text), Unit::named(&text));
        }

        #[test]
        fn written_numbers_come_back(cents in -1_000_000_000_000i64..1_000_000_000_000) {
            let value = Decimal::new(cents, 2);
            let whole = value.abs().trunc().to_string();
            let grouped: Vec<String> = whole.as_bytes().rchunks(3).rev()
                .map(|group| String::from_utf8_lossy(group).into_owned()).collect();
            let text = format!("{}.{:02}", grouped.join(","), (cents % 100).abs());
            let text = if cents < 0 { format!("（{text}）") } else { text };
            prop_assert_eq!(number(&text), Some(value.normalize()));
        }
    }
}
