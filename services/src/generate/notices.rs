//! 公告 What was announced of some enterprises, of those that end most of all. Drawn from numbers of their own, so that
//! nothing else of a run changes with them; what the law did not know on its day was not announced.

use chrono::{Datelike, NaiveDate, TimeDelta};
use entities::notices::notice;
use rules::calendar::written_day;
use rules::notice::{Party, Proposal, Standing, conflict, subject};
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus, NoticeKind};

use super::block::{Block, next_id};
use super::dice::{Dice, days_after, working};
use super::registry::Subject;
use crate::notices::announcer;

/// Of a thousand enterprises that do business, so many have announced something.
const OPEN_PER_MILLE: u32 = 5;
/// Of a thousand that ended, are being wound up, or lost their licence.
const ENDED_PER_MILLE: u32 = 70;
const LIQUIDATING_PER_MILLE: u32 = 700;
const REVOKED_PER_MILLE: u32 = 60;
/// Of a thousand notices, so many were withdrawn.
const WITHDRAWN_PER_MILLE: u32 = 60;

const REASONS: [&str; 4] =
    ["公告内容有误，更正后重新发布", "股东会决定不再办理", "公告事项与决议不一致", "经协商恢复正常经营"];

/// Writes the notices of an enterprise.
pub fn write(subject: &Subject<'_>, dice: &mut Dice, block: &mut Block) {
    let (status, last) = (subject.identity.life.status, subject.last_day);
    match status {
        EnterpriseStatus::Deregistered | EnterpriseStatus::RevokedDeregistered => {
            if dice.per_mille(ENDED_PER_MILLE) {
                ended(subject, dice, block);
            }
        }
        EnterpriseStatus::Liquidating => {
            if dice.per_mille(LIQUIDATING_PER_MILLE) {
                let before = dice.between(1, 300);
                liquidation(subject, dice, block, last - TimeDelta::days(before));
            }
        }
        EnterpriseStatus::Revoked => {
            // It lost its licence on its last day; what was decided is served, and some are wound up.
            let today = working(subject.world.today);
            if dice.per_mille(REVOKED_PER_MILLE) {
                let served_on = days_after(last, dice.between(0, 20)).min(today);
                service(subject, dice, block, served_on);
            }
            if dice.per_mille(REVOKED_PER_MILLE / 2) {
                let from = days_after(last, dice.between(15, 400)).min(today);
                liquidation(subject, dice, block, from);
            }
        }
        EnterpriseStatus::Active
        | EnterpriseStatus::Operating
        | EnterpriseStatus::Suspended
        | EnterpriseStatus::MovedOut => {
            if dice.per_mille(OPEN_PER_MILLE) {
                going_on(subject, dice, block);
            }
        }
    }
}

/// 注销 By the simple procedure, or after liquidation; a licence that was not given back is invalid.
fn ended(subject: &Subject<'_>, dice: &mut Dice, block: &mut Block) {
    let last = subject.last_day;
    if dice.per_mille(600) {
        let published_on = working(last - TimeDelta::days(dice.between(21, 40)));
        push(subject, dice, block, NoticeKind::SimpleDeregistration, published_on, None);
    } else {
        let from = working(last - TimeDelta::days(dice.between(60, 240)));
        liquidation(subject, dice, block, from);
    }
    if dice.per_mille(100) {
        let published_on = days_after(last, dice.between(1, 30)).min(working(subject.world.today));
        push(subject, dice, block, NoticeKind::LicenceInvalidation, published_on, None);
    }
}

/// 清算 The liquidators are announced within ten days, creditors are called within sixty.
fn liquidation(subject: &Subject<'_>, dice: &mut Dice, block: &mut Block, from: NaiveDate) {
    let from = working(from);
    push(subject, dice, block, NoticeKind::LiquidationGroup, from, None);
    if dice.per_mille(850) {
        let called_on = days_after(from, dice.between(0, 50)).max(from).min(working(subject.world.today));
        push(subject, dice, block, NoticeKind::Creditor, called_on, None);
    }
}

/// 送达 Of a decision to whoever could not be found.
fn service(subject: &Subject<'_>, dice: &mut Dice, block: &mut Block, published_on: NaiveDate) {
    let (place, year) = (subject.identity.place.short, published_on.year());
    let number = format!("{place}市监吊送〔{year}〕{}号", dice.between(1, 9_999));
    push(subject, dice, block, NoticeKind::Service, published_on, Some(number));
}

/// 存续 Capital, mergers, divisions, lost licences.
fn going_on(subject: &Subject<'_>, dice: &mut Dice, block: &mut Block) {
    let kind = *dice.weighted(&[
        (NoticeKind::CapitalReduction, 50),
        (NoticeKind::LicenceInvalidation, 30),
        (NoticeKind::Merger, 12),
        (NoticeKind::Division, 8),
    ]);
    let published_on = dice.late_day(subject.established_on(), subject.last_day);
    push(subject, dice, block, kind, published_on, None);
}

