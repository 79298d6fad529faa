//! 识别 Takes a question apart: the name of a field, what is asked of it, and words that say nothing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rules::annual_report::{self, FilerKind};
use serde::Deserialize;

use super::{ANY_YEAR, Ask};
use crate::AssistantError;

const FILE: &str = "fields.toml";

/// Words before the name that say nothing.
const BEFORE: &[&str] = &[
    "请问一下",
    "请问",
    "你好",
    "您好",
    "我想问一下",
    "我想问",
    "想问一下",
    "问一下",
    "咨询一下",
    "麻烦问下",
    "年度报告里面的",
    "年度报告中的",
    "年度报告里的",
    "年度报告的",
    "年度报告里",
    "年度报告",
    "年报里面的",
    "年报里的",
    "年报中的",
    "年报的",
    "年报里",
    "年报中",
    "年报",
    "表格里的",
    "表里的",
    "表里",
    "这个",
    "那个",
    "我们",
    "填报",
];
/// Words around the name and what is asked that say nothing.
const BETWEEN: &[&str] = &[
    "这一栏目",
    "这一栏",
    "这一项",
    "这个字段",
    "这个栏目",
    "那一栏",
    "那一项",
    "这栏",
    "这项",
    "那栏",
    "那项",
    "一栏",
    "一项",
    "字段",
    "栏目",
    "项目",
    "这里",
    "那里",
    "里面",
    "里",
    "栏",
    "项",
    "的",
    "是",
    "到底",
    "究竟",
    "应该",
    "应当",
    "具体",
    "一般",
    "都",
    "要",
    "该",
    "得",
    "信息",
    "内容",
];
/// Words at the end that say nothing.
const AFTER: &[&str] = &["吗", "呢", "啊", "呀", "吧", "嘛", "的", "了", "才对"];

/// What is asked, in the words of those who ask.
const ASKS: &[(Ask, &[&str])] = &[
    (
        Ask::How,
        &[
            "怎么填写",
            "怎样填写",
            "如何填写",
            "怎么填报",
            "如何填报",
            "怎么填",
            "怎样填",
            "如何填",
            "咋填",
            "怎么写",
            "怎样写",
            "如何写",
            "咋写",
            "怎么选择",
            "怎么选",
            "如何选择",
            "如何选",
            "选什么",
            "选哪个",
            "怎么算",
            "如何计算",
            "填写什么",
            "填什么内容",
            "填什么",
            "写什么",
            "填啥",
            "写啥",
            "填哪个",
            "填多少",
            "填谁的",
            "写谁的",
            "指的是什么",
            "指什么",
            "什么意思",
            "啥意思",
            "是什么",
            "什么",
            "格式",
            "什么格式",
            "填写要求",
            "填写说明",
        ],
    ),
    (
        Ask::Required,
        &[
            "要不要填写",
            "要不要填",
            "需不需要填写",
            "需不需要填",
            "用不用填",
            "必须要填",
            "必须填写",
            "必须填",
            "必填项",
            "必填",
            "需要填写",
            "需要填",
            "可以不填写",
            "可以不填",
            "能不填",
            "不填可以",
            "不填行",
            "可以空着",
            "能空着",
            "填写",
            "填",
        ],
    ),
    (Ask::Public, &["会不会公示", "要不要公示", "需要公示", "会公示", "公示", "会不会公开", "会公开", "公开"]),
    (Ask::Unit, &["单位是什么", "用什么单位", "什么单位", "单位"]),
];
/// Beginnings of what may be asked before the field is named: 怎么填联系电话.
const FIRST: &[&str] = &["怎", "如何", "咋", "要不要", "需不需要", "用不用", "会不会", "必须", "可以不", "能不"];

/// Words that say that there is none.
const LACKS: &[&str] = &["如果没有", "要是没有", "没有的话", "没有", "没"];
/// What is asked only of what there is none of.
const OF_LACKING: &[&str] = &["怎么办", "咋办", "怎么弄", "可以", "行", "填0", "填零", "填无", "写0", "写无"];
/// Signs of a question about a form.
const OF_FORMS: &[&str] = &["填", "写", "空着", "公示", "公开", "单位", "办", "弄", "可以", "行"];

/// 不计标点 The question in half-width small letters without punctuation and spaces.
pub(crate) fn plain(question: &str) -> String {
    let half_width = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    };
    let letters = question.chars().map(half_width).filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// What a question says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked<'n> {
    /// Labels of the fields that may be meant; the first is the one that was named.
    pub(super) labels: &'n [String],
    /// Label of the section, where the question names it.
    pub(super) section: Option<&'n str>,
    pub(super) ask: Ask,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NameFile {
    aliases: HashMap<String, Vec<String>>,
}

