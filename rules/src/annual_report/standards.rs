//! 代码标准 Countries (ISO 3166-1), currencies (ISO 4217), numbers of registrations of foreign exchange, and
//! the share of capital in the total investment that the law demands.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::NaiveDate;

/// 国别 Two letters and the other ways to write them: three letters, Chinese name.
static COUNTRIES: LazyLock<Vec<[&'static str; 3]>> = LazyLock::new(|| {
    let rows = include_str!("../../data/countries.csv").lines().skip(1);
    rows.filter_map(|line| line.split(',').collect::<Vec<_>>().try_into().ok()).collect()
});

/// 币种 Three letters and Chinese name.
static CURRENCIES: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    include_str!("../../data/currencies.csv").lines().skip(1).filter_map(|line| line.split_once(',')).collect()
});

/// 国别（地区）代码 Whether ISO 3166-1 has these two letters.
pub(super) fn is_country(text: &str) -> bool {
    COUNTRIES.iter().any(|[code, ..]| *code == text)
}

/// The two letters of a country written as three letters, in small letters or by name.
pub(super) fn country_meant(text: &str) -> Option<&'static str> {
    let upper = text.trim().to_ascii_uppercase();
    let is_meant = |names: &&[&'static str; 3]| {
        names.contains(&upper.as_str())
            || names[2].strip_prefix("中国").is_some_and(|name| !name.is_empty() && name == upper)
    };
    COUNTRIES.iter().find(is_meant).map(|[code, ..]| *code).filter(|code| *code != text)
}

/// 币种代码 Whether ISO 4217 has these three letters.
pub(super) fn is_currency(text: &str) -> bool {
    CURRENCIES.contains_key(text)
}

/// 业务登记凭证编号 Twenty digits: kind of business (2), place (6), day (8), number of the day (4).
pub(super) fn is_exchange_registration(text: &str) -> bool {
    let is_digits = text.len() == 20 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits && NaiveDate::parse_from_str(&text[8..16], "%Y%m%d").is_ok()
}

/// Units of a currency in 分 (cents).
const TEN_THOUSAND: i64 = 1_000_000;

/// 注册资本下限 The least capital, in cents of US dollars, for a total investment in cents (关于中外合资经营企业
/// 注册资本与投资总额比例的暂行规定 art. 3): 7/10 up to 3 million, then 1/2, 2/5 and 1/3, never under what the
/// bracket below demands at its end.
pub(super) fn least_capital(total: i64) -> i64 {
    let million = 100 * TEN_THOUSAND;
    let share = |numerator: i64, denominator: i64| {
        i64::try_from(i128::from(total) * i128::from(numerator) / i128::from(denominator)).unwrap_or(i64::MAX)
    };
    if total <= 3 * million {
        share(7, 10)
    } else if total <= 10 * million {
        share(1, 2).max(210 * TEN_THOUSAND)
    } else if total <= 30 * million {
        share(2, 5).max(5 * million)
    } else {
        share(1, 3).max(12 * million)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_and_currencies_are_those_of_the_standards() {
        assert!(COUNTRIES.len() >= 249 && CURRENCIES.len() >= 150);
        assert!(
            is_country("SG") && is_country("HK") && !is_country("XX") && !is_country("sg") && !is_country("新加坡")
        );
        assert!(is_currency("USD") && is_currency("CNY") && !is_currency("RMB") && !is_currency("usd"));
    }

    #[test]
    fn a_country_is_known_by_its_other_names() {
        for (text, code) in
            [("新加坡", "SG"), ("SGP", "SG"), ("sg", "SG"), ("香港", "HK"), ("中国香港", "HK"), ("韩国", "KR")]
        {
            assert_eq!(country_meant(text), Some(code), "{text}");
        }
        assert_eq!((country_meant("SG"), country_meant("火星"), country_meant("")), (None, None, None));
    }

    #[test]
    fn registrations_of_foreign_exchange_hold_a_day() {
        assert!(is_exchange_registration("14610000201806150123"));
        for text in ["1461000020180615012", "14610000201813150123", "146100002018061501２3", "1461000020180615012A", ""]
        {
            assert!(!is_exchange_registration(text), "{text}");
        }
    }

    #[test]
    fn the_least_capital_follows_the_brackets() {
        let wan = |wan: i64| wan * TEN_THOUSAND;
        for (total, least) in [
            (300, 210),
            (301, 210),
            (420, 210),
            (1_000, 500),
            (1_001, 500),
            (1_250, 500),
            (3_000, 1_200),
            (3_001, 1_200),
            (3_600, 1_200),
            (6_000, 2_000),
        ] {
            assert_eq!(least_capital(wan(total)), wan(least), "{total}");
        }
        assert_eq!(least_capital(i64::MAX), i64::MAX / 3);
        assert!(least_capital(i64::MIN) < 0);
    }
}
