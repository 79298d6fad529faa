//! 分词 Chinese words by jieba, which also learns the names of regions and organisation forms,
//! because they carry little of an enterprise's name and are weighed less than its brand; and the terms of
//! industries (GB/T 4754) and of violations, because their parts say something else.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use jieba_rs::Jieba;
use rules::{industry, region, violation};

use crate::sound;

/// 组织形式 Words that say what an entity is, not which one.
const FORMS: &[&str] = &[
    "有限责任公司",
    "股份有限公司",
    "有限公司",
    "股份公司",
    "分公司",
    "公司",
    "集团",
    "有限",
    "责任",
    "股份",
    "企业",
    "农民专业合作社",
    "专业合作社",
    "合作社",
    "联合社",
    "有限合伙",
    "普通合伙",
    "合伙企业",
    "合伙",
    "个人独资企业",
    "个人独资",
    "独资",
    "个体工商户",
    "个体户",
    "工商户",
    "个体",
    "经营部",
    "服务部",
    "门市部",
    "工作室",
    "商店",
    "商行",
    "分店",
    "代表处",
];

/// 行业词 Words inside organisation forms that are trades as well, as in 会计服务.
const TRADES: &[&str] = &["服务"];

/// 行政区划后缀 Endings that people leave out, longest first.
const REGION_ENDINGS: &[&str] =
    &["特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "林区", "省", "市", "区", "县", "旗", "盟"];

/// 虚词 Characters that hold a sentence together and find nothing.
const PARTICLES: &str = "的了和与及或等在对于被把将是之其为以从由向";

/// 专业用语 Characters of a term that is one word: shorter ones are words of the language, longer ones are sentences.
const TERM: std::ops::RangeInclusive<usize> = 4..=12;

/// 用语 What a term was before it was one word.
struct Term {
    /// The words that it was cut into, and those inside them: a text that holds it is also found by them.
    fine: Vec<&'static str>,
    /// 又作 Words all of which say the same together: those that it was cut into, and other ways to write it.
    others: Vec<Vec<&'static str>>,
}

struct Dictionary {
    jieba: Jieba,
    terms: HashMap<&'static str, Term>,
    forms: HashSet<&'static str>,
    /// Words inside organisation forms: 经营 in 经营部.
    parts_of_forms: HashSet<&'static str>,
    regions: HashSet<&'static str>,
}

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| {
    let mut jieba = Jieba::new();
    let forms = FORMS.iter().copied().collect();
    let parts_of_forms = FORMS
        .iter()
        .flat_map(|form| jieba.cut_for_search(form, false))
        .map(|token| token.word)
        .filter(|word| !TRADES.contains(word))
        .collect();
    let regions: HashSet<_> = region::all().iter().flat_map(|region| [region.name, stem(region.name)]).collect();
    let mut learned: Vec<_> = regions.iter().chain(&forms).copied().collect();
    learned.sort_unstable();
    for word in learned {
        if !jieba.has_word(word) {
            jieba.add_word(word, None, None);
        }
    }
    let also: HashMap<_, _> = violation::terms().iter().map(|term| (term.term, term.also)).collect();
    let terms: HashMap<_, _> =
        terms().map(|term| (term, Term::new(&jieba, term, also.get(term).copied().unwrap_or_default()))).collect();
    let mut learned: Vec<_> = terms.keys().copied().collect();
    learned.sort_unstable();
    for term in learned {
        if !jieba.has_word(term) {
            jieba.add_word(term, None, None);
        }
    }
    Dictionary { jieba, terms, forms, parts_of_forms, regions }
});

/// 专业用语 The terms of the reference tables that are written without marks and are no words of two or three
/// characters. Residual classes (其他…) are called so by nobody.
fn terms() -> impl Iterator<Item = &'static str> {
    let industries = industry::all().iter().map(|industry| industry.name).filter(|name| !name.starts_with("其他"));
    let violations = violation::terms().iter().map(|term| term.term);
    let terms = industries.chain(violations).chain(violation::grounds());
    terms.filter(|term| TERM.contains(&term.chars().count()) && term.chars().all(char::is_alphanumeric))
}