/// A notice, if the law knows it for this enterprise on this day.
fn push(
    of: &Subject<'_>,
    dice: &mut Dice,
    block: &mut Block,
    kind: NoticeKind,
    published_on: NaiveDate,
    document_number: Option<String>,
) {
    let life = &of.identity.life;
    let name = of.identity.name.as_str();
    let authority_id = of.world.authorities[of.identity.office];
    let publisher = match kind {
        NoticeKind::Service => of.world.places.offices()[of.identity.office].name.clone(),
        _ => announcer(kind, name),
    };
    let (title, body) = (format!("{name}{}", kind.term()), body(of, dice, kind, published_on));
    let proposal = Proposal {
        kind,
        title: &title,
        body: &body,
        document_number: document_number.as_deref(),
        publisher: &publisher,
        published_on,
    };
    let party =
        Party { kind: of.kind(), status: life.status, established_on: life.established_on, closed_on: life.closed_on };
    let Ok(rule) = subject(&proposal, &party) else { return };
    let today = of.world.today;
    if published_on < life.established_on || published_on > today || title.chars().count() > 100 {
        return;
    }
    let ends_on = rule.last_day(published_on);
    let standing = |row: &notice::Model| (row.enterprise_id, row.kind, row.withdrawn_on) == (of.id, kind, None);
    let known: Vec<Standing<'_>> = block.notices.iter().filter(|row| standing(row)).map(told).collect();
    if conflict(kind, &known, &Standing { document_number: None, published_on, ends_on }).is_some() {
        return;
    }
    let withdrawn_on = Some(days_after(published_on, dice.between(2, 15)).max(published_on))
        .filter(|day| *day <= today && dice.per_mille(WITHDRAWN_PER_MILLE));
    let withdrawal_reason = withdrawn_on.map(|_| (*dice.pick(&REASONS)).to_owned());
    block.notices.push(notice::Model {
        id: next_id(&block.notices),
        enterprise_id: of.id,
        kind,
        title,
        body,
        document_number,
        publisher,
        authority_id,
        published_on,
        ends_on,
        withdrawn_on,
        withdrawal_reason,
    });
}

fn told(row: &notice::Model) -> Standing<'_> {
    let document_number = row.document_number.as_deref();
    Standing { document_number, published_on: row.published_on, ends_on: row.ends_on }
}

/// 正文 In the words that such notices have.
fn body(of: &Subject<'_>, dice: &mut Dice, kind: NoticeKind, published_on: NaiveDate) -> String {
    let (name, uscc, address) = (&of.identity.name, &of.identity.uscc, &of.address);
    let party = format!("{name}（统一社会信用代码：{uscc}）");
    let head = &of.representative;
    let decided = written_day(published_on - TimeDelta::days(dice.between(1, 9)));
    let assembly = match of.kind() {
        EnterpriseKind::LimitedCompany | EnterpriseKind::JointStockCompany | EnterpriseKind::ForeignInvested => {
            "股东会"
        }
        EnterpriseKind::Partnership => "全体合伙人",
        EnterpriseKind::FarmersCooperative => "成员大会",
        _ => "出资人",
    };
    match kind {
        NoticeKind::LiquidationGroup => {
            format!(
                "{party}因{assembly}于{decided}决定解散，现已成立清算组，清算组负责人：{head}，联系地址：{address}。"
            )
        }
        NoticeKind::Creditor => format!(
            "{party}已于{decided}决定解散并成立清算组，请债权人自接到通知之日起三十日内，未接到通知的自本公告之日起在法定期限内，\
             向清算组申报债权。申报地址：{address}，联系人：{head}。"
        ),
        NoticeKind::SimpleDeregistration => {
            format!(
                "{party}未发生债权债务或者已将债权债务清偿完结，全体投资人承诺对此承担法律责任，拟申请简易注销登记。"
            )
        }
        NoticeKind::CapitalReduction => format!(
            "{party}{assembly}于{decided}决议减少注册资本，债权人自接到通知之日起三十日内，未接到通知的自本公告之日起四十五日内，\
             有权要求清偿债务或者提供相应的担保。联系地址：{address}。"
        ),
        NoticeKind::Merger => format!(
            "{party}{assembly}于{decided}决议与其他公司合并，合并各方的债权、债务由合并后存续的公司承继。债权人未接到通知的，\
             自本公告之日起四十五日内可以要求清偿债务或者提供相应的担保。联系地址：{address}。"
        ),
        NoticeKind::Division => format!(
            "{party}{assembly}于{decided}决议分立，分立前的债务由分立后的主体承担连带责任。联系地址：{address}，联系人：{head}。"
        ),
        NoticeKind::LicenceInvalidation => {
            let copy = *dice.pick(&["正本", "副本", "正、副本"]);
            format!("{party}营业执照{copy}遗失或者无法缴回，声明作废。")
        }
        NoticeKind::Service => format!(
            "{party}：因无法以其他方式送达，现依法公告送达行政处罚决定书，决定吊销营业执照。自本公告发出之日起经过三十日，\
             即视为送达。不服本决定的，可以依法申请行政复议或者提起行政诉讼。"
        ),
    }
}
