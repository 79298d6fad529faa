//! 许可证 Kinds of licences with the form of their numbers and their term.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::dice::Dice;
use super::places::Place;
use super::words::{data, table};

/// 许可证种类 A kind of licence.
#[derive(Deserialize)]
pub struct LicenceType {
    name: String,
    number: String,
    /// 有效期 In years.
    pub years: i32,
    /// Whether the market regulator gives it, not the office for permits.
    pub market: bool,
}

/// 许可证目录 The kinds by name.
pub struct LicenceTypes(HashMap<String, LicenceType>);

impl LicenceTypes {
    /// Reads the table.
    pub fn new() -> Self {
        let rows: Vec<LicenceType> = table(data!("licences.csv"));
        Self(rows.into_iter().map(|row| (row.name.clone(), row)).collect())
    }

    /// The kind of this name.
    pub fn find(&self, name: &str) -> Option<&LicenceType> {
        self.0.get(name)
    }
}

impl LicenceType {
    /// 许可证编号 A number after the pattern of the kind. `{R}` region, `{Q}` its first two digits,
    /// `{P}` the province in one character, `{S}` the town, `{U}` the holder's code, `{Y}` the year,
    /// `{7}` seven digits.
    pub fn number(&self, dice: &mut Dice, place: &Place, holder: &str, given_on: NaiveDate) -> String {
        let region = place.code.to_string();
        let mut number = String::with_capacity(48);
        let mut rest = self.number.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            number.push_str(before);
            let (what, after) = after.split_once('}').unwrap_or((after, ""));
            match what {
                "R" => number.push_str(&region),
                "Q" => number.push_str(&region[..2]),
                "P" => number.push_str(&place.mark),
                "S" => number.push_str(place.seat),
                "U" => number.push_str(holder),
                "Y" => number.push_str(&given_on.year().to_string()),
                digits => dice.push_digits(&mut number, digits.parse().unwrap_or(0)),
            }
            rest = after;
        }
        number.push_str(rest);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::super::identity::World;
    use super::super::trades::Who;
    use super::*;

    #[test]
    fn every_trade_finds_its_licences() {
        let today = NaiveDate::from_ymd_opt(2026, 7, 1).expect("a day");
        let world = World::new(1, today);
        let mut dice = world.records(0);
        for who in [Who::Company, Who::Household, Who::Cooperative] {
            for _ in 0..3000 {
                for name in &world.trades.draw(&mut dice, who).licences {
                    assert!(world.licences.find(name).is_some(), "{name}");
                }
            }
        }
    }

    #[test]
    fn numbers_follow_their_pattern() {
        let today = NaiveDate::from_ymd_opt(2026, 7, 1).expect("a day");
        let world = World::new(1, today);
        let holder = world.identity(0);
        let kind = world.licences.find("食品经营许可证").expect("a kind");
        let number = kind.number(&mut world.records(0), holder.place, &holder.uscc, today);
        assert!(number.starts_with(&format!("JY1{}", holder.place.code)) && number.len() == 16, "{number}");
        let kind = world.licences.find("网络文化经营许可证").expect("a kind");
        let number = kind.number(&mut world.records(0), holder.place, &holder.uscc, today);
        assert!(number.contains("网文〔2026〕"));
    }
}
