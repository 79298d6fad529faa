//! 信用记录 Licences, inspections, penalties, the two lists, and repairs that refer to them. Very
//! many have none of the bad ones, very few have very many.

use chrono::{Datelike, NaiveDate, TimeDelta};
use entities::credit::{abnormal_listing, inspection, licence, penalty, repair, serious_violation};
use rules::vocabulary::{
    AbnormalGround, EnterpriseKind, EnterpriseStatus, InspectionKind, InspectionResult, RemovalGround, RepairKind,
    RepairStatus, SeriousGround,
};

use super::block::{Block, next_id};
use super::dice::{Dice, days_after, working, years_after};
use super::registry::Subject;

/// 三个月 Shortest publicity of a penalty before repair may be applied for.
const SHORTEST_PUBLICITY_DAYS: i64 = 92;

/// 三年 Years after which a serious violation leaves the list.
const SERIOUS_LISTING_YEARS: i32 = 3;

/// Writes the credit records of an enterprise, but for those that follow from its annual reports.
pub fn write(subject: &Subject<'_>, dice: &mut Dice, block: &mut Block) {
    licences(subject, dice, block);
    inspections(subject, dice, block);
    penalties(subject, dice, block);
    if subject.identity.life.status == EnterpriseStatus::Revoked && dice.per_mille(30) {
        let facts = "当事人被吊销营业执照，情节严重、社会危害较大".to_owned();
        serious(subject, dice, block, SeriousGround::RevokedLicence, subject.last_day, facts);
    }
    let found_unreachable = dice.per_mille(if subject.identity.life.status.is_open() { 9 } else { 45 });
    if found_unreachable {
        let listed_on = dice.late_day(subject.established_on(), subject.last_day);
        abnormal(subject, dice, block, AbnormalGround::Unreachable, listed_on);
    } else if dice.per_mille(4) {
        let ground = *dice.pick(&[AbnormalGround::FalseInformation, AbnormalGround::InformationNotPublished]);
        let listed_on = dice.late_day(subject.established_on(), subject.last_day);
        abnormal(subject, dice, block, ground, listed_on);
    }
}

/// 行政许可 What the trade needs; what ran out was mostly renewed.
fn licences(subject: &Subject<'_>, dice: &mut Dice, block: &mut Block) {
    let trade = subject.identity.trade;
    for kind in trade.licences.iter().filter_map(|name| Some((name, subject.world.licences.find(name)?))) {
        if !dice.per_mille(820) {
            continue;
        }
        let (name, kind) = kind;
        let first = subject.established_on();
        let mut given_on = dice.day(first, days_after(first, 240).min(subject.last_day));
        let mut rows = 1;
        while years_after(given_on, kind.years) <= subject.last_day && dice.per_mille(900) {
            given_on = working(years_after(given_on, kind.years));
            rows = if dice.per_mille(250) { 2 } else { 1 };
        }
        for row in (0..rows).rev() {
            let valid_from = working(years_after(given_on, -row * kind.years)).max(first);
            block.licences.push(licence::Model {
                id: next_id(&block.licences),
                enterprise_id: subject.id,
                licence_number: kind.number(dice, subject.identity.place, &subject.identity.uscc, valid_from),
                name: name.clone(),
                authority_id: if kind.market { subject.market_authority() } else { subject.permit_authority() },
                valid_from,
                valid_to: Some(years_after(valid_from, kind.years) - TimeDelta::days(1)),
                source_id: None,
                digest: 0,
            });
        }
    }
}

