//! 公告 Notices in the publicity system: which enterprises announce what, since when, and for how long.
//!
//! NOTICE-1: a notice that the law does not know for this kind of enterprise on this day is refused, never guessed at.
//! NOTICE-2: the day of publication is not counted (民法典 art. 201, 民事诉讼法 art. 85). A last day that is a public
//! holiday is not moved: whoever must act by then has until the day after it (民法典 art. 203), which is theirs to claim,
//! and the holidays of coming years are not announced yet.
//! NOTICE-3: one notice of a kind at a time; of services by notice, one a document.
//!
//! The rules stand in `data/notices.toml`.

use std::sync::LazyLock;

use chrono::{Days, NaiveDate};
use serde::Deserialize;

use crate::calendar::written_day;
use crate::vocabulary::{EnterpriseKind, EnterpriseStatus, NoticeKind};

/// 公告规则 One rule of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// 公告类型
    pub kind: NoticeKind,
    /// 适用的经营主体类型
    pub of: Vec<EnterpriseKind>,
    /// 施行日期 The first day on which it holds.
    pub from: NaiveDate,
    /// 公告期限 Days after that of publication; `None` if the notice stands until it is withdrawn.
    pub days: Option<u64>,
    /// 依据
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    rule: Vec<Rule>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/notices.toml")).expect("the embedded rules of notices are well-formed")
});

/// The rule for a notice of an enterprise that is published on a day (NOTICE-1).
pub fn rule(kind: NoticeKind, of: EnterpriseKind, published_on: NaiveDate) -> Option<&'static Rule> {
    let is_in_force = |rule: &&Rule| rule.kind == kind && rule.of.contains(&of) && rule.from <= published_on;
    TABLE.rule.iter().filter(is_in_force).max_by_key(|rule| rule.from)
}

impl Rule {
    /// 公告截止日 The last day of the term (NOTICE-2); `None` if it has no end.
    pub fn last_day(&self, published_on: NaiveDate) -> Option<NaiveDate> {
        published_on.checked_add_days(Days::new(self.days?))
    }
}

impl NoticeKind {
    /// Whether only an enterprise that is still there announces it: services and licences concern those that are gone, too.
    const fn needs_an_enterprise(self) -> bool {
        match self {
            Self::LiquidationGroup
            | Self::Creditor
            | Self::SimpleDeregistration
            | Self::CapitalReduction
            | Self::Merger
            | Self::Division => true,
            Self::LicenceInvalidation | Self::Service => false,
        }
    }
}

/// 当事人 What is known of the enterprise.
#[derive(Clone, Copy, Debug)]
pub struct Party {
    /// 经营主体类型
    pub kind: EnterpriseKind,
    /// 登记状态
    pub status: EnterpriseStatus,
    /// 成立日期
    pub established_on: NaiveDate,
    /// 吊销或注销日期
    pub closed_on: Option<NaiveDate>,
}

/// 拟发布的公告 What is to be published.
#[derive(Clone, Copy, Debug)]
pub struct Proposal<'t> {
    /// 公告类型
    pub kind: NoticeKind,
    /// 标题
    pub title: &'t str,
    /// 正文
    pub body: &'t str,
    /// 文号
    pub document_number: Option<&'t str>,
    /// 发布主体
    pub publisher: &'t str,
    /// 发布日期
    pub published_on: NaiveDate,
}

/// 不予发布 What is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The input.
    pub field: &'static str,
    /// Stable code.
    pub code: &'static str,
    /// 说明 With the article, the facts and what to do.
    pub message: String,
}

impl Fault {
    fn at(field: &'static str, code: &'static str, message: impl Into<String>) -> Self {
        Self { field, code, message: message.into() }
    }
}

/// Characters of a title, a text, a document number, a publisher and a reason at most.
const TITLE: usize = 100;
const BODY: usize = 4_000;
const NUMBER: usize = 64;
const PUBLISHER: usize = 260;
const REASON: std::ops::RangeInclusive<usize> = 4..=200;

/// Everything that is wrong with a notice by itself; nothing, if it may be published.
pub fn faults(new: &Proposal<'_>, party: &Party, today: NaiveDate) -> Vec<Fault> {
    let texts = [
        text("title", new.title, (1, TITLE), ("INVALID_TITLE", "标题")),
        text("body", new.body, (1, BODY), ("INVALID_BODY", "正文")),
        text("publisher", new.publisher, (1, PUBLISHER), ("INVALID_PUBLISHER", "发布主体")),
        number(new),
    ];
    let facts = [day(new, party, today), subject(new, party).err()];
    texts.into_iter().chain(facts).flatten().collect()
}

