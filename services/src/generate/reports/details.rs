//! 年度报告子表 Contributions, investments, websites, share transfers, guarantees, social insurance
//! and employment needs: each for those kinds whose form has it, and as rare as in practice.

use chrono::{NaiveDate, TimeDelta};
use entities::annual_report::{
    contribution, employment_need, equity_transfer, guarantee, investment, social_insurance, website,
};
use rules::annual_report::{FilerKind, year_end};

use super::super::block::{Block, next_id};
use super::super::dice::{Dice, working};
use super::super::holders::FEN_STEP;
use super::super::registry::Subject;
use super::figures::Figures;

/// 用工需求 First year of which reports ask for it.
const EMPLOYMENT_SINCE: i32 = 2024;
/// 福利待遇
const BENEFITS: [&str; 4] = ["五险一金、带薪年假", "五险、包吃住", "五险一金、交通补贴、节日福利", "五险、周末双休"];

/// Writes the rare parts of one report.
pub fn write(
    subject: &Subject<'_>,
    dice: &mut Dice,
    block: &mut Block,
    report_id: i64,
    year: i32,
    filed_on: NaiveDate,
) {
    let kind = FilerKind::of(subject.kind());
    if kind != FilerKind::RepresentativeOffice && year >= EMPLOYMENT_SINCE && dice.per_mille(50) {
        employment_needs(subject, dice, block, report_id, filed_on);
    }
    if !matches!(kind, FilerKind::Enterprise | FilerKind::ForeignInvested) {
        return;
    }
    if dice.per_mille(100) {
        websites(subject, block, report_id);
    }
    if dice.per_mille(50) {
        investments(subject, dice, block, report_id, year);
    }
    if dice.per_mille(20) {
        guarantees(subject, dice, block, report_id, year);
    }
    if dice.per_mille(20) {
        equity_transfers(subject, dice, block, report_id, year);
    }
}

/// Writes the parts of the latest report that are taken over from year to year.
pub fn write_latest(
    subject: &Subject<'_>,
    dice: &mut Dice,
    block: &mut Block,
    report_id: i64,
    year: i32,
    figures: &Figures,
) {
    let kind = FilerKind::of(subject.kind());
    if matches!(kind, FilerKind::Enterprise | FilerKind::ForeignInvested) {
        contributions(subject, block, report_id, year);
    }
    if matches!(kind, FilerKind::Enterprise | FilerKind::ForeignInvested | FilerKind::Branch) && figures.insured > 0 {
        insurance(dice, block, report_id, figures.insured);
    }
}

/// 股东出资信息 As registered; what was paid after the year is not in its report.
fn contributions(subject: &Subject<'_>, block: &mut Block, report_id: i64, year: i32) {
    for holder in &subject.holders {
        let paid_on = holder.paid_on.filter(|day| year_end(year).is_some_and(|end| *day <= end));
        block.report_contributions.push(contribution::Model {
            id: next_id(&block.report_contributions),
            report_id,
            holder: holder.name.clone(),
            subscribed_fen: holder.subscribed_fen,
            subscribed_due_on: Some(holder.due_on),
            subscribed_form: holder.form.to_owned(),
            paid_fen: paid_on.map_or(0, |_| holder.paid_fen),
            paid_on,
            paid_form: paid_on.map(|_| holder.form.to_owned()),
        });
    }
}

/// 社保信息 The five kinds with employers' rates of pay (社会保险法); persons differ a little.
fn insurance(dice: &mut Dice, block: &mut Block, report_id: i64, insured: i64) {
    const KINDS: [(&str, i64); 5] =
        [("PENSION", 160), ("UNEMPLOYMENT", 5), ("MEDICAL", 80), ("INJURY", 4), ("MATERNITY", 5)];
    let month_yuan = dice.between(42, 96) * 100;
    let shows_pay = dice.per_mille(700);
    for (kind, per_mille) in KINDS {
        let persons = insured - if insured > 8 { dice.between(0, insured / 8) } else { 0 };
        let base_fen = persons * month_yuan * 12 * 100;
        let paid_fen = base_fen / 1000 * per_mille / FEN_STEP * FEN_STEP;
        block.social_insurance.push(social_insurance::Model {
            id: next_id(&block.social_insurance),
            report_id,
            kind: kind.to_owned(),
            persons: i32::try_from(persons).unwrap_or(i32::MAX),
            base_fen: shows_pay.then_some(base_fen / FEN_STEP * FEN_STEP),
            paid_fen: shows_pay.then_some(paid_fen),
            arrears_fen: shows_pay.then_some(0),
        });
    }
}

