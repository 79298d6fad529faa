//! 旧系统用语 What offices wrote in the old systems, mapped to the vocabulary of the register.
//!
//! The words stand in `data/legacy_words.toml`, so that an office can add one without touching
//! code. A word that is not there is `None`: an importer reports it, nothing is guessed.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::vocabulary::{
    AbnormalGround, EnterpriseKind, EnterpriseStatus, InspectionKind, InspectionResult, RemovalGround,
};

/// Code → words, as the file has them.
type WordsByCode = HashMap<String, Vec<String>>;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    status: WordsByCode,
    kind: WordsByCode,
    inspection_kind: WordsByCode,
    inspection_result: WordsByCode,
    abnormal_ground: WordsByCode,
    removal_ground: WordsByCode,
}

struct Words {
    status: HashMap<String, EnterpriseStatus>,
    kind: HashMap<String, EnterpriseKind>,
    inspection_kind: HashMap<String, InspectionKind>,
    inspection_result: HashMap<String, InspectionResult>,
    abnormal_ground: HashMap<String, AbnormalGround>,
    removal_ground: HashMap<String, RemovalGround>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| words(&file()));

fn file() -> File {
    // The file is compiled in, so its form is a matter of the tests, not of the running system.
    toml::from_str(include_str!("../data/legacy_words.toml")).expect("data/legacy_words.toml is well formed")
}

fn words(file: &File) -> Words {
    macro_rules! by_word {
        ($section:ident, $vocabulary:ty) => {
            by_word(&file.$section, <$vocabulary>::ALL.iter().map(|value| (*value, value.code(), value.term())))
        };
    }
    Words {
        status: by_word!(status, EnterpriseStatus),
        kind: by_word!(kind, EnterpriseKind),
        inspection_kind: by_word!(inspection_kind, InspectionKind),
        inspection_result: by_word!(inspection_result, InspectionResult),
        abnormal_ground: by_word!(abnormal_ground, AbnormalGround),
        removal_ground: by_word!(removal_ground, RemovalGround),
    }
}

/// Every listed word, and the code and the term of every value, to the value.
fn by_word<T: Copy>(
    words: &WordsByCode,
    values: impl Iterator<Item = (T, &'static str, &'static str)>,
) -> HashMap<String, T> {
    let mut found = HashMap::new();
    for (value, code, term) in values {
        let listed = words.get(code).into_iter().flatten().map(String::as_str);
        found.extend(listed.chain([code, term]).map(|word| (normal(word), value)));
    }
    found
}

/// The word as it is kept in the register: as the office wrote it, but without the spaces and line
/// breaks that do not count when it is looked up.
pub fn spelled(word: &str) -> String {
    if word.contains(char::is_whitespace) { word.split_whitespace().collect() } else { word.to_owned() }
}

/// One spelling for all: no spaces, and full-width brackets, commas and quotation of titles.
fn normal(word: &str) -> String {
    let spelled = word.chars().filter(|c| !c.is_whitespace()).map(|c| match c {
        '(' | '﹙' => '（',
        ')' | '﹚' => '）',
        ',' | '﹐' => '，',
        '〈' => '《',
        '〉' => '》',
        other => other,
    });
    spelled.collect()
}

/// 登记状态 Registration status of a word of the old systems.
pub fn status(word: &str) -> Option<EnterpriseStatus> {
    WORDS.status.get(&normal(word)).copied()
}

/// 经营主体类型 Kind of entity of a word of the old systems.
pub fn kind(word: &str) -> Option<EnterpriseKind> {
    WORDS.kind.get(&normal(word)).copied()
}

/// 检查类型 Kind of inspection of a word of the old systems.
pub fn inspection_kind(word: &str) -> Option<InspectionKind> {
    WORDS.inspection_kind.get(&normal(word)).copied()
}

/// 检查结果 Result of an inspection of a word of the old systems.
pub fn inspection_result(word: &str) -> Option<InspectionResult> {
    WORDS.inspection_result.get(&normal(word)).copied()
}

/// 列入经营异常名录原因 Ground of an abnormal listing of a word of the old systems.
pub fn abnormal_ground(word: &str) -> Option<AbnormalGround> {
    WORDS.abnormal_ground.get(&normal(word)).copied()
}