/// 监督检查
fn inspections(subject: &Subject<'_>, dice: &mut Dice, block: &mut Block) {
    let count = if dice.per_mille(280) { 1 + dice.run(330, 20) } else { 0 };
    for _ in 0..count {
        let kind = *dice.weighted(&[
            (InspectionKind::Random, 52),
            (InspectionKind::Daily, 28),
            (InspectionKind::Special, 11),
            (InspectionKind::Complaint, 6),
            (InspectionKind::Unannounced, 3),
        ]);
        let result = *dice.weighted(&[
            (InspectionResult::NoProblem, 70),
            (InspectionResult::OrderedToCorrect, 14),
            (InspectionResult::Corrected, 6),
            (InspectionResult::Unreachable, 6),
            (InspectionResult::NotInvolved, 3),
            (InspectionResult::Uncooperative, 1),
        ]);
        let inspected_on = dice.late_day(subject.established_on(), subject.last_day);
        block.inspections.push(inspection::Model {
            id: next_id(&block.inspections),
            enterprise_id: subject.id,
            kind,
            result,
            authority_id: subject.market_authority(),
            inspected_on,
            source_id: None,
            digest: 0,
        });
    }
}

/// 行政处罚
fn penalties(subject: &Subject<'_>, dice: &mut Dice, block: &mut Block) {
    for _ in 0..subject.world.violations.count(dice) {
        let decided_on = dice.late_day(subject.established_on(), subject.last_day);
        let fields = &subject.identity.trade.fields;
        let Some(decision) = subject.world.violations.decide(dice, fields, decided_on) else { continue };
        let published_on = Some(days_after(decided_on, dice.between(1, 7)))
            .filter(|day| *day <= working(subject.world.today) && dice.per_mille(970))
            .map(|day| day.max(decided_on));
        let id = next_id(&block.penalties);
        let (ground, amount_fen) = (serious_ground(&decision.category), decision.amount_fen);
        let facts = decision.violation.clone();
        block.penalties.push(penalty::Model {
            id,
            enterprise_id: subject.id,
            document_number: document(subject, dice, "市监处罚", decided_on),
            category: decision.category,
            violation: decision.violation,
            legal_basis: decision.legal_basis,
            decision: decision.decision,
            amount_fen,
            authority_id: subject.market_authority(),
            decided_on,
            published_on,
            public_until: None,
            source_id: None,
            digest: 0,
        });
        if let Some(published_on) = published_on {
            repair_penalty(subject, dice, block, id, published_on);
        }
        if amount_fen > 5_000_000 && dice.per_mille(150) {
            let listed_on = days_after(decided_on, dice.between(20, 90));
            serious(subject, dice, block, ground, listed_on.max(decided_on), format!("{facts}，情节严重"));
        }
    }
}

/// 文号 `雁塔市监处罚〔2024〕123号`.
fn document(subject: &Subject<'_>, dice: &mut Dice, word: &str, day: NaiveDate) -> String {
    format!("{}{word}〔{}〕{}号", subject.identity.place.short, day.year(), dice.between(1, 29_999))
}

/// 列入原因 What a violation of a field is listed for.
pub fn serious_ground(category: &str) -> SeriousGround {
    match category {
        "食品" => SeriousGround::FoodSafety,
        "药品" | "医疗器械" | "化妆品" => SeriousGround::DrugsAndDevices,
        "质量" | "特种设备" | "计量" => SeriousGround::ProductSafety,
        "消费者权益" | "价格" => SeriousGround::ConsumerRights,
        "登记" => SeriousGround::FalseRegistration,
        _ => SeriousGround::FairCompetition,
    }
}

/// 列入严重违法失信名单 Removed after three years, or earlier by repair after one.
fn serious(
    subject: &Subject<'_>,
    dice: &mut Dice,
    block: &mut Block,
    ground: SeriousGround,
    listed_on: NaiveDate,
    facts: String,
) {
    if listed_on > working(subject.world.today) {
        return;
    }
    let id = next_id(&block.serious_violations);
    let expiry = working(years_after(listed_on, SERIOUS_LISTING_YEARS));
    let applied_on = days_after(listed_on, dice.between(366, 800));
    let repaired_on = dice
        .per_mille(200)
        .then(|| apply(subject, dice, block, RepairKind::SeriousViolation, id, applied_on))
        .flatten();
    block.serious_violations.push(serious_violation::Model {
        id,
        enterprise_id: subject.id,
        ground,
        document_number: document(subject, dice, "市监列严", listed_on),
        facts,
        listed_on,
        removed_on: repaired_on.or((expiry <= subject.world.today).then_some(expiry)),
        authority_id: subject.market_authority(),
    });
}