fn text(
    field: &'static str,
    given: &str,
    (least, most): (usize, usize),
    (code, name): (&'static str, &str),
) -> Option<Fault> {
    let length = given.trim().chars().count();
    if given.chars().any(|sign| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t')) {
        return Some(Fault::at(field, code, format!("{name}中有不可见的控制字符，请删除后重试。")));
    }
    let message = || format!("{name}应为 {least} 到 {most} 个字，现为 {length} 个字。");
    (!(least..=most).contains(&length)).then(|| Fault::at(field, code, message()))
}

/// What is served must be known by its number, so that it is not served twice (NOTICE-3).
fn number(new: &Proposal<'_>) -> Option<Fault> {
    const FIELD: &str = "documentNumber";
    match new.document_number {
        Some(given) => text(FIELD, given, (1, NUMBER), ("INVALID_NUMBER", "文号")),
        None if new.kind == NoticeKind::Service => {
            Some(Fault::at(FIELD, "NUMBER_NEEDED", "送达公告应写明所送达文书的文号，请填写文号。"))
        }
        None => None,
    }
}

fn day(new: &Proposal<'_>, party: &Party, today: NaiveDate) -> Option<Fault> {
    const FIELD: &str = "publishedOn";
    if new.published_on > today {
        let message = format!("发布日期不能晚于今天（{}），请改为今天或者不填。", written_day(today));
        return Some(Fault::at(FIELD, "PUBLISHED_IN_THE_FUTURE", message));
    }
    if new.published_on < party.established_on {
        let message = format!("发布日期早于该主体的成立日期（{}），请核对。", written_day(party.established_on));
        return Some(Fault::at(FIELD, "BEFORE_ESTABLISHMENT", message));
    }
    None
}

/// Whether this enterprise announces such a thing on that day (NOTICE-1).
///
/// # Errors
/// Why it does not.
pub fn subject(new: &Proposal<'_>, party: &Party) -> Result<&'static Rule, Fault> {
    let (kind, of) = (new.kind, party.kind);
    let Some(rule) = rule(kind, of, new.published_on) else { return Err(unruled(kind, of)) };
    let is_gone = matches!(party.status, EnterpriseStatus::Deregistered | EnterpriseStatus::RevokedDeregistered);
    if is_gone && kind.needs_an_enterprise() && party.closed_on.is_none_or(|closed_on| closed_on <= new.published_on) {
        let message = format!("该主体已经注销，注销后不再发布{}；发布日期在注销之前的，请填写发布日期。", kind.term());
        return Err(Fault::at("kind", "DEREGISTERED", message));
    }
    if kind == NoticeKind::SimpleDeregistration && party.status == EnterpriseStatus::Revoked {
        let message = "该主体已被吊销营业执照，不适用简易注销程序（市场主体登记管理条例第三十三条第四款），请按普通程序清算后注销。";
        return Err(Fault::at("kind", "NOT_SIMPLE", message));
    }
    Ok(rule)
}

fn unruled(kind: NoticeKind, of: EnterpriseKind) -> Fault {
    if let Some(rule) =
        TABLE.rule.iter().filter(|rule| rule.kind == kind && rule.of.contains(&of)).min_by_key(|r| r.from)
    {
        let message =
            format!("{}的规定（{}）自{}起施行，请核对发布日期。", kind.term(), rule.source, written_day(rule.from));
        return Fault::at("publishedOn", "NOT_IN_FORCE", message);
    }
    let message = match (kind, of) {
        (NoticeKind::SimpleDeregistration, EnterpriseKind::IndividualHousehold) => {
            "个体工商户按照简易程序注销的，无需公示（市场主体登记管理条例第三十三条第三款）。".to_owned()
        }
        _ => format!("{}不发布{}，请核对公告类型或者统一社会信用代码。", of.term(), kind.term()),
    };
    Fault::at("kind", "NOT_FOR_THIS_KIND", message)
}

/// 在公告期的公告 A notice that was published and not withdrawn.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'t> {
    /// 文号
    pub document_number: Option<&'t str>,
    /// 发布日期
    pub published_on: NaiveDate,
    /// 公告截止日
    pub ends_on: Option<NaiveDate>,
}

impl Standing<'_> {
    /// Whether the terms of the two have a day in common.
    fn meets(&self, other: &Standing<'_>) -> bool {
        let begins_in_time =
            |one: &Standing<'_>, two: &Standing<'_>| two.ends_on.is_none_or(|last| one.published_on <= last);
        begins_in_time(self, other) && begins_in_time(other, self)
    }
}

