//! 命中消息 From events of the outbox and hits of the index to what the owner of a search is told.
//!
//! Pure: what was written, what of it was found, in which order and with which positions it is told.

use std::collections::{HashMap, HashSet};

use entities::operations::Recorded;

use super::matches::families_of;
use crate::index::{Family, SearchFilter, SearchHit};

/// Keys that an event spans beyond which it is told as one message, whatever of it fits.
const LARGE: i64 = 1_000;

/// 新命中 What is told at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// 位置 From which whoever has heard it misses nothing.
    pub sequence: i64,
    /// 记录 Table and key; `None` for many at once (批量入库), among which there may be matches.
    pub record: Option<(&'static str, i64)>,
}

/// 写入的记录 The records of some events that a search may find.
#[derive(Debug, Default)]
pub struct Written {
    /// Each record with the event that wrote it last.
    keys: HashMap<(Family, i64), (i64, &'static str)>,
    found: HashSet<(Family, i64)>,
    /// The last of the large events.
    many: Option<i64>,
}

impl Written {
    /// What events wrote, as far as it is of a family that the filter accepts.
    pub fn of(events: &[&Recorded], filter: &SearchFilter) -> Self {
        let mut written = Self::default();
        for event in events.iter().filter(|event| event.act == "UPSERT") {
            let Some(table) = table_of(&event.family) else { continue };
            let is_accepted = |family: &&Family| filter.families.is_empty() || filter.families.contains(family);
            let families: Vec<Family> = families_of(table).iter().filter(is_accepted).copied().collect();
            if families.is_empty() {
                continue;
            }
            if event.last_id - event.first_id >= LARGE {
                written.many = Some(event.sequence);
                continue;
            }
            for family in families {
                let keys = (event.first_id..=event.last_id).map(|id| ((family, id), (event.sequence, table)));
                written.keys.extend(keys);
            }
        }
        written.found = written.keys.keys().copied().collect();
        written
    }

    /// Whether there is nothing to be told, whatever fits.
    pub fn is_nothing(&self) -> bool {
        self.keys.is_empty() && self.many.is_none()
    }

    /// The records about which the index is to be asked.
    pub fn keys(&self) -> &HashSet<(Family, i64)> {
        &self.found
    }

    /// What is told, in the order of the events. Of the matches of one event all but the last carry the
    /// position before it: whoever breaks off among them is told the event again and misses nothing.
    pub fn told(&self, hits: &[SearchHit]) -> Vec<Matched> {
        let key =
            |hit: &SearchHit| self.keys.get(&(hit.family, hit.id)).map(|(at, table)| (*at, Some((*table, hit.id))));
        let mut told: Vec<(i64, Option<(&'static str, i64)>)> = hits.iter().filter_map(key).collect();
        told.extend(self.many.map(|at| (at, None)));
        told.sort_unstable();
        told.dedup();
        let is_last = |place: usize| told.get(place + 1).is_none_or(|next| next.0 != told[place].0);
        let placed = told.iter().enumerate();
        placed
            .map(|(place, (at, record))| Matched {
                sequence: if is_last(place) { *at } else { at - 1 },
                record: *record,
            })
            .collect()
    }
}

/// The table of an event as a constant.
fn table_of(family: &str) -> Option<&'static str> {
    use entities::changes::{ENTERPRISES, FAMILIES};
    FAMILIES.into_iter().chain([ENTERPRISES]).find(|table| *table == family)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(sequence: i64, family: &str, first_id: i64, last_id: i64) -> Recorded {
        Recorded { sequence, family: family.to_owned(), act: "UPSERT".to_owned(), first_id, last_id }
    }

    fn written(events: &[Recorded], filter: &SearchFilter) -> Written {
        Written::of(&events.iter().collect::<Vec<_>>(), filter)
    }

    #[test]
    fn a_record_that_was_written_twice_is_asked_about_once() {
        let events = [event(7, "penalties", 1, 3), event(9, "penalties", 2, 2), event(10, "jobs", 1, 9)];
        let written = written(&events, &SearchFilter::default());
        assert_eq!(written.keys().len(), 3);
        assert_eq!(written.keys[&(Family::Penalty, 2)].0, 9, "it is told with the event that wrote it last");
    }

    #[test]
    fn families_that_the_filter_does_not_accept_are_not_looked_at() {
        let filter = SearchFilter { families: vec![Family::Penalty], ..SearchFilter::default() };
        assert!(written(&[event(7, "enterprises", 1, 9_000), event(8, "enterprises", 1, 3)], &filter).is_nothing());
        assert_eq!(written(&[event(7, "penalties", 1, 3)], &filter).keys().len(), 3);
    }

    #[test]
    fn what_was_deleted_fits_nothing() {
        let gone = Recorded { act: "DELETE".to_owned(), ..event(7, "penalties", 1, 3) };
        assert!(written(&[gone], &SearchFilter::default()).is_nothing());
    }

    #[test]
    fn a_break_within_an_event_misses_nothing() {
        let written = written(&[event(7, "penalties", 1, 9), event(8, "penalties", 20, 29)], &SearchFilter::default());
        let hit = |id| SearchHit {
            family: Family::Penalty,
            id,
            enterprise_id: 1,
            score: 1.0,
            is_public: true,
            reasons: Vec::new(),
            highlights: Vec::new(),
            cursor: "rs.0.0".parse().expect("a cursor"),
        };
        let told = |ids: &[i64]| -> Vec<(i64, Option<i64>)> {
            let hits: Vec<SearchHit> = ids.iter().copied().map(hit).collect();
            written.told(&hits).into_iter().map(|told| (told.sequence, told.record.map(|record| record.1))).collect()
        };
        assert_eq!(told(&[21, 3, 2]), [(6, Some(2)), (7, Some(3)), (8, Some(21))]);
        assert_eq!(told(&[3]), [(7, Some(3))]);
        assert_eq!(told(&[77]), [], "a record that was not written is not told");
    }

    #[test]
    fn large_events_are_told_as_one_message_at_the_last_of_them() {
        let events =
            [event(7, "penalties", 1, 1_001), event(8, "enterprises", 1, 5_000), event(9, "penalties", 1, 1_000)];
        let written = written(&events, &SearchFilter::default());
        assert_eq!(written.told(&[]), [Matched { sequence: 8, record: None }]);
        assert_eq!(written.keys().len(), 1_000, "a thousand rows are looked at one by one");
    }
}