/// 网站或网店 Under a domain that nobody can own (RFC 2606).
fn websites(subject: &Subject<'_>, block: &mut Block, report_id: i64) {
    let identity = &subject.identity;
    let is_shop = identity.trade.fields.iter().any(|field| field == "电子商务");
    let (kind, word, label) = if is_shop { ("SHOP", "网店", "shop") } else { ("WEBSITE", "网站", "www") };
    let host = identity.uscc.to_lowercase();
    block.websites.push(website::Model {
        id: next_id(&block.websites),
        report_id,
        name: format!("{}{word}", identity.name),
        kind: kind.to_owned(),
        url: format!("https://{label}.{host}.example/"),
    });
}

/// 对外投资 Companies of the register that existed then.
fn investments(subject: &Subject<'_>, dice: &mut Dice, block: &mut Block, report_id: i64, year: i32) {
    let Some(end) = year_end(year) else { return };
    for _ in 0..=dice.run(300, 4) {
        let found = subject.world.company_before(subject.identity.index, end, dice);
        if let Some(other) = found.map(|index| subject.world.identity(index)) {
            let id = next_id(&block.investments);
            block.investments.push(investment::Model { id, report_id, name: other.name, uscc: Some(other.uscc) });
        }
    }
}

/// 对外提供保证担保
fn guarantees(subject: &Subject<'_>, dice: &mut Dice, block: &mut Block, report_id: i64, year: i32) {
    let Some(end) = year_end(year) else { return };
    let period_from = dice.any_day(subject.established_on().max(end - TimeDelta::days(364)), end);
    let debtor = match subject.world.company_before(subject.identity.index, period_from, dice) {
        Some(index) => subject.world.identity(index).name,
        None => subject.world.names.person(dice),
    };
    let bank = dice.pick(&["农村商业银行", "村镇银行", "城市商业银行", "农村信用合作联社"]);
    block.guarantees.push(guarantee::Model {
        id: next_id(&block.guarantees),
        report_id,
        creditor: format!("{}{bank}", subject.identity.place.name),
        debtor,
        amount_fen: dice.between(2, 200) * 10_000_000,
        period_from: Some(period_from),
        period_to: Some(period_from + TimeDelta::days(365 * dice.between(1, 5))),
        manner: (*dice.pick(&["JOINT", "JOINT", "JOINT", "GENERAL", "UNSPECIFIED"])).to_owned(),
    });
}

/// 股权变更 One holder gave a part to another; what they have now is what is registered.
fn equity_transfers(subject: &Subject<'_>, dice: &mut Dice, block: &mut Block, report_id: i64, year: i32) {
    let (Some(end), Some(capital_fen)) = (year_end(year), subject.capital_fen) else { return };
    let [giver, taker, ..] = subject.holders.as_slice() else { return };
    let share = |fen: i64| (fen / (capital_fen / 10_000)) as i32;
    let (giver_after, taker_after) = (share(giver.subscribed_fen), share(taker.subscribed_fen));
    let moved = taker_after * dice.between(2, 10) as i32 / 10;
    let first = subject.established_on().max(end - TimeDelta::days(364));
    let transferred_on = working(dice.any_day(first, end)).max(subject.established_on());
    for (holder, before, after) in
        [(giver, giver_after + moved, giver_after), (taker, taker_after - moved, taker_after)]
    {
        block.equity_transfers.push(equity_transfer::Model {
            id: next_id(&block.equity_transfers),
            report_id,
            holder: holder.name.clone(),
            before_basis_points: before,
            after_basis_points: after,
            transferred_on,
        });
    }
}

/// 用工需求
fn employment_needs(subject: &Subject<'_>, dice: &mut Dice, block: &mut Block, report_id: i64, filed_on: NaiveDate) {
    let section = subject.world.trades.section(subject.identity.trade);
    for post in section.posts.iter().take(1 + dice.run(300, 2) as usize) {
        let pay_low = dice.between(28, 70) * 100;
        let head_count = dice.between(1, 2 + subject.employees.min(60) / 6);
        block.employment_needs.push(employment_need::Model {
            id: next_id(&block.employment_needs),
            enterprise_id: subject.id,
            report_id: Some(report_id),
            post: post.clone(),
            pay_low_yuan: i32::try_from(pay_low).ok(),
            pay_high_yuan: i32::try_from(pay_low + dice.between(2, 40) * 100).ok(),
            head_count: i32::try_from(head_count).unwrap_or(1),
            graduates: i32::try_from(dice.between(0, head_count)).ok(),
            experience_years: i32::try_from((pay_low - 2_800) / 1_000).ok(),
            education: Some((*dice.pick(&["ANY", "SENIOR_SECONDARY", "COLLEGE", "BACHELOR"])).to_owned()),
            region_code: Some(subject.identity.place.code.get().cast_signed()),
            benefits: Some(BENEFITS[head_count as usize % BENEFITS.len()].to_owned()),
            publish_on: Some(filed_on),
            until_on: Some(filed_on + TimeDelta::days(dice.between(30, 330))),
            withdrawn_on: None,
        });
    }
}
