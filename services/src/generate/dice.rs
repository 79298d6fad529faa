//! 随机数 The random numbers of one enterprise, from a ChaCha stream of its own: what an enterprise
//! looks like depends on the seed and its position only, whichever thread makes it.
//!
//! Whole numbers throughout, so that every machine draws the same rows.

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What the numbers are drawn for; each purpose has a stream, so that an enterprise can be named
/// without drawing its records.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// Kind, days, place, trade, name.
    Identity = 0,
    /// Everything else.
    Records = 1,
    /// What other provinces sent.
    CrossRegion,
    /// How its legal representative is reached.
    Contacts,
    /// What was announced of it.
    Notices,
}

/// Streams of purposes that came later lie beyond those of every place in a run, so that a seed goes on making
/// the rows that it made before.
const LATER: u64 = 1 << 63;

/// 种子 The key from which every stream of a run comes.
#[derive(Clone)]
pub struct Key(ChaCha8Rng);

impl Key {
    /// The key of a seed.
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// The numbers of one enterprise.
    pub fn dice(&self, index: u64, purpose: Purpose) -> Dice {
        let mut numbers = self.0.clone();
        numbers.set_stream(match purpose {
            Purpose::Identity | Purpose::Records => index * 2 + purpose as u64,
            Purpose::CrossRegion => LATER + index,
            Purpose::Contacts => LATER + (1 << 62) + index,
            Purpose::Notices => LATER + (1 << 61) + index,
        });
        Dice(numbers)
    }
}

/// 随机数 A stream of random numbers.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// A number of the range, both ends included; `low` if the range is empty.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        if low >= high { low } else { self.0.random_range(low..=high) }
    }

    /// Whether something happens that happens `n` times in a thousand.
    pub fn per_mille(&mut self, n: u32) -> bool {
        self.0.random_range(0..1000) < n
    }

    /// One of the items, each as likely as the other. There must be one.
    pub fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.0.random_range(0..items.len())]
    }

    /// One of the items, as often as its weight says. There must be one.
    pub fn weighted<'t, T>(&mut self, items: &'t [(T, u64)]) -> &'t T {
        let total: u64 = items.iter().map(|(_, weight)| weight).sum();
        let mut rest = self.0.random_range(0..total);
        let drawn = items.iter().position(|(_, weight)| {
            let found = rest < *weight;
            rest = rest.saturating_sub(*weight);
            found
        });
        &items[drawn.unwrap_or(0)].0
    }

    /// How often in a row something happens that happens `n` times in a thousand, at most `most` times.
    pub fn run(&mut self, n: u32, most: u32) -> u32 {
        (0..most).take_while(|_| self.per_mille(n)).count() as u32
    }

    /// Appends decimal digits.
    pub fn push_digits(&mut self, text: &mut String, count: usize) {
        for _ in 0..count {
            text.push(char::from(b'0' + self.0.random_range(0..10_u8)));
        }
    }

    /// Any day of the range, both ends included; `from` if the range is empty.
    pub fn any_day(&mut self, from: NaiveDate, to: NaiveDate) -> NaiveDate {
        from + TimeDelta::days(self.between(0, (to - from).num_days()))
    }

    /// A working day between two working days; `from` if there is none.
    pub fn day(&mut self, from: NaiveDate, to: NaiveDate) -> NaiveDate {
        working(self.any_day(from, to))
    }

    /// A working day between two, the nearer to the end the likelier.
    pub fn late_day(&mut self, from: NaiveDate, to: NaiveDate) -> NaiveDate {
        let span = (to - from).num_days().max(0);
        let back = span * self.between(0, 1000) * self.between(0, 1000) / 1_000_000;
        if span == 0 { from } else { working(to - TimeDelta::days(back)).max(from) }
    }
}

/// 工作日 The day itself or the Friday before it. Keeps the order of days, and a working day stays.
pub fn working(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => day - TimeDelta::days(1),
        Weekday::Sun => day - TimeDelta::days(2),
        _ => day,
    }
}

/// The day `count` days later, a working day.
pub fn days_after(day: NaiveDate, count: i64) -> NaiveDate {
    working(day + TimeDelta::days(count))
}