/// 移出经营异常名录原因 Ground of a removal of a word of the old systems.
pub fn removal_ground(word: &str) -> Option<RemovalGround> {
    WORDS.removal_ground.get(&normal(word)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks one section: known codes only, every value listed, no word under two values.
    fn check(words: &WordsByCode, codes: &[&str], mapped: usize, terms: &[&str]) {
        for code in words.keys() {
            assert!(codes.contains(&code.as_str()), "{code} is not in the vocabulary");
        }
        let mut spelled: Vec<String> = Vec::new();
        for code in codes {
            let mut of_code: Vec<String> = words.get(*code).expect(code).iter().map(|w| normal(w)).collect();
            let listed = of_code.len();
            of_code.sort();
            of_code.dedup();
            assert_eq!(of_code.len(), listed, "{code} lists a word twice");
            spelled.extend(of_code);
        }
        let own = codes.iter().chain(terms).map(|word| normal(word)).filter(|word| !spelled.contains(word));
        assert_eq!(own.count() + spelled.len(), mapped, "a word stands under two codes");
    }

    #[test]
    fn the_file_and_the_vocabulary_agree() {
        let file = file();
        macro_rules! check_section {
            ($section:ident, $vocabulary:ty) => {
                let codes: Vec<_> = <$vocabulary>::ALL.iter().map(|value| value.code()).collect();
                let terms: Vec<_> = <$vocabulary>::ALL.iter().map(|value| value.term()).collect();
                check(&file.$section, &codes, WORDS.$section.len(), &terms);
            };
        }
        check_section!(status, EnterpriseStatus);
        check_section!(kind, EnterpriseKind);
        check_section!(inspection_kind, InspectionKind);
        check_section!(inspection_result, InspectionResult);
        check_section!(abnormal_ground, AbnormalGround);
        check_section!(removal_ground, RemovalGround);
    }

    #[test]
    fn statuses_of_the_old_system_are_known() {
        for (word, expected) in [
            ("存续", EnterpriseStatus::Active),
            ("在业", EnterpriseStatus::Operating),
            ("停业", EnterpriseStatus::Suspended),
            ("清算", EnterpriseStatus::Liquidating),
            ("迁出", EnterpriseStatus::MovedOut),
            ("吊销未注销", EnterpriseStatus::Revoked),
            ("吊销，未注销", EnterpriseStatus::Revoked),
            ("吊销已注销", EnterpriseStatus::RevokedDeregistered),
            ("注销", EnterpriseStatus::Deregistered),
            ("ACTIVE", EnterpriseStatus::Active),
        ] {
            assert_eq!(status(word), Some(expected), "{word}");
        }
    }

    #[test]
    fn kinds_of_the_old_system_are_known() {
        for (word, expected) in [
            ("有限责任公司（自然人投资或控股）", EnterpriseKind::LimitedCompany),
            ("有限责任公司(自然人投资或控股)", EnterpriseKind::LimitedCompany),
            ("有限责任公司（自然人独资）", EnterpriseKind::LimitedCompany),
            ("有限责任公司（国有控股）", EnterpriseKind::LimitedCompany),
            ("有限责任公司（法人独资）", EnterpriseKind::LimitedCompany),
            ("个体工商户", EnterpriseKind::IndividualHousehold),
            ("农民专业合作社", EnterpriseKind::FarmersCooperative),
            ("有限责任公司分公司", EnterpriseKind::Branch),
            ("股份有限公司（非上市）", EnterpriseKind::JointStockCompany),
            ("个人独资企业", EnterpriseKind::SoleProprietorship),
            ("有限合伙企业", EnterpriseKind::Partnership),
            ("特殊普通合伙企业", EnterpriseKind::Partnership),
            ("有限责任公司（外商投资、非独资）", EnterpriseKind::ForeignInvested),
            ("有限责任公司(港澳台法人独资)", EnterpriseKind::ForeignInvested),
            ("外商投资企业分公司", EnterpriseKind::Branch),
            ("外国（地区）企业常驻代表机构", EnterpriseKind::RepresentativeOffice),
            ("全民所有制", EnterpriseKind::StateOwned),
            ("股份合作制", EnterpriseKind::Collective),
            ("农民专业合作社分支机构", EnterpriseKind::Branch),
        ] {
            assert_eq!(kind(word), Some(expected), "{word}");
        }
    }

    #[test]
    fn a_known_kind_fits_its_column_however_it_is_spaced() {
        let spaced = format!(" 有限{}责任\n公司\t(法人独资)", " ".repeat(80));
        assert!(kind(&spaced).is_some());
        assert_eq!(spelled(&spaced), "有限责任公司(法人独资)");
        assert!(WORDS.kind.keys().all(|word| word.chars().count() <= 64 && !word.contains(char::is_control)));
    }

    #[test]
    fn inspections_of_the_old_system_are_known() {
        for word in ["双随机抽查", "日常监督检查", "专项检查", "投诉举报核查", "飞行检查"] {
            assert_eq!(inspection_kind(word).map(InspectionKind::term), Some(word));
        }
        for word in [
            "未发现问题",
            "责令限期整改",
            "通过登记的住所（经营场所）无法联系",
            "发现问题已责令改正",
            "未发现本次抽查涉及的经营活动",
            "不配合检查情节严重",
        ] {
            assert_eq!(inspection_result(word).map(InspectionResult::term), Some(word));
        }
    }

    #[test]
    fn abnormal_listings_of_the_old_system_are_known() {
        for word in [
            "通过登记的住所或者经营场所无法联系",
            "未按照规定的期限公示年度报告",
            "公示企业信息隐瞒真实情况、弄虚作假",
            "未在责令的期限内公示有关企业信息",
        ] {
            assert_eq!(abnormal_ground(word).map(AbnormalGround::term), Some(word));
        }
        for word in [
            "补报未报年份的年度报告并公示",
            "依法办理住所或者经营场所变更登记",
            "提出通过登记的住所或者经营场所可以重新取得联系",
        ] {
            assert_eq!(removal_ground(word).map(RemovalGround::term), Some(word));
        }
    }

    #[test]
    fn spelling_is_forgiven_and_meaning_is_not_guessed() {
        assert_eq!(status(" 吊销, 未注销\u{3000}"), Some(EnterpriseStatus::Revoked));
        assert_eq!(kind("有限责任公司（自然人独资)"), Some(EnterpriseKind::LimitedCompany));
        for unknown in ["", "有限", "吊销或注销", "公司"] {
            assert_eq!((status(unknown), kind(unknown)), (None, None), "{unknown}");
        }
    }
}