/// 名称 What is said, without punctuation, and what may be meant by it.
#[derive(Default)]
struct Name {
    labels: Vec<String>,
    /// Whether it is a label, or a part of one: other words mean something outside of reports as well.
    is_label: bool,
}

/// 名称 What fields and sections are called, the longest first.
pub(super) struct Names {
    fields: Vec<(String, Name)>,
    sections: Vec<(String, String)>,
}

impl Names {
    pub(super) fn built_in() -> Result<Self, AssistantError> {
        let text = include_str!("../../knowledge/fields.toml");
        let fault = |reason: String| AssistantError::Knowledge { file: FILE, reason };
        let file: NameFile = toml::from_str(text).map_err(|error| fault(error.to_string()))?;
        let forms: Vec<_> = FilerKind::ALL.iter().filter_map(|kind| annual_report::form(*kind, ANY_YEAR)).collect();
        let sections: BTreeMap<String, String> = forms
            .iter()
            .flat_map(|form| &form.sections)
            .map(|section| (plain(&section.label), section.label.clone()))
            .collect();
        let fields = forms.iter().flat_map(|form| &form.sections).flat_map(|section| &section.fields);
        let labels: BTreeSet<String> = fields.map(|field| field.label.clone()).collect();
        if let Some(label) = file.aliases.keys().find(|label| !labels.contains(*label)) {
            return Err(fault(format!("no form has a field “{label}”")));
        }
        let mut names: BTreeMap<String, Name> = BTreeMap::new();
        let mut put = |said: String, label: &str, is_label: bool| {
            let name = names.entry(said).or_default();
            name.is_label |= is_label;
            if !name.labels.iter().any(|known| known == label) {
                name.labels.push(label.to_owned());
            }
        };
        // Labels first: of what may be meant the label itself is told first.
        labels.iter().for_each(|label| put(plain(label), label, true));
        labels.iter().for_each(|label| spoken(label).into_iter().for_each(|said| put(said, label, true)));
        for (label, aliases) in &file.aliases {
            aliases.iter().for_each(|alias| put(plain(alias), label, false));
        }
        Ok(Self { fields: longest_first(names), sections: longest_first(sections) })
    }

    /// What a question asks, given without punctuation; `None` if a part of it is not understood.
    pub(super) fn asked(&self, question: &str) -> Option<Asked<'_>> {
        let question = without_end(without_start(question, BEFORE));
        // 联系电话怎么填
        let named = || self.named(question, false).map(|(name, ask)| name.asked(None, ask));
        // 没有邮箱怎么办
        let lacking = || {
            let rest = LACKS.iter().find_map(|word| question.strip_prefix(word))?;
            self.named(rest, true).map(|(name, ask)| name.asked(None, ask))
        };
        // 怎么填联系电话
        let turned = || {
            let mut first = asks().filter(|(words, _)| FIRST.iter().any(|first| words.starts_with(first)));
            first.find_map(|(words, ask)| {
                let rest = without_start(question.strip_prefix(words)?, BETWEEN);
                let (_, name) = self.fields.iter().find(|(said, name)| said == rest && name.takes(words))?;
                Some(name.asked(None, ask))
            })
        };
        // 用工需求信息里的岗位名称怎么填
        let placed = || {
            self.sections.iter().find_map(|(said, section)| {
                let rest = without_start(question.strip_prefix(said.as_str())?, BETWEEN);
                self.named(rest, false).map(|(name, ask)| name.asked(Some(section), ask))
            })
        };
        named().or_else(lacking).or_else(turned).or_else(placed)
    }

    /// The name that a text begins with, and what is asked after it. `lacks` says that there is no such thing.
    fn named(&self, text: &str, lacks: bool) -> Option<(&Name, Ask)> {
        self.fields.iter().find_map(|(said, name)| {
            let (words, ask) = ask_after(text.strip_prefix(said.as_str())?, lacks)?;
            name.takes(words).then_some((name, ask))
        })
    }
}

impl Name {
    fn asked<'n>(&'n self, section: Option<&'n str>, ask: Ask) -> Asked<'n> {
        Asked { labels: &self.labels, section, ask }
    }

    /// Whether these words ask of a form: what a loan is may be asked by anybody, how it is filled in by filers alone.
    fn takes(&self, words: &str) -> bool {
        self.is_label || OF_FORMS.iter().any(|sign| words.contains(sign))
    }
}

