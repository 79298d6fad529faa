//! 行业 What enterprises do: a table of common trades, and every other class of GB/T 4754-2017 as
//! the long tail, with the words for name and scope, the licences and the usual violations.

use std::collections::HashMap;

use rules::industry::{self, Industry, IndustryLevel};
use serde::Deserialize;

use super::dice::{Dice, Weighted};
use super::words::{data, table, words};

/// 行业概况 What the trades of a section (门类) have in common.
pub struct Section {
    /// 人均营业收入 A year, in 万元.
    pub per_head_wan: i64,
    /// Assets, in per cent of a year's revenue.
    pub assets_percent: i64,
    /// Profit, in per mille of revenue.
    pub margin_per_mille: i64,
    /// 岗位 Posts that are advertised.
    pub posts: Vec<String>,
}

/// 行业 A trade.
pub struct Trade {
    /// 小类 Class of GB/T 4754-2017.
    pub industry: &'static Industry,
    /// Words that stand for it in the name of a company.
    pub names: Vec<String>,
    /// Words that stand for it in the name of a household.
    pub shops: Vec<String>,
    /// 经营范围 Business scope.
    pub scope: String,
    /// 许可证 Names of the licences that it needs.
    pub licences: Vec<String>,
    /// Fields in which it is penalised.
    pub fields: Vec<String>,
}

#[derive(Deserialize)]
struct TradeRow {
    code: String,
    company: u64,
    household: u64,
    cooperative: u64,
    names: String,
    shops: String,
    scope: String,
    licences: String,
    fields: String,
}

#[derive(Deserialize)]
struct SectionRow {
    section: char,
    tail: u64,
    per_head_wan: i64,
    assets_percent: i64,
    margin_per_mille: i64,
    names: String,
    posts: String,
    fields: String,
}

/// 行业表 The trades, as often as each kind of enterprise takes them up.
pub struct Trades {
    all: Vec<Trade>,
    companies: Weighted<usize>,
    households: Weighted<usize>,
    cooperatives: Weighted<usize>,
    sections: HashMap<char, Section>,
}

/// Who takes up a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Companies and all who are not below.
    Company,
    /// 个体工商户
    Household,
    /// 农民专业合作社
    Cooperative,
}

/// Of a thousand companies, so many are in the long tail.
const TAIL_PER_MILLE: u64 = 220;

impl Trades {
    /// Reads the tables.
    pub fn new() -> Self {
        let common: Vec<TradeRow> = table(data!("trades.csv"));
        let sections: Vec<SectionRow> = table(data!("sections.csv"));
        let column = |of: fn(&TradeRow) -> u64| common.iter().map(of).enumerate().collect::<Vec<_>>();
        let (households, cooperatives) = (column(|row| row.household), column(|row| row.cooperative));
        let mut companies = column(|row| row.company);
        let mut all: Vec<Trade> = common.iter().filter_map(common_trade).collect();
        companies.extend(tail(&sections, &mut all, companies.iter().map(|(_, weight)| weight).sum()));
        // The weights of the tail are in finer units than those of the table.
        companies[..common.len()].iter_mut().for_each(|(_, weight)| *weight *= UNIT);
        Self {
            all,
            companies: Weighted::new(companies),
            households: Weighted::new(households),
            cooperatives: Weighted::new(cooperatives),
            sections: sections.into_iter().map(|row| (row.section, section(&row))).collect(),
        }
    }

    /// Draws a trade.
    pub fn draw(&self, dice: &mut Dice, who: Who) -> &Trade {
        let trades = match who {
            Who::Company => &self.companies,
            Who::Household => &self.households,
            Who::Cooperative => &self.cooperatives,
        };
        &self.all[*trades.draw(dice)]
    }

    /// What the section of a trade is like.
    pub fn section(&self, trade: &Trade) -> &Section {
        &self.sections[&trade.industry.section]
    }
}

/// One unit of the table's weights in those of the tail.
const UNIT: u64 = 100_000;

fn common_trade(row: &TradeRow) -> Option<Trade> {
    Some(Trade {
        industry: industry::find(&row.code)?,
        names: words(&row.names),
        shops: words(&row.shops),
        scope: row.scope.clone(),
        licences: words(&row.licences),
        fields: words(&row.fields),
    })
}

fn section(row: &SectionRow) -> Section {
    Section {
        per_head_wan: row.per_head_wan,
        assets_percent: row.assets_percent,
        margin_per_mille: row.margin_per_mille,
        posts: words(&row.posts),
    }
}

/// Adds the classes of the sections that have a tail; answers their places and weights.
fn tail(sections: &[SectionRow], all: &mut Vec<Trade>, common: u64) -> Vec<(usize, u64)> {
    let shares: u64 = sections.iter().map(|row| row.tail).sum();
    let whole = common * UNIT * TAIL_PER_MILLE / (1000 - TAIL_PER_MILLE);
    let mut weights = Vec::new();
    for row in sections.iter().filter(|row| row.tail > 0) {
        let classes: Vec<_> = industry::all().iter().filter(|class| is_tail(class, row.section)).collect();
        let weight = whole * row.tail / shares / classes.len().max(1) as u64;
        for class in classes {
            weights.push((all.len(), weight));
            all.push(tail_trade(class, row));
        }
    }
    weights
}

/// Classes that are named after what they leave out make no sense as a business scope.
fn is_tail(class: &Industry, section: char) -> bool {
    class.level == IndustryLevel::Class
        && class.section == section
        && !class.name.starts_with("其他")
        && !class.name.contains("未列明")
}

fn tail_trade(class: &'static Industry, row: &SectionRow) -> Trade {
    Trade {
        industry: class,
        names: words(&row.names),
        shops: Vec::new(),
        scope: format!("{}；技术服务、技术开发、技术咨询；国内贸易代理；货物进出口", class.name),
        licences: Vec::new(),
        fields: words(&row.fields),
    }
}

#[cfg(test)]
mod tests {
    use super::super::dice::{Key, Purpose};
    use super::*;

    #[test]
    fn the_table_names_classes_of_the_standard() {
        let rows: Vec<TradeRow> = table(data!("trades.csv"));
        for row in &rows {
            let class = industry::find(&row.code).map(|class| class.level);
            assert_eq!(class, Some(IndustryLevel::Class), "{}", row.code);
            assert!(!row.names.is_empty() && row.scope.contains('；'), "{}", row.code);
            assert!(row.household == 0 || !row.shops.is_empty(), "{}", row.code);
        }
        assert_eq!(rows.len(), rows.iter().filter_map(common_trade).count());
    }

    #[test]
    fn every_trade_has_a_section_and_the_tail_is_long() {
        let trades = Trades::new();
        assert!(trades.all.len() > 900);
        assert!(trades.all.iter().all(|trade| !trades.section(trade).posts.is_empty()));
        let mut dice = Key::new(1).dice(0, Purpose::Records);
        let drawn = (0..5000).map(|_| trades.draw(&mut dice, Who::Company));
        let tail = drawn
            .filter(|trade| trade.licences.is_empty() && trade.shops.is_empty() && trade.scope.contains("国内贸易代理"))
            .count();
        assert!((900..1400).contains(&tail), "{tail}");
    }
}
