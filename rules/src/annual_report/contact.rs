//! 联系方式 Telephone numbers, postcodes, mailboxes, web addresses, postal addresses: whether one
//! can be right, and what is missing. Segments and prefixes are data (`contact.toml`, `places.csv`).

use std::sync::LazyLock;

use serde::Deserialize;

use crate::region::{self, RegionCode, RegionLevel};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contact {
    mobile_segments: Vec<u32>,
    mail_domains: Vec<String>,
    platforms: Vec<String>,
}

static CONTACT: LazyLock<Contact> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/annual_report/contact.toml")).expect("the embedded table is well-formed")
});

/// Prefixes of postcodes and area codes of a province.
struct Place {
    province: RegionCode,
    postcodes: Vec<&'static str>,
    area_codes: Vec<&'static str>,
}

static PLACES: LazyLock<Vec<Place>> =
    LazyLock::new(|| include_str!("../../data/annual_report/places.csv").lines().filter_map(place).collect());

fn place(line: &'static str) -> Option<Place> {
    let mut cells = line.split(',');
    let province = cells.next()?.parse().ok()?;
    let mut prefixes = || Some(cells.next()?.split(' ').collect());
    Some(Place { province, postcodes: prefixes()?, area_codes: prefixes()? })
}

fn place_of(region: &str) -> Option<&'static Place> {
    let province = region.parse::<RegionCode>().ok()?.province();
    PLACES.iter().find(|place| place.province == province)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// 手机号码 What a number that begins like a mobile number lacks; `None` if nothing, or if it is
/// no mobile number.
pub(super) fn mobile_fault(number: &str) -> Option<String> {
    let is_mobile = number.starts_with('1') && is_digits(number);
    if !is_mobile {
        return None;
    }
    match number.len() {
        11 => {
            let segment = &number[..3];
            let is_known = segment.parse().is_ok_and(|segment| CONTACT.mobile_segments.contains(&segment));
            (!is_known).then(|| format!("前三位{segment}不是已启用的手机号段"))
        }
        short @ ..11 => Some(format!("手机号码应为11位，现为{short}位，缺少{}位", 11 - short)),
        long => Some(format!("手机号码应为11位，现为{long}位，多出{}位", long - 11)),
    }
}

/// 固定电话 What a number that is no mobile number lacks.
pub(super) fn landline_fault(number: &str) -> Option<String> {
    if number.starts_with('1') && is_digits(number) {
        return None;
    }
    let plain: String = number.chars().filter(|c| *c != '-').collect();
    if !is_digits(&plain) {
        return Some("电话号码只能由半角数字和连字符“-”组成".to_owned());
    }
    if plain.starts_with("400") || plain.starts_with("800") {
        return (plain.len() != 10).then(|| format!("400、800号码应为10位，现为{}位", plain.len()));
    }
    let Some((area, local)) = split_landline(number, &plain) else {
        return Some("固定电话应以区号开头，例如“029-87654321”".to_owned());
    };
    let is_known = PLACES.iter().flat_map(|place| &place.area_codes).any(|prefix| area.starts_with(prefix));
    if !is_known {
        return Some(format!("“{area}”不是现有的长途区号"));
    }
    match local {
        7 | 8 => None,
        short @ ..7 => Some(format!("区号后的号码应为7位或8位，现为{short}位，至少缺少{}位", 7 - short)),
        long => Some(format!("区号后的号码应为7位或8位，现为{long}位，至少多出{}位", long - 8)),
    }
}

/// Area code, and digits of the local number without an extension.
fn split_landline<'a>(number: &'a str, plain: &'a str) -> Option<(&'a str, usize)> {
    if !number.starts_with('0') {
        return None;
    }
    let mut parts = number.split('-');
    match (parts.next()?, parts.next()) {
        (area, Some(local)) if matches!(area.len(), 3 | 4) => Some((area, local.len())),
        _ => {
            let is_short = plain.starts_with("010") || plain.starts_with("02");
            let length = if is_short { 3 } else { 4 };
            plain.split_at_checked(length).map(|(area, local)| (area, local.len()))
        }
    }
}

/// Whether a landline's area code belongs to another province than the region.
pub(super) fn is_area_code_elsewhere(number: &str, region: &str) -> bool {
    let plain: String = number.chars().filter(char::is_ascii_digit).collect();
    let here = |place: &Place| place.area_codes.iter().any(|prefix| plain.starts_with(prefix));
    plain.starts_with('0') && PLACES.iter().any(here) && place_of(region).is_some_and(|place| !here(place))
}

/// 邮政编码 Six digits.
pub(super) fn is_postcode(text: &str) -> bool {
    text.len() == 6 && is_digits(text)
}

/// Whether a postcode belongs to another province than the region.
pub(super) fn is_postcode_elsewhere(postcode: &str, region: &str) -> bool {
    let here = |place: &Place| place.postcodes.iter().any(|prefix| postcode.starts_with(prefix));
    is_postcode(postcode) && place_of(region).is_some_and(|place| !here(place))
}