fn longest_first<T>(names: BTreeMap<String, T>) -> Vec<(String, T)> {
    let mut names: Vec<(String, T)> = names.into_iter().collect();
    names.sort_by_key(|(said, _)| Reverse(said.chars().count()));
    names
}

/// Shorter ways to say a label: without what stands in brackets, each word in brackets, without 其中 and 是否.
fn spoken(label: &str) -> Vec<String> {
    let mut names = Vec::new();
    if let Some((before, inside)) = label.trim_end_matches('）').split_once('（') {
        names.push(plain(before));
        names.extend(inside.split('、').map(plain).filter(|name| name.chars().count() > 1));
    }
    for prefix in ["其中", "是否由", "是否为", "是否", "本年度是否"] {
        names.extend(label.strip_prefix(prefix).map(plain));
    }
    names
}

/// What is left after words that say nothing.
fn without_start<'q>(mut text: &'q str, words: &[&str]) -> &'q str {
    while let Some(rest) = words.iter().find_map(|word| text.strip_prefix(word)) {
        text = rest;
    }
    text
}

fn without_end(mut text: &str) -> &str {
    while let Some(rest) = AFTER.iter().find_map(|word| text.strip_suffix(word)) {
        text = rest;
    }
    text
}

fn asks() -> impl Iterator<Item = (&'static str, Ask)> {
    ASKS.iter().flat_map(|(ask, words)| words.iter().map(|words| (*words, *ask)))
}

/// What is asked after the name, and in which words, with words before it that say nothing. They are taken away one by
/// one, because some of them begin what may be asked: 是, 要.
fn ask_after(mut rest: &str, mut lacks: bool) -> Option<(&'static str, Ask)> {
    loop {
        if let Some(asked) = ask_of(rest, lacks) {
            return Some(asked);
        }
        rest = match LACKS.iter().find_map(|word| rest.strip_prefix(word)) {
            Some(after) => {
                lacks = true;
                after
            }
            None => BETWEEN.iter().find_map(|word| rest.strip_prefix(word))?,
        };
    }
}

/// What is asked, if that is all that is left.
fn ask_of(rest: &str, lacks: bool) -> Option<(&'static str, Ask)> {
    let rest = without_end(rest);
    let lacking = OF_LACKING.iter().filter(|_| lacks).map(|words| (*words, Ask::Required));
    asks().chain(lacking).find(|(words, _)| without_end(words) == rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_meaning_are_taken_away() {
        let names = Names::built_in().expect("names");
        for (question, label, ask) in [
            ("联系电话怎么填？", "联系电话", Ask::How),
            ("请问，年报里的“联系电话”这一栏应该怎么填呢", "联系电话", Ask::How),
            ("如何填写邮政编码", "邮政编码", Ask::How),
            ("女性从业人数要填吗", "其中女性从业人数", Ask::Required),
            ("净资产填什么", "所有者权益合计", Ask::How),
            ("电子邮箱是必填的吗", "电子邮箱", Ask::Required),
            ("资产总额会公示吗", "资产总额", Ask::Public),
            ("营业总收入的单位是什么", "营业总收入", Ask::Unit),
            ("要不要填研发费用？", "研发费用", Ask::Required),
            ("ＥＭＡＩＬ怎么填", "电子邮箱", Ask::How),
            ("电话填谁的", "联系电话", Ask::How),
            ("没有邮箱怎么办", "电子邮箱", Ask::Required),
            ("没有邮箱能不填吗", "电子邮箱", Ask::Required),
            ("累计欠缴金额没有填什么", "单位累计欠缴金额", Ask::How),
            ("股东怎么填", "股东", Ask::How),
        ] {
            let asked = names.asked(&plain(question)).map(|asked| (asked.labels[0].as_str(), asked.ask));
            assert_eq!(asked, Some((label, ask)), "{question}");
        }
        for question in [
            "联系电话填错了怎么办",
            "电话",
            "怎么填",
            "老板的电话怎么填",
            "联系电话怎么填才能不被骚扰",
            "贷款怎么办",
            "贷款怎么选",
            "邮箱怎么办",
            "",
        ] {
            assert_eq!(names.asked(&plain(question)), None, "{question}");
        }
        // Two fields may be meant.
        let holders = names.asked(&plain("股东怎么填")).expect("a name");
        assert_eq!(holders.labels, ["股东", "股东（发起人）"]);
        let placed = names.asked(&plain("用工需求信息里的岗位名称怎么填"));
        assert_eq!(placed.and_then(|asked| asked.section), Some("用工需求信息"));
    }
}
