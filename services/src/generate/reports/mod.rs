//! 年度报告 The annual reports of the last five completed years: filed in time, filed late after the
//! abnormal listing that follows (企业信息公示暂行条例 art. 17), or not at all.

mod details;
mod figures;
mod filed;

use chrono::{Datelike, NaiveDate, TimeDelta};
use entities::annual_report::report;
use entities::vault::VaultError;
use rules::annual_report::{FilerKind, window};
use rules::vocabulary::{AbnormalGround, EnterpriseKind, EnterpriseStatus, RemovalGround};

use self::figures::{Course, Figures};
use super::block::{Block, next_id};
use super::credit;
use super::dice::{Dice, days_after, working};
use super::registry::Subject;

/// Completed years that are reported.
const YEARS: i32 = 5;

/// 公示与否 Of a thousand filers, so many leave the figures out.
const WITHHELD_PER_MILLE: u32 = 100;

/// What became of the duty to report a year.
enum Filing {
    /// There was no duty, or the day has not come.
    None,
    /// 已报
    Filed(NaiveDate),
    /// 补报 Filed after the listing of the first day.
    Late(NaiveDate, NaiveDate),
    /// 未报 Listed on the day.
    Missing(NaiveDate),
}

/// Writes the reports of an enterprise, and the abnormal listings of those that were late.
///
/// # Errors
/// What is not published of a report cannot be sealed.
pub fn write(subject: &Subject<'_>, dice: &mut Dice, block: &mut Block) -> Result<(), VaultError> {
    let contact = Contact::draw(subject, dice);
    let mut course = Course::draw(subject, dice);
    let last = subject.world.today.year() - 1;
    let mut years = Vec::with_capacity(YEARS as usize);
    for year in (last + 1 - YEARS..=last).rev() {
        years.push((year, course.figures(dice)));
        course.step_back(dice);
    }
    let (mut latest, mut before) = (None, None);
    for (year, figures) in years.into_iter().rev() {
        let filing = filing(subject, dice, year);
        note_listing(subject, block, &filing);
        if let Filing::Filed(day) | Filing::Late(_, day) = filing {
            let id = next_id(&block.reports);
            block.reports.push(row(subject, &contact, (year, day, !contact.withheld), &figures, id));
            details::write(subject, dice, block, id, year, day);
            // Whoever still owes the last year begins from it.
            if year == last - 1 {
                before = Some(row(subject, &contact, (year, day, true), &figures, id));
            }
            latest = Some((id, year, figures));
        }
    }
    if let Some((id, year, figures)) = latest {
        details::write_latest(subject, dice, block, id, year, &figures);
    }
    before.map_or(Ok(()), |whole| filed::write(subject, block, &whole, contact.withheld))
}

fn filing(subject: &Subject<'_>, dice: &mut Dice, year: i32) -> Filing {
    let Some(window) = window(FilerKind::of(subject.kind()), year) else { return Filing::None };
    if subject.established_on().year() > year {
        return Filing::None;
    }
    let in_time = dice.any_day(window.from, window.to);
    let listed_on = days_after(window.to, dice.between(4, 30));
    let filed_on = dice.any_day(listed_on, listed_on + TimeDelta::days(420));
    let (late, missing) = lateness(subject);
    let drawn = dice.between(0, 999);
    if drawn >= late + missing {
        return if in_time <= subject.last_day { Filing::Filed(in_time) } else { Filing::None };
    }
    if listed_on > subject.last_day {
        Filing::None
    } else if drawn < late && filed_on <= subject.last_day {
        Filing::Late(listed_on, filed_on)
    } else {
        Filing::Missing(listed_on)
    }
}

/// Of a thousand reports, how many are late and how many are missing.
fn lateness(subject: &Subject<'_>) -> (i64, i64) {
    let is_household = subject.kind() == EnterpriseKind::IndividualHousehold;
    match subject.identity.life.status {
        EnterpriseStatus::Revoked | EnterpriseStatus::RevokedDeregistered => (60, 420),
        _ if is_household => (50, 150),
        _ => (35, 25),
    }
}

fn note_listing(subject: &Subject<'_>, block: &mut Block, filing: &Filing) {
    let (listed_on, removed) = match filing {
        Filing::None | Filing::Filed(_) => return,
        Filing::Missing(listed_on) => (*listed_on, None),
        Filing::Late(listed_on, filed_on) => {
            let removed_on = days_after(*filed_on, 3).max(*listed_on);
            let is_removed = removed_on <= working(subject.world.today);
            (*listed_on, is_removed.then_some((RemovalGround::ReportFiled, removed_on)))
        }
    };
    // Households are marked, not listed.
    if subject.kind() != EnterpriseKind::IndividualHousehold {
        credit::push_abnormal(subject, block, AbnormalGround::ReportNotPublished, listed_on, removed);
    }
}

