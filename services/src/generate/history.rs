//! 变更 Changes of registered items with the versions that they ended: what the register said on
//! any earlier day can be read back.

use chrono::{NaiveDate, TimeDelta};
use entities::change::change_record;
use entities::enterprise::version;
use rules::vocabulary::{ChangeItem, EnterpriseKind, EnterpriseStatus};

use super::block::{Block, next_id};
use super::dice::{Dice, days_after, working};
use super::registry::{FEN_OF_WAN, Subject};

/// Shortest time between two changes and after the establishment.
const SHORTEST_VERSION_DAYS: i64 = 60;

/// What the history says of the present registration.
pub struct Registration {
    /// Day of the last change, or of the establishment.
    pub valid_from: NaiveDate,
    /// Day from which the head is in office.
    pub head_since: NaiveDate,
}

/// The items that change.
struct State {
    name: String,
    address: String,
    representative: String,
    capital_fen: Option<i64>,
}

/// Draws changes, and writes them with the versions that they ended.
pub fn write(subject: &Subject<'_>, dice: &mut Dice, block: &mut Block) -> Registration {
    let days = days(subject, dice);
    let established_on = subject.established_on();
    let mut registration =
        Registration { valid_from: days.last().copied().unwrap_or(established_on), head_since: established_on };
    let mut state = State {
        name: subject.identity.name.clone(),
        address: subject.address.clone(),
        representative: subject.representative.clone(),
        capital_fen: subject.capital_fen,
    };
    // From the present backwards: each change is undone, which gives the version before it.
    for (position, day) in days.iter().enumerate().rev() {
        for item in items(subject, dice) {
            if item == ChangeItem::LegalRepresentative && registration.head_since == established_on {
                registration.head_since = *day;
            }
            let (before_text, after_text) = undo(subject, dice, &mut state, item);
            let id = next_id(&block.changes);
            let changed_on = *day;
            block.changes.push(change_record::Model {
                id,
                enterprise_id: subject.id,
                item,
                before_text,
                after_text,
                changed_on,
            });
        }
        let valid_from = if position == 0 { established_on } else { days[position - 1] };
        block.versions.push(former(subject, &state, next_id(&block.versions), valid_from, *day));
    }
    registration
}

/// Days of the changes, in order. A tenth of the enterprises has some, few households have.
fn days(subject: &Subject<'_>, dice: &mut Dice) -> Vec<NaiveDate> {
    let is_household = subject.kind() == EnterpriseKind::IndividualHousehold;
    let first = days_after(subject.established_on(), SHORTEST_VERSION_DAYS + 2);
    let last = working(subject.last_day - TimeDelta::days(1));
    if first > last || !dice.per_mille(if is_household { 60 } else { 180 }) {
        return Vec::new();
    }
    let mut days: Vec<NaiveDate> = (0..=dice.run(280, 4)).map(|_| dice.late_day(first, last)).collect();
    days.sort_unstable();
    days.dedup_by(|later, earlier| (*later - *earlier).num_days() < SHORTEST_VERSION_DAYS);
    days
}

fn items(subject: &Subject<'_>, dice: &mut Dice) -> Vec<ChangeItem> {
    let first = match subject.kind() {
        EnterpriseKind::IndividualHousehold => *dice.pick(&[ChangeItem::Address, ChangeItem::Name]),
        EnterpriseKind::Branch
        | EnterpriseKind::RepresentativeOffice
        | EnterpriseKind::StateOwned
        | EnterpriseKind::Collective => *dice.pick(&[ChangeItem::Address, ChangeItem::LegalRepresentative]),
        _ => *dice.weighted(&[
            (ChangeItem::Address, 35),
            (ChangeItem::LegalRepresentative, 30),
            (ChangeItem::Name, 15),
            (ChangeItem::RegisteredCapital, 20),
        ]),
    };
    let with_address = first != ChangeItem::Address && dice.per_mille(200);
    std::iter::once(first).chain(with_address.then_some(ChangeItem::Address)).collect()
}

/// Puts the item back to what it was before; answers the texts before and after the change.
fn undo(subject: &Subject<'_>, dice: &mut Dice, state: &mut State, item: ChangeItem) -> (String, String) {
    let (world, identity) = (subject.world, &subject.identity);
    match item {
        ChangeItem::Name => replace(&mut state.name, || {
            world.names.enterprise(dice, identity.life.form, identity.place, identity.trade)
        }),
        ChangeItem::LegalRepresentative => replace(&mut state.representative, || world.names.person(dice)),
        ChangeItem::RegisteredCapital => {
            let after = state.capital_fen.map_or(0, |fen| fen / FEN_OF_WAN);
            // Capital grows more often than it is reduced.
            let (times, parts) = *dice.pick(&[(1, 2), (1, 2), (1, 5), (3, 10), (2, 1)]);
            let before = Some(after * times / parts).filter(|wan| *wan > 0).unwrap_or(after * 2);
            state.capital_fen = Some(before * FEN_OF_WAN);
            (format!("{before}万元"), format!("{after}万元"))
        }
        _ => replace(&mut state.address, || world.places.address(dice, identity.place)),
    }
}

/// Replaces a text by another one.
fn replace(text: &mut String, mut draw: impl FnMut() -> String) -> (String, String) {
    let mut before = draw();
    while before == *text {
        before = draw();
    }
    (before.clone(), std::mem::replace(text, before))
}

fn former(subject: &Subject<'_>, state: &State, id: i64, from: NaiveDate, to: NaiveDate) -> version::Model {
    version::Model {
        id,
        enterprise_id: subject.id,
        valid_from: from,
        valid_to: to,
        recorded_at: to.and_hms_opt(8, 0, 0).unwrap_or_default().and_utc(),
        name: state.name.clone(),
        status: EnterpriseStatus::Active,
        legal_representative: state.representative.clone(),
        registered_capital_fen: state.capital_fen,
        region_code: subject.identity.place.code.get().cast_signed(),
        address: state.address.clone(),
        business_scope: subject.identity.scope().to_owned(),
    }
}
