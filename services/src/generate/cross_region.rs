//! 跨地域记录 What other provinces sent: about some of our enterprises, and about as many companies of their own that
//! stand in no register here. Drawn from numbers of their own, so that nothing else of a run changes with them.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use entities::cross_region::received::Model;
use rules::calendar::written_day;
use rules::region::RegionCode;
use rules::vocabulary::{CrossRegionKind, OffsiteCaseState};

use super::block::{Block, next_id};
use super::credit::serious_ground;
use super::dice::{Dice, days_after, working, years_after};
use super::forms::Form;
use super::identity::World;
use super::places::Place;
use super::registry::Subject;
use super::trades::{Trade, Who};

/// Of a thousand enterprises, so many are known to another province.
const KNOWN_PER_MILLE: u32 = 30;

/// How often each kind is sent.
const KINDS: [(CrossRegionKind, u64); 4] = [
    (CrossRegionKind::Penalty, 42),
    (CrossRegionKind::Licence, 34),
    (CrossRegionKind::OffsiteCase, 13),
    (CrossRegionKind::SeriousViolation, 11),
];

/// 三个月 Publicity of a small fine (市场监督管理行政处罚信息公示规定 art. 13).
const SMALL_FINE_DAYS: i64 = 92;

/// 小额罚款 Up to which a fine is small.
const SMALL_FINE_FEN: i64 = 500_000;

/// 三年 Publicity of other penalties (art. 13), and years for which a violation stays on the list.
const YEARS: i32 = 3;

/// 十五个工作日 Days in which a request for assistance is to be answered.
const ANSWER_DAYS: i64 = 21;

/// 当事人 Whom a record is about.
struct Party<'w> {
    uscc: String,
    name: String,
    enterprise_id: Option<i64>,
    trade: &'w Trade,
    /// The first and the last day on which something can have happened to it.
    days: (NaiveDate, NaiveDate),
}

/// 来件 What the sender tells; the rest of the record follows from who sent it, and when.
struct Letter {
    document_number: String,
    title: String,
    facts: String,
    legal_basis: String,
    decision: String,
    bureau: &'static str,
    amount_fen: Option<i64>,
    valid_to: Option<NaiveDate>,
    public_until: Option<NaiveDate>,
    removed_on: Option<NaiveDate>,
    state: Option<OffsiteCaseState>,
}

/// Writes what was sent about an enterprise, and about a stranger who stands for it elsewhere.
pub fn write(subject: &Subject<'_>, dice: &mut Dice, block: &mut Block) {
    let (world, identity) = (subject.world, &subject.identity);
    if dice.per_mille(KNOWN_PER_MILLE) {
        let party = Party {
            uscc: identity.uscc.clone(),
            name: identity.name.clone(),
            enterprise_id: Some(subject.id),
            trade: identity.trade,
            days: (subject.established_on(), subject.last_day),
        };
        if let Some(sender) = world.places.draw_elsewhere(dice, identity.place.code) {
            send(world, &party, sender, dice, block);
        }
    }
    if dice.per_mille(KNOWN_PER_MILLE) {
        let found = world.places.draw_elsewhere(dice, identity.place.code);
        if let Some((party, sender)) = found.and_then(|place| Some((stranger(subject, place, dice)?, place))) {
            send(world, &party, sender, dice, block);
        }
    }
}

/// A company of another province.
fn stranger<'w>(subject: &Subject<'w>, place: &Place, dice: &mut Dice) -> Option<Party<'w>> {
    let (world, form) = (subject.world, Form::company());
    let trade = world.trades.draw(dice, Who::Company);
    let today = working(world.today);
    let since = working(form.since() + TimeDelta::days(6)).min(today);
    Some(Party {
        uscc: world.stranger(subject.identity.index, place.code)?.to_string(),
        name: world.names.enterprise(dice, form, place, trade),
        enterprise_id: None,
        trade,
        days: (dice.late_day(since, today), today),
    })
}