/// 联系信息 and what else stays the same from year to year.
struct Contact {
    postal_address: String,
    postal_code: String,
    email: String,
    controlling_kind: &'static str,
    female_percent: i64,
    withheld: bool,
}

impl Contact {
    fn draw(subject: &Subject<'_>, dice: &mut Dice) -> Self {
        let place = subject.identity.place;
        let mut postal_code = place.postal.clone();
        dice.push_digits(&mut postal_code, 6_usize.saturating_sub(place.postal.len()));
        let elsewhere = dice.per_mille(70);
        Self {
            postal_address: if elsewhere { subject.world.places.address(dice, place) } else { subject.address.clone() },
            postal_code,
            // A domain that nobody can own (RFC 2606): no mail ever goes to a real box.
            email: format!("{}@mail.example", subject.phone.replace('-', "")),
            controlling_kind: controlling_kind(subject),
            female_percent: dice.between(5, 75),
            withheld: dice.per_mille(WITHHELD_PER_MILLE),
        }
    }
}

fn controlling_kind(subject: &Subject<'_>) -> &'static str {
    let term = subject.identity.life.form.term;
    match subject.kind() {
        EnterpriseKind::ForeignInvested if term.contains("港澳台") => "HONG_KONG_MACAO_TAIWAN",
        EnterpriseKind::ForeignInvested => "FOREIGN",
        EnterpriseKind::Collective => "COLLECTIVE",
        EnterpriseKind::StateOwned => "STATE",
        _ if term.contains("国有") => "STATE",
        _ => "PRIVATE",
    }
}

/// Which parts a kind's form has.
struct Parts {
    contact: bool,
    operation: bool,
    profit: bool,
    balance: bool,
    control: bool,
}

impl Parts {
    const fn of(kind: FilerKind) -> Self {
        let company = matches!(kind, FilerKind::Enterprise | FilerKind::ForeignInvested);
        let branch = matches!(kind, FilerKind::Branch);
        Self {
            contact: !matches!(kind, FilerKind::Individual),
            operation: company || branch,
            profit: company || branch || matches!(kind, FilerKind::Cooperative),
            balance: company,
            control: company,
        }
    }
}

fn row(
    subject: &Subject<'_>,
    contact: &Contact,
    (year, submitted_on, shown): (i32, NaiveDate, bool),
    figures: &Figures,
    id: i64,
) -> report::Model {
    let kind = FilerKind::of(subject.kind());
    let parts = Parts::of(kind);
    let shown = shown && kind != FilerKind::RepresentativeOffice;
    let amount = |has: bool, fen: i64| (has && shown).then_some(fen);
    let persons = |has: bool, count: i64| i32::try_from(count).ok().filter(|_| has);
    report::Model {
        id,
        enterprise_id: subject.id,
        year,
        submitted_on,
        postal_address: parts.contact.then(|| contact.postal_address.clone()),
        postal_code: parts.contact.then(|| contact.postal_code.clone()),
        phone: Some(subject.phone.clone()),
        email: parts.contact.then(|| contact.email.clone()),
        operating_status: parts.operation.then(|| operating_status(subject).to_owned()),
        main_activity: parts.operation.then(|| subject.identity.trade.industry.name.to_owned()),
        controlling_kind: parts.control.then(|| contact.controlling_kind.to_owned()),
        employees: persons(true, figures.employees),
        female_employees: persons(parts.operation, figures.employees * contact.female_percent / 100),
        total_assets_fen: amount(parts.balance, figures.assets_fen),
        total_liabilities_fen: amount(parts.balance, figures.liabilities_fen),
        owners_equity_fen: amount(parts.balance, figures.equity_fen()),
        total_revenue_fen: amount(true, figures.revenue_fen),
        main_revenue_fen: amount(parts.operation, figures.main_revenue_fen),
        total_profit_fen: amount(parts.profit, figures.profit_fen),
        net_profit_fen: amount(parts.operation, figures.net_profit_fen),
        total_tax_fen: amount(true, figures.tax_fen),
        insured_persons: persons(parts.operation, figures.insured),
        source_id: None,
        digest: 0,
    }
}

fn operating_status(subject: &Subject<'_>) -> &'static str {
    match subject.identity.life.status {
        EnterpriseStatus::Suspended => "SUSPENDED",
        EnterpriseStatus::Liquidating => "LIQUIDATING",
        _ => "OPEN",
    }
}
