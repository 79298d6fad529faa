//! 股东及出资 Who holds an enterprise and what each promised and paid: the promises add up to the
//! registered capital, nobody paid more than promised, and due days keep to 公司法 art. 47.

use chrono::{NaiveDate, TimeDelta};
use entities::enterprise::{contribution, shareholder};

use super::block::{Block, next_id};
use super::dice::{Dice, days_after, working, years_after};
use super::forms::Owners;
use super::registry::Subject;

/// Smallest unit of an amount: 0.01 万元, the finest that annual reports take.
pub const FEN_STEP: i64 = 10_000;

/// 股东 A holder with the contribution.
#[derive(Clone)]
pub struct Holder {
    /// 名称或姓名
    pub name: String,
    /// 统一社会信用代码 Of a holder that is itself registered.
    pub uscc: Option<String>,
    /// 认缴出资额
    pub subscribed_fen: i64,
    /// 认缴出资期限
    pub due_on: NaiveDate,
    /// 出资方式
    pub form: &'static str,
    /// 实缴出资额
    pub paid_fen: i64,
    /// 实缴出资日期
    pub paid_on: Option<NaiveDate>,
}

/// Draws the holders of an enterprise that has capital and owners.
pub fn draw(subject: &Subject<'_>, dice: &mut Dice) -> Vec<Holder> {
    let Some(capital_fen) = subject.capital_fen else { return Vec::new() };
    let names = names(subject, dice);
    let shares = shares(dice, names.len());
    let due_on = due_on(subject, dice);
    let holder = |((name, uscc), percent)| {
        let form = *dice.weighted(&[
            ("CURRENCY", 920),
            ("IN_KIND", 45),
            ("INTELLECTUAL_PROPERTY", 20),
            ("LAND_USE_RIGHT", 10),
            ("EQUITY", 5),
        ]);
        // Capital is in whole 万元, so a per cent of it is a whole number of steps.
        let subscribed_fen = capital_fen / 100 * percent;
        let (paid_fen, paid_on) = paid(subject, dice, subscribed_fen, due_on);
        Holder { name, uscc, subscribed_fen, due_on, form, paid_fen, paid_on }
    };
    names.into_iter().zip(shares).map(holder).collect()
}

type Named = (String, Option<String>);

fn names(subject: &Subject<'_>, dice: &mut Dice) -> Vec<Named> {
    let head = || (subject.representative.clone(), None);
    match subject.identity.owners() {
        Owners::None => Vec::new(),
        Owners::Person => vec![head()],
        Owners::Persons(least, most) => {
            let count = dice.between(0, most - least) * dice.between(0, 4) / 4 + least;
            std::iter::once(head()).chain((1..count).map(|_| person(subject, dice))).collect()
        }
        Owners::Company => vec![company(subject, dice)],
        Owners::Mixed => {
            let count = dice.between(1, 3);
            std::iter::once(company(subject, dice)).chain((0..count).map(|_| person(subject, dice))).collect()
        }
        Owners::Public => vec![(public_body(subject), None)],
        Owners::Foreign => foreign(subject, dice),
    }
}

fn person(subject: &Subject<'_>, dice: &mut Dice) -> Named {
    (subject.world.names.person(dice), None)
}

/// A company of the register; a person where there is none yet.
fn company(subject: &Subject<'_>, dice: &mut Dice) -> Named {
    let found = subject.world.company_before(subject.identity.index, subject.established_on(), dice);
    match found.map(|index| subject.world.identity(index)) {
        Some(holder) => (holder.name, Some(holder.uscc)),
        None => person(subject, dice),
    }
}

fn public_body(subject: &Subject<'_>) -> String {
    let place = subject.identity.place.name;
    if subject.identity.life.form.term.starts_with("集体") {
        format!("{place}供销合作联合社")
    } else {
        format!("{place}国有资产监督管理局")
    }
}

fn foreign(subject: &Subject<'_>, dice: &mut Dice) -> Vec<Named> {
    let term = subject.identity.life.form.term;
    let brand = subject.world.names.foreign_brand(dice);
    let name = if term.contains("港澳台") {
        let place = dice.pick(&["香港", "香港", "澳门", "台湾"]);
        format!("{brand}（{place}）有限公司")
    } else {
        let country = dice.pick(&["日本", "韩国", "美国", "德国", "新加坡", "英国", "法国", "澳大利亚"]);
        format!("{country}{brand}控股有限公司")
    };
    let mut holders = vec![(name, None)];
    if !term.contains("独资") {
        holders.push(company(subject, dice));
    }
    holders
}

/// Shares in per cent, each at least 1, together 100; the first is mostly the largest.
fn shares(dice: &mut Dice, holders: usize) -> Vec<i64> {
    let mut rest = 100;
    (0..holders as i64)
        .map(|position| {
            let after = holders as i64 - 1 - position;
            let most = rest - after;
            let least = if position == 0 { most / 2 } else { 1 };
            let share = if after == 0 { rest } else { dice.between(least.max(1), most) };
            rest -= share;
            share
        })
        .collect()
}

/// 认缴出资期限 Within five years of the establishment since 2024-07-01 (公司法 art. 47), far
/// away for those of the years before, and never after the operating term.
fn due_on(subject: &Subject<'_>, dice: &mut Dice) -> NaiveDate {
    let established_on = subject.established_on();
    let five_year_rule = NaiveDate::from_ymd_opt(2024, 7, 1).unwrap_or_default();
    let free_choice = NaiveDate::from_ymd_opt(2014, 3, 1).unwrap_or_default();
    let years = if established_on >= five_year_rule {
        dice.between(1, 5)
    } else if established_on >= free_choice {
        *dice.pick(&[5, 10, 20, 20, 30])
    } else {
        dice.between(1, 2)
    };
    let due_on = years_after(established_on, years as i32) - TimeDelta::days(1);
    subject.operating_until.map_or(due_on, |until| due_on.min(until))
}

fn paid(subject: &Subject<'_>, dice: &mut Dice, subscribed_fen: i64, due_on: NaiveDate) -> (i64, Option<NaiveDate>) {
    let is_due = due_on <= subject.last_day;
    let tenths = match dice.between(0, 99) {
        0..85 if is_due => 10,
        0..30 => 10,
        30..65 => 0,
        _ => dice.between(1, 9),
    };
    let paid_fen = subscribed_fen / FEN_STEP * tenths / 10 * FEN_STEP;
    if paid_fen == 0 {
        return (0, None);
    }
    let latest = working(due_on.min(subject.last_day)).max(subject.established_on());
    let first = subject.established_on();
    (paid_fen, Some(dice.day(first, days_after(first, 900).min(latest))))
}

/// Writes the holders and their contributions.
pub fn write(subject: &Subject<'_>, block: &mut Block) {
    for holder in &subject.holders {
        let shareholder_id = next_id(&block.shareholders);
        block.shareholders.push(shareholder::Model {
            id: shareholder_id,
            enterprise_id: subject.id,
            name: holder.name.clone(),
            uscc: holder.uscc.clone(),
        });
        block.contributions.push(contribution::Model {
            id: next_id(&block.contributions),
            shareholder_id,
            subscribed_fen: holder.subscribed_fen,
            subscribed_due_on: Some(holder.due_on),
            subscribed_form: holder.form.to_owned(),
            paid_fen: holder.paid_fen,
            paid_on: holder.paid_on,
            paid_form: holder.paid_on.map(|_| holder.form.to_owned()),
        });
    }
}