/// One record, now and then two of different kinds.
fn send(world: &World, party: &Party<'_>, sender: &Place, dice: &mut Dice, block: &mut Block) {
    let first = *dice.weighted(&KINDS);
    let second = Some(*dice.weighted(&KINDS)).filter(|kind| dice.per_mille(150) && *kind != first);
    for kind in std::iter::once(first).chain(second) {
        let decided_on = dice.late_day(party.days.0, party.days.1);
        let letter = match kind {
            CrossRegionKind::Licence => licence(world, party, sender, decided_on, dice),
            CrossRegionKind::Penalty => penalty(world, party, sender, decided_on, dice),
            CrossRegionKind::SeriousViolation => listing(world, party, sender, decided_on, dice),
            CrossRegionKind::OffsiteCase => case(world, party, sender, decided_on, dice),
        };
        if let Some(letter) = letter {
            let times = times(world, decided_on, dice);
            block.cross_region.push(row(next_id(&block.cross_region), kind, party, sender, decided_on, letter, times));
        }
    }
}

/// 来源时间 Some days after the decision, in office hours (UTC); the message arrives within four hours.
fn times(world: &World, decided_on: NaiveDate, dice: &mut Dice) -> (DateTime<Utc>, DateTime<Utc>) {
    let day = days_after(decided_on, dice.between(1, 12)).min(world.today).max(decided_on);
    let hour = u32::try_from(dice.between(1, 9)).unwrap_or_default();
    let minute = u32::try_from(dice.between(0, 59)).unwrap_or_default();
    let made = day.and_hms_opt(hour, minute, 0).unwrap_or_default().and_utc();
    (made, made + TimeDelta::minutes(dice.between(5, 240)))
}

fn row(
    id: i64,
    kind: CrossRegionKind,
    party: &Party<'_>,
    sender: &Place,
    decided_on: NaiveDate,
    letter: Letter,
    (source_time, received_at): (DateTime<Utc>, DateTime<Utc>),
) -> Model {
    Model {
        id,
        kind,
        province_code: province(sender).get().cast_signed(),
        uscc: party.uscc.clone(),
        enterprise_name: party.name.clone(),
        enterprise_id: party.enterprise_id,
        document_number: letter.document_number,
        title: letter.title,
        facts: letter.facts,
        legal_basis: letter.legal_basis,
        decision: letter.decision,
        authority: format!("{}{}", sender.full_name, letter.bureau),
        amount_fen: letter.amount_fen,
        decided_on,
        valid_to: letter.valid_to,
        public_until: letter.public_until,
        removed_on: letter.removed_on,
        state: letter.state,
        source_time,
        received_at,
    }
}

const MARKET: &str = "市场监督管理局";

fn province(sender: &Place) -> RegionCode {
    sender.code.province()
}

/// 文号 `金水市监处罚〔2024〕123号`.
fn document(sender: &Place, word: &str, day: NaiveDate, dice: &mut Dice) -> String {
    format!("{}{word}〔{}〕{}号", sender.short, day.year(), dice.between(1, 9_999))
}

/// 行政许可 For business in the other province.
fn licence(world: &World, party: &Party<'_>, sender: &Place, day: NaiveDate, dice: &mut Dice) -> Option<Letter> {
    /// What whoever needs no licence for the trade itself is given elsewhere.
    const COMMON: [&str; 3] = ["食品经营许可证", "道路运输经营许可证", "劳务派遣经营许可证"];
    let own: Vec<&str> = party.trade.licences.iter().map(String::as_str).collect();
    let name = *dice.pick(if own.is_empty() { COMMON.as_slice() } else { own.as_slice() });
    let kind = world.licences.find(name)?;
    Some(Letter {
        document_number: kind.number(dice, sender, &party.uscc, day),
        title: name.to_owned(),
        facts: format!("{}申请在{}取得{name}，申请材料齐全、符合法定条件", party.name, sender.full_name),
        legal_basis: "《中华人民共和国行政许可法》第三十八条第一款".to_owned(),
        decision: format!("准予行政许可，有效期{}年", kind.years),
        bureau: if kind.market { MARKET } else { "行政审批局" },
        amount_fen: None,
        valid_to: Some(years_after(day, kind.years) - TimeDelta::days(1)),
        public_until: None,
        removed_on: None,
        state: None,
    })
}