/// Whether notices of the same enterprise and kind, none of them withdrawn, stand in the way of another (NOTICE-3).
pub fn conflict(kind: NoticeKind, known: &[Standing<'_>], new: &Standing<'_>) -> Option<Fault> {
    let is_the_same = |one: &&Standing<'_>| kind != NoticeKind::Service || one.document_number == new.document_number;
    let found = known.iter().filter(is_the_same).find(|one| one.meets(new))?;
    let term = match found.ends_on {
        Some(last) => format!("{}至{}", written_day(found.published_on), written_day(last)),
        None => format!("{}起，未设期限", written_day(found.published_on)),
    };
    let message =
        format!("该主体已有一则{}正在公告（{term}），不能重复发布；内容有误的，请先撤回原公告。", kind.term());
    Some(Fault::at("kind", "NOTICE_OPEN", message))
}

/// What is wrong with the reason of a withdrawal.
pub fn reason_fault(reason: &str) -> Option<Fault> {
    text("reason", reason, (*REASON.start(), *REASON.end()), ("INVALID_REASON", "撤回理由"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    const COMPANY: EnterpriseKind = EnterpriseKind::LimitedCompany;

    fn party() -> Party {
        let established_on = day("2015-06-01");
        Party { kind: COMPANY, status: EnterpriseStatus::Active, established_on, closed_on: None }
    }

    fn proposal(kind: NoticeKind) -> Proposal<'static> {
        let document_number = (kind == NoticeKind::Service).then_some("雁塔市监处罚〔2026〕1号");
        let published_on = day("2026-04-01");
        Proposal { kind, title: "公告", body: "正文", document_number, publisher: "清算组", published_on }
    }

    fn codes(new: &Proposal<'_>, party: &Party) -> Vec<&'static str> {
        faults(new, party, day("2026-04-15")).into_iter().map(|fault| fault.code).collect()
    }

    /// Worked by hand from the articles: kind, enterprise, published, last day, words of the source.
    #[test]
    fn terms_are_those_of_the_articles() {
        use NoticeKind::{
            CapitalReduction, Creditor, Division, LicenceInvalidation, LiquidationGroup, Merger, Service,
            SimpleDeregistration,
        };
        for (kind, of, published, last, source) in [
            (Creditor, COMPANY, "2024-06-30", Some("2024-08-14"), "第一百八十五条"),
            (Creditor, COMPANY, "2024-07-01", Some("2024-08-15"), "第二百三十五条"),
            (Creditor, EnterpriseKind::Partnership, "2026-01-31", Some("2026-03-17"), "第八十八条"),
            (Creditor, EnterpriseKind::SoleProprietorship, "2026-01-31", Some("2026-04-01"), "第二十七条"),
            (LiquidationGroup, COMPANY, "2026-01-31", None, "第三十二条"),
            (SimpleDeregistration, COMPANY, "2026-02-10", Some("2026-03-02"), "第二百四十条"),
            (SimpleDeregistration, EnterpriseKind::Branch, "2026-02-10", Some("2026-03-02"), "第三十三条"),
            (CapitalReduction, COMPANY, "2028-01-16", Some("2028-03-01"), "第二百二十四条"),
            (Merger, COMPANY, "2020-01-01", Some("2020-02-15"), "第一百七十三条"),
            (Merger, EnterpriseKind::FarmersCooperative, "2026-01-01", Some("2026-02-15"), "第二十一条"),
            (Division, COMPANY, "2026-01-01", Some("2026-02-15"), "第二百二十二条"),
            (LicenceInvalidation, EnterpriseKind::IndividualHousehold, "2026-01-01", Some("2026-01-01"), "第三十七条"),
            (Service, EnterpriseKind::IndividualHousehold, "2026-01-01", Some("2026-01-31"), "第九十五条"),
        ] {
            let rule = rule(kind, of, day(published)).expect("a rule");
            assert_eq!(rule.last_day(day(published)), last.map(day), "{kind:?} {of:?} {published}");
            assert!(rule.source.contains(source), "{kind:?} {of:?} {published}: {}", rule.source);
        }
    }

    #[test]
    fn every_kind_has_a_rule_for_companies_and_no_rule_is_said_twice() {
        for kind in NoticeKind::ALL {
            assert!(rule(*kind, COMPANY, day("2026-01-01")).is_some(), "{kind:?}");
        }
        for (at, row) in TABLE.rule.iter().enumerate() {
            assert!(!row.source.is_empty() && !row.of.is_empty(), "{row:?}");
            let twice = |other: &Rule| {
                (other.kind, other.from) == (row.kind, row.from) && other.of.iter().any(|of| row.of.contains(of))
            };
            assert!(!TABLE.rule.iter().skip(at + 1).any(twice), "{row:?}");
        }
    }

    #[test]
    fn what_the_law_does_not_know_is_refused_with_its_article() {
        let household = Party { kind: EnterpriseKind::IndividualHousehold, ..party() };
        let told = subject(&proposal(NoticeKind::SimpleDeregistration), &household).expect_err("a fault");
        assert_eq!((told.field, told.code), ("kind", "NOT_FOR_THIS_KIND"));
        assert!(told.message.contains("第三十三条第三款"), "{}", told.message);
        assert_eq!(codes(&proposal(NoticeKind::CapitalReduction), &household), ["NOT_FOR_THIS_KIND"]);

        let early = Proposal { published_on: day("2021-05-01"), ..proposal(NoticeKind::LiquidationGroup) };
        let told = subject(&early, &party()).expect_err("a fault");
        assert_eq!((told.field, told.code), ("publishedOn", "NOT_IN_FORCE"));
        assert!(told.message.contains("2022年3月1日"), "{}", told.message);

        let revoked = Party { status: EnterpriseStatus::Revoked, closed_on: Some(day("2025-01-01")), ..party() };
        assert_eq!(codes(&proposal(NoticeKind::SimpleDeregistration), &revoked), ["NOT_SIMPLE"]);
        assert_eq!(codes(&proposal(NoticeKind::LiquidationGroup), &revoked), [""; 0], "the revoked are liquidated");

        let gone = Party { status: EnterpriseStatus::Deregistered, ..revoked };
        assert_eq!(codes(&proposal(NoticeKind::Creditor), &gone), ["DEREGISTERED"]);
        assert_eq!(codes(&proposal(NoticeKind::LicenceInvalidation), &gone), [""; 0], "第三十七条第三款");
        let before = Proposal { published_on: day("2024-12-01"), ..proposal(NoticeKind::Creditor) };
        assert_eq!(codes(&before, &gone), [""; 0]);
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let long = "字".repeat(4_001);
        let new = Proposal {
            kind: NoticeKind::Service,
            title: " ",
            body: &long,
            document_number: None,
            publisher: "甲\u{0}",
            published_on: day("2026-04-16"),
        };
        let expected =
            ["INVALID_TITLE", "INVALID_BODY", "INVALID_PUBLISHER", "NUMBER_NEEDED", "PUBLISHED_IN_THE_FUTURE"];
        assert_eq!(codes(&new, &party()), expected);
        let early = Proposal { published_on: day("2015-05-31"), ..proposal(NoticeKind::Creditor) };
        assert_eq!(codes(&early, &party()), ["BEFORE_ESTABLISHMENT"]);
        assert_eq!(reason_fault("错").map(|fault| fault.code), Some("INVALID_REASON"));
        assert_eq!(reason_fault("公告内容有误"), None);
    }

    fn standing(number: Option<&'static str>, from: &str, to: Option<&str>) -> Standing<'static> {
        Standing { document_number: number, published_on: day(from), ends_on: to.map(day) }
    }

    #[test]
    fn one_notice_of_a_kind_at_a_time() {
        let known = [standing(None, "2026-03-01", Some("2026-04-15"))];
        let clash = |kind, new: &Standing<'_>| conflict(kind, &known, new).map(|fault| fault.code);
        let on_the_last = standing(None, "2026-04-15", Some("2026-05-30"));
        assert_eq!(clash(NoticeKind::Creditor, &on_the_last), Some("NOTICE_OPEN"));
        assert_eq!(clash(NoticeKind::Creditor, &standing(None, "2026-04-16", Some("2026-05-31"))), None);
        assert_eq!(clash(NoticeKind::Creditor, &standing(None, "2026-01-01", None)), Some("NOTICE_OPEN"));
        let endless = [standing(None, "2026-03-01", None)];
        assert!(conflict(NoticeKind::LiquidationGroup, &endless, &on_the_last).is_some());
        let served = [standing(Some("一号"), "2026-04-01", Some("2026-05-01"))];
        let other = standing(Some("二号"), "2026-04-02", Some("2026-05-02"));
        assert!(conflict(NoticeKind::Service, &served, &other).is_none(), "another document");
        assert!(conflict(NoticeKind::Service, &served, &served[0]).is_some());
    }

    proptest! {
        /// NOTICE-2: the term has the days of the rule, whatever months and leap days lie in it; a later day of
        /// publication never gives an earlier last day.
        #[test]
        fn a_term_has_its_days(kind in 0..NoticeKind::ALL.len(), of in 0..EnterpriseKind::ALL.len(), offset in 0..20_000_i64) {
            let published_on = day("2000-01-01") + chrono::TimeDelta::days(offset);
            let (kind, of) = (NoticeKind::ALL[kind], EnterpriseKind::ALL[of]);
            if let Some(rule) = rule(kind, of, published_on) {
                prop_assert!(rule.from <= published_on && rule.of.contains(&of));
                let last = rule.last_day(published_on);
                prop_assert_eq!(last.map(|last| (last - published_on).num_days().unsigned_abs()), rule.days);
                let next = published_on.succ_opt().expect("a day");
                let later = super::rule(kind, of, next).expect("what is in force stays in force").last_day(next);
                prop_assert!(later.is_none() || last.is_none() || later >= last);
            }
        }
    }
}