impl Term {
    /// As the dictionary without terms cuts it.
    fn new(jieba: &Jieba, term: &'static str, also: &'static str) -> Self {
        let fine = jieba.cut_for_search(term, false).into_iter().map(|token| token.word);
        let parts = jieba.cut(term, false).into_iter().map(|token| token.word).filter(|word| !is_small(word));
        let also: Vec<_> = also.split(' ').filter(|word| !word.is_empty()).collect();
        let mut others = vec![parts.collect(), also];
        others.retain(|words| !words.is_empty());
        Self { fine: fine.filter(|word| *word != term).collect(), others }
    }
}

/// Whether a word is a particle.
fn is_small(word: &str) -> bool {
    let mut characters = word.chars();
    characters.next().is_some_and(is_particle) && characters.next().is_none()
}

/// The name of a region as people say it: `雁塔` for `雁塔区`, but `佳县` stays.
fn stem(name: &'static str) -> &'static str {
    let short = REGION_ENDINGS.iter().find_map(|ending| name.strip_suffix(ending));
    short.filter(|short| short.chars().count() >= 2).unwrap_or(name)
}

/// Loads the dictionary now, so that no question waits for it.
pub fn load() {
    LazyLock::force(&DICTIONARY);
    sound::load();
}

/// The words of folded text, each once.
pub fn cut(folded: &str) -> Vec<&str> {
    DICTIONARY.jieba.cut(folded, false).into_iter().map(|token| token.word).collect()
}

/// The words of folded text together with the shorter words inside them.
pub fn cut_finely(folded: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for token in DICTIONARY.jieba.cut_for_search(folded, false) {
        words.push(token.word);
        if let Some(term) = DICTIONARY.terms.get(token.word) {
            let known = |word: &&str| token.word.contains(*word) && !words.contains(word);
            words.extend(term.fine.iter().copied().filter(known).collect::<Vec<_>>());
        }
    }
    words.retain(|word| word.chars().any(char::is_alphanumeric));
    words
}

/// 又作 The words all of which say together what a term says: none for a word that is no term.
pub fn others(word: &str) -> &'static [Vec<&'static str>] {
    DICTIONARY.terms.get(word).map(|term| term.others.as_slice()).unwrap_or_default()
}

/// Whether a word is an organisation form.
pub fn is_form(word: &str) -> bool {
    DICTIONARY.forms.contains(word)
}

/// Whether a word stands in organisation forms, where it says no more than they do: 经营 in 经营部.
pub fn is_part_of_form(word: &str) -> bool {
    DICTIONARY.parts_of_forms.contains(word)
}

/// Whether a word names a region.
pub fn is_region(word: &str) -> bool {
    DICTIONARY.regions.contains(word)
}

/// Whether a character finds nothing on its own.
pub fn is_particle(character: char) -> bool {
    PARTICLES.contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_and_forms_are_words() {
        assert_eq!(cut("旬邑县心泰春有限责任公司"), ["旬邑县", "心", "泰", "春", "有限责任公司"]);
        let fine = cut_finely("陕西省西安市雁塔区");
        for word in ["陕西省", "西安市", "西安", "雁塔区", "雁塔"] {
            assert!(fine.contains(&word), "{word} in {fine:?}");
        }
        assert!(is_region("雁塔") && is_region("佳县") && !is_region("佳"));
        assert!(is_form("有限公司") && !is_form("诚邦"));
        assert!(is_part_of_form("经营") && !is_part_of_form("服务") && !is_part_of_form("商贸"));
    }

    #[test]
    fn terms_of_industries_and_violations_are_words() {
        for term in ["虚假宣传", "无证经营", "软件和信息技术服务业", "侵害消费者权益", "批发和零售业", "哄抬价格"]
        {
            let sentence = format!("当事人{term}受到处罚");
            assert!(cut(&sentence).contains(&term), "{:?}", cut(&sentence));
        }
        let fine = cut_finely("软件和信息技术服务业");
        for word in ["软件和信息技术服务业", "软件", "信息技术", "服务业"] {
            assert!(fine.contains(&word), "{word} in {fine:?}");
        }
        assert_eq!(others("无证经营"), [vec!["无证", "经营"], vec!["未依法取得许可", "经营"]]);
        assert!(others("诚邦").is_empty());
        // A term does not take the brand before it or the form behind it.
        assert_eq!(cut("西安诚邦软件开发有限公司"), ["西安", "诚", "邦", "软件开发", "有限公司"]);
    }
}