/// The penalty that was written last. A repair that is granted ends its publicity on the day of the decision.
fn repair_penalty(subject: &Subject<'_>, dice: &mut Dice, block: &mut Block, id: i64, published_on: NaiveDate) {
    if dice.per_mille(160) {
        let applied_on = days_after(published_on, SHORTEST_PUBLICITY_DAYS + 2 + dice.between(0, 200));
        let granted_on = apply(subject, dice, block, RepairKind::PenaltyPublicity, id, applied_on);
        if let Some(penalty) = block.penalties.last_mut() {
            penalty.public_until = granted_on;
        }
    }
}

/// 列入经营异常名录 Households are marked, not listed (个体工商户年度报告暂行办法).
pub fn abnormal(
    subject: &Subject<'_>,
    dice: &mut Dice,
    block: &mut Block,
    ground: AbnormalGround,
    listed_on: NaiveDate,
) {
    if subject.kind() == EnterpriseKind::IndividualHousehold || listed_on > subject.last_day {
        return;
    }
    let id = next_id(&block.abnormal_listings);
    let applied_on = days_after(listed_on, dice.between(4, 700));
    let removed_on = (dice.per_mille(620) && applied_on <= subject.last_day)
        .then(|| apply(subject, dice, block, RepairKind::AbnormalListing, id, applied_on))
        .flatten();
    let removal_ground = removed_on.map(|_| removal_ground(dice, ground));
    push_abnormal(subject, block, ground, listed_on, removal_ground.zip(removed_on));
}

/// Writes a listing, open or removed.
pub fn push_abnormal(
    subject: &Subject<'_>,
    block: &mut Block,
    ground: AbnormalGround,
    listed_on: NaiveDate,
    removed: Option<(RemovalGround, NaiveDate)>,
) {
    let (removal_ground, removed_on) = removed.unzip();
    block.abnormal_listings.push(abnormal_listing::Model {
        id: next_id(&block.abnormal_listings),
        enterprise_id: subject.id,
        ground,
        listed_on,
        removal_ground,
        removed_on,
        authority_id: subject.market_authority(),
        source_id: None,
        digest: 0,
    });
}

fn removal_ground(dice: &mut Dice, ground: AbnormalGround) -> RemovalGround {
    match ground {
        AbnormalGround::ReportNotPublished => RemovalGround::ReportFiled,
        AbnormalGround::InformationNotPublished => RemovalGround::InformationPublished,
        AbnormalGround::FalseInformation => RemovalGround::InformationCorrected,
        AbnormalGround::Unreachable => *dice.pick(&[RemovalGround::AddressChanged, RemovalGround::ReachableAgain]),
    }
}

/// 信用修复 An application and how it ended so far; the day on which it was granted, if it was.
fn apply(
    subject: &Subject<'_>,
    dice: &mut Dice,
    block: &mut Block,
    kind: RepairKind,
    object: i64,
    applied_on: NaiveDate,
) -> Option<NaiveDate> {
    let today = working(subject.world.today);
    if applied_on > today {
        return None;
    }
    let decided_on = Some(days_after(applied_on, dice.between(3, 20)).max(applied_on)).filter(|day| *day <= today);
    let status = match decided_on {
        None => *dice.pick(&[RepairStatus::Submitted, RepairStatus::Accepted]),
        Some(_) => {
            *dice.weighted(&[(RepairStatus::Granted, 80), (RepairStatus::Refused, 15), (RepairStatus::Withdrawn, 5)])
        }
    };
    let of = |wanted: RepairKind| (kind == wanted).then_some(object);
    block.repairs.push(repair::Model {
        id: next_id(&block.repairs),
        enterprise_id: subject.id,
        kind,
        status,
        penalty_id: of(RepairKind::PenaltyPublicity),
        abnormal_listing_id: of(RepairKind::AbnormalListing),
        serious_violation_id: of(RepairKind::SeriousViolation),
        applied_on,
        decided_on,
        authority_id: subject.market_authority(),
    });
    decided_on.filter(|_| status == RepairStatus::Granted)
}