/// The same day `years` later.
pub fn years_after(day: NaiveDate, years: i32) -> NaiveDate {
    let year = day.year() + years;
    // 29 February has no counterpart in most years.
    day.with_year(year).or_else(|| day.pred_opt()?.with_year(year)).unwrap_or(day)
}

/// 加权 Items that are drawn as often as their weights say.
pub struct Weighted<T> {
    items: Vec<T>,
    /// Sums of the weights up to and including each item.
    sums: Vec<u64>,
}

impl<T> Weighted<T> {
    /// Items with weights; those without weight are left out.
    pub fn new(items: impl IntoIterator<Item = (T, u64)>) -> Self {
        let mut sum = 0;
        let (items, sums) = items
            .into_iter()
            .filter(|(_, weight)| *weight > 0)
            .map(|(item, weight)| {
                sum += weight;
                (item, sum)
            })
            .unzip();
        Self { items, sums }
    }

    /// 齐夫分布 Items in the order of their frequency: the n-th is drawn about 1/n as often as the first.
    pub fn zipf(items: impl IntoIterator<Item = T>) -> Self {
        /// Flattens the top, where real names are nearer to each other than 1, 1/2, 1/3.
        const SHIFT: u64 = 5;
        Self::new(items.into_iter().enumerate().map(|(rank, item)| (item, 1_000_000 / (rank as u64 + SHIFT))))
    }

    /// Draws an item. There must be one.
    pub fn draw(&self, dice: &mut Dice) -> &T {
        let total = self.sums.last().copied().unwrap_or(1);
        let drawn = dice.0.random_range(0..total);
        &self.items[self.sums.partition_point(|sum| *sum <= drawn)]
    }

    /// The item at a position among those that have weight.
    pub fn at(&self, position: usize) -> &T {
        &self.items[position]
    }

    /// Every item, in the order given.
    #[cfg(test)]
    pub fn items(&self) -> &[T] {
        &self.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn streams_repeat_and_differ() {
        let draw = |seed, index, purpose| Key::new(seed).dice(index, purpose).between(0, i64::MAX);
        assert_eq!(draw(1, 7, Purpose::Identity), draw(1, 7, Purpose::Identity));
        assert_ne!(draw(1, 7, Purpose::Identity), draw(1, 7, Purpose::Records));
        assert_ne!(draw(1, 7, Purpose::Identity), draw(1, 8, Purpose::Identity));
        assert_ne!(draw(1, 7, Purpose::Records), draw(1, 7, Purpose::CrossRegion));
        assert_ne!(draw(1, 7, Purpose::CrossRegion), draw(1, 8, Purpose::CrossRegion));
        assert_ne!(draw(1, 7, Purpose::Identity), draw(2, 7, Purpose::Identity));
    }

    #[test]
    fn days_stay_within_their_range_and_are_working_days() {
        let mut dice = Key::new(3).dice(0, Purpose::Records);
        let (from, to) = (working(day("2024-02-10")), working(day("2024-02-25")));
        for _ in 0..500 {
            for drawn in [dice.day(from, to), dice.late_day(from, to)] {
                assert!(from <= drawn && drawn <= to && working(drawn) == drawn);
            }
        }
        assert_eq!(dice.day(to, from), to);
        assert_eq!(dice.late_day(to, from), to);
    }

    #[test]
    fn leap_days_have_a_counterpart() {
        assert_eq!(years_after(day("2024-02-29"), 1), day("2025-02-28"));
        assert_eq!(years_after(day("2024-02-29"), 4), day("2028-02-29"));
    }

    #[test]
    fn weights_are_respected() {
        let mut dice = Key::new(3).dice(0, Purpose::Records);
        let letters = Weighted::new([('a', 1), ('b', 0), ('c', 3)]);
        let drawn: Vec<char> = (0..4000).map(|_| *letters.draw(&mut dice)).collect();
        assert!(!drawn.contains(&'b'));
        assert!((800..1200).contains(&drawn.iter().filter(|letter| **letter == 'a').count()));
    }
}
