//! 变更清单 What was recorded, page by page: whoever keeps a copy of parts of the register asks for what came after the
//! place that the copy has reached, and needs to look at nothing else.
//!
//! Rows are told as they are now: one that was written twice may be told twice, one that is gone is not told.

use std::collections::BTreeMap;

use entities::changes::{Change, ENTERPRISES, FAMILIES, Span, within};
use entities::operations::Recorded;
use entities::{Database, DatabaseError, operations};
use serde::{Deserialize, Serialize};

/// Events that are read at once.
const EVENTS: i64 = 500;
/// Looks at the outbox for one page; events that concern nobody who asks may be many.
const LOOKS: usize = 20;

/// 位置 How far a copy is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The last event that was told in full.
    pub sequence: i64,
    /// The last row that was told of the event after it, 0 if none was.
    pub row: i64,
}

/// 一页 Changes, and where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// In the order in which they were recorded.
    pub changes: Vec<Change>,
    /// Where to go on.
    pub end: Position,
    /// Whether there may be more already.
    pub has_more: bool,
}

/// The place after everything that is recorded now.
///
/// # Errors
/// Any failure of the database.
pub async fn now(db: &Database) -> Result<Position, DatabaseError> {
    Ok(Position { sequence: operations::last_sequence(db).await?, row: 0 })
}

/// What was recorded after a place of tables that `is_wanted`: at most `limit` records, in at most [`LOOKS`] looks at
/// the outbox. A page may be empty and not the last.
///
/// # Errors
/// Any failure of the database.
pub async fn after(
    db: &Database,
    mut from: Position,
    is_wanted: impl Fn(&str) -> bool,
    limit: usize,
) -> Result<Page, DatabaseError> {
    let limit = limit.max(1);
    for _ in 0..LOOKS {
        let events = operations::events_after(db, from.sequence, EVENTS).await?;
        let Some(portion) = portion(&events, from, &is_wanted, limit) else {
            return Ok(Page { changes: Vec::new(), end: from, has_more: false });
        };
        let changes = read(db, &portion, limit).await?;
        let is_all = portion.is_last && events.len() < usize::try_from(EVENTS).unwrap_or(usize::MAX);
        from = portion.end;
        if !changes.is_empty() || is_all {
            return Ok(Page { changes, end: from, has_more: !is_all });
        }
    }
    Ok(Page { changes: Vec::new(), end: from, has_more: true })
}

/// What one page reads: spans by table, together of at most as many keys as the page may hold records.
#[derive(Debug, PartialEq, Eq)]
struct Portion {
    spans: BTreeMap<String, Vec<Span>>,
    end: Position,
    /// Whether every event that was looked at is in it to its end.
    is_last: bool,
}

/// Takes events in their order until their keys would be more than `limit`; of an event that is larger than a page, as
/// many keys as fit.
fn portion(events: &[Recorded], from: Position, is_wanted: impl Fn(&str) -> bool, limit: usize) -> Option<Portion> {
    let mut end = from;
    let (mut spans, mut room) = (BTreeMap::<String, Vec<Span>>::new(), i64::try_from(limit).unwrap_or(i64::MAX));
    for event in events {
        let first = event.first_id.max(end.row.saturating_add(1));
        if is_told(event) && is_wanted(&event.family) && first <= event.last_id {
            if room == 0 {
                return Some(Portion { spans, end, is_last: false });
            }
            let last = event.last_id.min(first.saturating_add(room - 1));
            room -= last - first + 1;
            spans.entry(event.family.clone()).or_default().push(Span { sequence: event.sequence, first, last });
            if last < event.last_id {
                end.row = last;
                return Some(Portion { spans, end, is_last: false });
            }
        }
        end = Position { sequence: event.sequence, row: 0 };
    }
    (!events.is_empty()).then_some(Portion { spans, end, is_last: true })
}

fn is_told(event: &Recorded) -> bool {
    event.act != "DELETE" && (event.family == ENTERPRISES || FAMILIES.contains(&event.family.as_str()))
}

/// One statement a table, whatever the number of events.
async fn read(db: &Database, portion: &Portion, limit: usize) -> Result<Vec<Change>, DatabaseError> {
    let mut changes = Vec::new();
    for (family, spans) in &portion.spans {
        changes.extend(within(db, family, spans, limit).await?);
    }
    changes.sort_by_key(|change| (change.sequence, change.id));
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event(sequence: i64, family: &str, first_id: i64, last_id: i64) -> Recorded {
        Recorded { sequence, family: family.to_owned(), act: "UPSERT".to_owned(), first_id, last_id }
    }

    /// Every key of every event, page after page.
    fn walked(events: &[Recorded], limit: usize) -> Vec<(i64, i64)> {
        let (mut from, mut told) = (Position::default(), Vec::new());
        loop {
            let left: Vec<Recorded> = events.iter().filter(|event| event.sequence > from.sequence).cloned().collect();
            let Some(portion) = portion(&left, from, |_| true, limit) else { return told };
            let mut page: Vec<(i64, i64)> = portion
                .spans
                .values()
                .flatten()
                .flat_map(|span| (span.first..=span.last).map(|key| (span.sequence, key)))
                .collect();
            assert!(page.len() <= limit, "{portion:?}");
            page.sort_unstable();
            told.extend(page);
            from = portion.end;
        }
    }

    proptest! {
        #[test]
        fn pages_of_any_size_tell_every_record_once_and_in_order(
            spans in prop::collection::vec((1_i64..50, 0_i64..30, any::<bool>()), 0..20),
            limit in 1_usize..40,
        ) {
            let events: Vec<Recorded> = spans.iter().zip(1..).map(|(&(first, more, is_penalty), sequence)| {
                event(sequence * 3, if is_penalty { "penalties" } else { "enterprises" }, first, first + more)
            }).collect();
            let all: Vec<(i64, i64)> = events.iter()
                .flat_map(|event| (event.first_id..=event.last_id).map(|key| (event.sequence, key)))
                .collect();
            prop_assert_eq!(walked(&events, limit), all);
        }
    }

    #[test]
    fn what_nobody_is_told_of_is_passed_over() {
        let events = [event(1, "jobs", 1, 1_000), event(2, "penalties", 5, 6)];
        let portion = portion(&events, Position::default(), |_| true, 10).expect("a portion");
        assert_eq!(portion.spans.into_keys().collect::<Vec<_>>(), ["penalties"]);
        assert_eq!(portion.end, Position { sequence: 2, row: 0 });
        assert!(portion.is_last);
    }
}