/// 行政处罚 Published for three months or three years, some until a repair ended that.
fn penalty(world: &World, party: &Party<'_>, sender: &Place, day: NaiveDate, dice: &mut Dice) -> Option<Letter> {
    let found = world.violations.decide(dice, &party.trade.fields, day)?;
    let whole_term = years_after(day, YEARS) - TimeDelta::days(1);
    let public_until = match found.amount_fen {
        ..=SMALL_FINE_FEN => day + TimeDelta::days(SMALL_FINE_DAYS),
        _ if dice.per_mille(120) => days_after(day, dice.between(200, 700)),
        _ => whole_term,
    };
    Some(Letter {
        document_number: document(sender, "市监处罚", day, dice),
        title: found.category,
        facts: found.violation,
        legal_basis: found.legal_basis,
        decision: found.decision,
        bureau: MARKET,
        amount_fen: Some(found.amount_fen),
        valid_to: None,
        public_until: Some(public_until),
        removed_on: None,
        state: None,
    })
}

/// 严重违法失信 On the list for three years, some removed earlier; the removal arrived after the listing.
fn listing(world: &World, party: &Party<'_>, sender: &Place, day: NaiveDate, dice: &mut Dice) -> Option<Letter> {
    let found = world.violations.decide(dice, &party.trade.fields, day)?;
    let expiry = working(years_after(day, YEARS));
    let early = dice.per_mille(300).then(|| days_after(day, dice.between(366, 800)));
    Some(Letter {
        document_number: document(sender, "市监列严", day, dice),
        title: serious_ground(&found.category).term().to_owned(),
        facts: format!("{}，情节严重", found.violation),
        legal_basis: found.legal_basis,
        decision: "列入严重违法失信名单".to_owned(),
        bureau: MARKET,
        amount_fen: None,
        valid_to: None,
        public_until: Some(expiry),
        removed_on: Some(early.unwrap_or(expiry)).filter(|removed| *removed <= world.today),
        state: None,
    })
}

/// 异地案件协同 A request for assistance, a transfer, or a penalty that is shared.
fn case(world: &World, party: &Party<'_>, sender: &Place, day: NaiveDate, dice: &mut Dice) -> Option<Letter> {
    let found = world.violations.decide(dice, &party.trade.fields, day)?;
    let (violation, name) = (found.violation.trim_start_matches("当事人"), &party.name);
    let due = written_day(days_after(day, ANSWER_DAYS));
    let (title, word, facts, legal_basis) = match dice.between(0, 9) {
        0..6 => (
            "协助调查",
            "市监协查",
            format!("{name}涉嫌{violation}，请协助核查其登记住所、进货票据和销售去向，并于{due}前函复"),
            "《中华人民共和国行政处罚法》第二十六条",
        ),
        6..8 => (
            "案件移送",
            "市监案移",
            format!("{name}涉嫌{violation}，违法行为发生地在贵局辖区，现将案件材料移送，请于{due}前回复立案情况"),
            "《中华人民共和国行政处罚法》第二十二条",
        ),
        _ => (
            "处罚信息推送",
            "市监协示",
            format!("{name}{violation}一案已作出行政处罚决定，请登记地市场监督管理部门于{due}前公示"),
            "《市场监督管理行政处罚信息公示规定》第十条",
        ),
    };
    let state = state((world.today - day).num_days(), dice);
    let decision = if state == OffsiteCaseState::Answered { "已办理并函复" } else { "待办理" };
    Some(Letter {
        document_number: document(sender, word, day, dice),
        title: title.to_owned(),
        facts,
        legal_basis: legal_basis.to_owned(),
        decision: decision.to_owned(),
        bureau: MARKET,
        amount_fen: None,
        valid_to: None,
        public_until: None,
        removed_on: None,
        state: Some(state),
    })
}

/// How far a case is that was sent so many days ago.
fn state(days: i64, dice: &mut Dice) -> OffsiteCaseState {
    use OffsiteCaseState::{Answered, Overdue, Received, Sent};
    match days {
        ..4 => Sent,
        4..=ANSWER_DAYS => *dice.weighted(&[(Sent, 1), (Received, 6), (Answered, 3)]),
        _ => *dice.weighted(&[(Answered, 85), (Overdue, 15)]),
    }
}