/// 电子邮箱 The usual form `name@domain`; exotic quoting is not accepted.
pub(super) fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    let is_name = (1..=64).contains(&name.len()) && name.chars().all(may_stand);
    is_name && !name.starts_with('.') && !name.ends_with('.') && !name.contains("..") && is_domain(domain)
}

/// Labels of letters and digits with a point between, the last one without digits.
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_top = |label: &str| label.chars().count() >= 2 && label.chars().all(char::is_alphabetic);
    text.contains('.') && text.split('.').all(is_label) && text.rsplit('.').next().is_some_and(is_top)
}

/// The common mail domain that was most likely meant, if the domain is one slip away from it.
pub(super) fn domain_meant(email: &str) -> Option<&'static str> {
    let domain = email.rsplit_once('@')?.1.to_ascii_lowercase();
    let domains = &CONTACT.mail_domains;
    if domains.contains(&domain) {
        return None;
    }
    domains.iter().map(String::as_str).find(|known| is_one_slip(&domain, known))
}

/// Whether one character was dropped, added, mistaken or swapped with its neighbour.
fn is_one_slip(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let same = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[same..], &right[same..]);
    match (left, right) {
        ([_, a @ ..], [_, b @ ..]) if a == b => true,
        ([_, a @ ..], b) if a == b => true,
        (a, [_, b @ ..]) if a == b => true,
        ([a0, a1, a @ ..], [b0, b1, b @ ..]) => (a0, a1, a) == (b1, b0, b),
        _ => false,
    }
}

/// Host and path of a web address.
fn host_and_path(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    (host.split_once(':').map_or(host, |(host, _)| host), path)
}

/// 网址 With or without `http://`.
pub(super) fn is_url(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    let is_web = scheme.is_none_or(|scheme| scheme == "http" || scheme == "https");
    is_web && !text.contains(char::is_whitespace) && is_domain(host_and_path(text).0)
}

/// 平台首页 Whether the address is the front page of a platform, which is nobody's shop.
pub(super) fn is_platform_front(url: &str) -> bool {
    let url = url.to_ascii_lowercase();
    let (host, path) = host_and_path(&url);
    let host = host.strip_prefix("www.").or_else(|| host.strip_prefix("m.")).unwrap_or(host);
    CONTACT.platforms.iter().any(|platform| platform == host) && matches!(path, "" | "/" | "/index.html")
}

/// 通信地址 What an address lacks to be found.
pub(super) fn address_fault(address: &str) -> Option<String> {
    let length = address.chars().count();
    if length < 8 {
        return Some(format!("只有{length}个字"));
    }
    let has = |markers: &str| address.contains(|c| markers.contains(c));
    match (has("路街道巷弄村乡镇园寨屯"), has("号幢栋楼层室组座排") || address.contains(|c: char| c.is_ascii_digit()))
    {
        (true, true) => None,
        (false, _) => Some("没有写明路、街、巷或者村".to_owned()),
        (true, false) => Some("没有写明门牌号、楼幢或者村组".to_owned()),
    }
}

/// The province or prefecture that an address names, if the region does not lie in it.
pub(super) fn named_elsewhere(address: &str, region: &str) -> Option<&'static str> {
    let region: RegionCode = region.parse().ok()?;
    let provinces = region::children(None);
    let named = provinces.iter().find_map(|province| Some((province, after(address, province.name)?)));
    let rest = match named {
        Some((province, _)) if province.code != region.province() => return Some(&province.full_name),
        Some((_, rest)) => rest,
        None => address,
    };
    let prefectures = region::all().iter().filter(|place| place.level == RegionLevel::Prefecture);
    let named = prefectures.into_iter().find(|place| rest.starts_with(place.name))?;
    (!named.code.contains(region)).then_some(&named.full_name)
}

/// What follows the province's full or short name at the beginning of an address.
fn after<'a>(address: &'a str, province: &str) -> Option<&'a str> {
    const SUFFIXES: [&str; 7] = ["维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市"];
    let short = SUFFIXES.iter().find_map(|suffix| province.strip_suffix(suffix)).unwrap_or(province);
    address.strip_prefix(province).or_else(|| address.strip_prefix(short).filter(|rest| !rest.starts_with('路')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn mobile_numbers_say_what_is_missing() {
        assert_eq!(mobile_fault("13912345678"), None);
        assert_eq!(mobile_fault("029-87654321"), None);
        assert!(mobile_fault("1391234567").is_some_and(|fault| fault.contains("缺少1位")));
        assert!(mobile_fault("139123456789").is_some_and(|fault| fault.contains("多出1位")));
        assert!(mobile_fault("12012345678").is_some_and(|fault| fault.contains("120")));
    }

    #[test]
    fn landlines_need_an_area_code_that_exists() {
        for number in [
            "029-87654321",
            "02987654321",
            "0912-3456789",
            "09123456789",
            "010-12345678-801",
            "400-123-4567",
            "4001234567",
        ] {
            assert_eq!(landline_fault(number), None, "{number}");
        }
        assert!(landline_fault("87654321").is_some_and(|fault| fault.contains("区号开头")));
        assert!(landline_fault("0999-1234567").is_none() && landline_fault("0800-1234567").is_some());
        assert!(landline_fault("029-876543").is_some_and(|fault| fault.contains("缺少1位")));
        assert!(landline_fault("029-876543210").is_some_and(|fault| fault.contains("多出1位")));
        assert!(landline_fault("029-8765432a").is_some_and(|fault| fault.contains("半角数字")));
        assert!(landline_fault("").is_some() && landline_fault("0").is_some() && landline_fault("0-").is_some());
    }

    #[test]
    fn numbers_belong_to_provinces() {
        assert!(!is_area_code_elsewhere("029-87654321", "610327"));
        assert!(is_area_code_elsewhere("021-87654321", "610327"));
        assert!(!is_area_code_elsewhere("13912345678", "610327"));
        assert!(!is_postcode_elsewhere("710065", "610113") && is_postcode_elsewhere("200000", "610113"));
        assert!(!is_postcode_elsewhere("71006", "610113") && !is_postcode_elsewhere("200000", "710000"));
    }

    #[test]
    fn every_province_of_the_mainland_has_its_prefixes() {
        let provinces = region::children(None);
        let mainland = provinces.iter().filter(|province| province.code.get() < 700_000);
        assert!(mainland.clone().all(|province| PLACES.iter().any(|place| place.province == province.code)));
        assert_eq!(mainland.count(), PLACES.len());
    }

    #[test]
    fn mailboxes_have_a_name_and_a_domain() {
        for email in ["a@qq.com", "li.ming+1@mail.example.com.cn", "12345@163.com"] {
            assert!(is_email(email), "{email}");
        }
        for email in
            ["", "a", "@qq.com", "a@", "a@qq", "a@qq.", "a@.com", "a b@qq.com", "a@@qq.com", "a..b@qq.com", "a@qq.c1"]
        {
            assert!(!is_email(email), "{email}");
        }
    }

    #[test]
    fn slips_in_common_domains_are_seen() {
        for (email, meant) in [
            ("a@qq.con", "qq.com"),
            ("a@163.cmo", "163.com"),
            ("a@gmial.com", "gmail.com"),
            ("a@foxmal.com", "foxmail.com"),
            ("a@QQ.COMM", "qq.com"),
        ] {
            assert_eq!(domain_meant(email), Some(meant), "{email}");
        }
        for email in ["a@qq.com", "a@QQ.com", "a@example.com.cn", "a"] {
            assert_eq!(domain_meant(email), None, "{email}");
        }
    }

    #[test]
    fn web_addresses_and_front_pages() {
        for url in ["www.example.cn", "https://shop.example.com:8443/a?b=c", "例子.中国"] {
            assert!(is_url(url), "{url}");
        }
        for url in ["", "example", "ftp://example.cn", "http://", "www.example .cn", "无"] {
            assert!(!is_url(url), "{url}");
        }
        assert!(is_platform_front("https://www.taobao.com/") && is_platform_front("JD.com"));
        assert!(
            !is_platform_front("https://shop123.taobao.com") && !is_platform_front("https://www.taobao.com/shop/1")
        );
    }

    #[test]
    fn addresses_can_be_found() {
        assert_eq!(address_fault("陕西省西安市雁塔区科技路1号"), None);
        assert_eq!(address_fault("陕西省汉中市佛坪县石墩河镇三组"), None);
        assert!(address_fault("西安市").is_some_and(|fault| fault.contains("3个字")));
        assert!(
            address_fault("陕西省西安市雁塔区大厦").is_some() && address_fault("陕西省西安市雁塔区科技路").is_some()
        );
    }

    #[test]
    fn addresses_name_their_region() {
        for address in
            ["陕西省西安市雁塔区科技路1号", "西安市雁塔区科技路1号", "科技路1号", "陕西西安市科技路", "上海路1号"]
        {
            assert_eq!(named_elsewhere(address, "610113"), None, "{address}");
        }
        assert_eq!(named_elsewhere("四川省成都市武侯区一环路1号", "610113"), Some("四川省"));
        assert_eq!(named_elsewhere("陕西省宝鸡市金台区一路1号", "610113"), Some("陕西省宝鸡市"));
        assert_eq!(named_elsewhere("宝鸡市金台区一路1号", "610113"), Some("陕西省宝鸡市"));
    }

    proptest! {
        #[test]
        fn any_text_is_judged_without_panic(text in "\\PC{0,24}", region in "[0-9]{0,7}") {
            let _ = (mobile_fault(&text), landline_fault(&text), is_email(&text), domain_meant(&text), is_url(&text));
            let _ = (is_platform_front(&text), address_fault(&text), named_elsewhere(&text, &region));
            let _ = (is_area_code_elsewhere(&text, &region), is_postcode_elsewhere(&text, &region));
        }

        #[test]
        fn dashes_and_digits_are_judged_without_panic(text in "[0-9-]{0,24}") {
            let _ = (mobile_fault(&text), landline_fault(&text));
        }
    }
}
