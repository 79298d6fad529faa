//! 违法行为 Violations by field: facts, the article that was violated and between which days it was
//! in force, what is decided and how high fines go.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::dice::{Dice, Weighted};
use super::words::{data, table, words};

/// Fields in which everybody is penalised.
const COMMON: [&str; 6] = ["登记", "广告", "价格", "反不正当竞争", "无证", "消费者权益"];

/// 受罚比例 Of a thousand enterprises, so many are penalised at all, unless a run says otherwise.
pub const PENALISED_PER_MILLE: u32 = 110;

/// Most penalties of one enterprise.
const MOST: u32 = 250;

/// 违法行为 A violation as it stands in the table.
#[derive(Deserialize)]
struct Row {
    field: String,
    weight: i64,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    low_yuan: i64,
    high_yuan: i64,
    violation: String,
    basis: String,
    decisions: String,
    goods: String,
}

struct Violation {
    row: Row,
    decisions: Vec<String>,
    goods: Vec<String>,
}

/// 违法行为目录 The violations by field.
pub struct Violations {
    fields: HashMap<String, Vec<Violation>>,
    counts: Weighted<u32>,
    /// 受罚比例 Of a thousand enterprises, so many are penalised at all.
    pub penalised_per_mille: u32,
}

/// 处罚内容 What a decision says.
pub struct Decision {
    /// 违法行为类型
    pub category: String,
    /// 违法事实
    pub violation: String,
    /// 处罚依据
    pub legal_basis: String,
    /// 处罚内容
    pub decision: String,
    /// 罚款金额 In 分.
    pub amount_fen: i64,
}

impl Violations {
    /// Reads the table.
    pub fn new() -> Self {
        let mut fields: HashMap<String, Vec<Violation>> = HashMap::new();
        for row in table::<Row>(data!("violations.csv")) {
            let (decisions, goods) = (words(&row.decisions), words(&row.goods));
            fields.entry(row.field.clone()).or_default().push(Violation { row, decisions, goods });
        }
        // n penalties are n² times as rare as one.
        let counts = Weighted::new((1..=MOST).map(|count| (count, 1_000_000 / u64::from(count * count))));
        Self { fields, counts, penalised_per_mille: PENALISED_PER_MILLE }
    }

    /// How many penalties an enterprise has: mostly none, rarely very many.
    pub fn count(&self, dice: &mut Dice) -> u32 {
        if dice.per_mille(self.penalised_per_mille) { *self.counts.draw(dice) } else { 0 }
    }

    /// 处罚决定 A decision against somebody who is mostly penalised in `fields`, under the law in force.
    pub fn decide(&self, dice: &mut Dice, fields: &[String], day: NaiveDate) -> Option<Decision> {
        let usual = !fields.is_empty() && dice.per_mille(720);
        let field = if usual { dice.pick(fields).as_str() } else { *dice.pick(&COMMON) };
        let found = self.violation(dice, field, day).or_else(|| self.violation(dice, "价格", day))?;
        Some(decision(dice, found))
    }

    fn violation(&self, dice: &mut Dice, field: &str, day: NaiveDate) -> Option<&Violation> {
        let in_force = |violation: &&Violation| {
            violation.row.from.is_none_or(|from| from <= day) && violation.row.until.is_none_or(|until| day <= until)
        };
        let known = self.fields.get(field)?.iter().filter(in_force);
        let total: i64 = known.clone().map(|violation| violation.row.weight).sum();
        let mut rest = dice.between(1, total);
        known.into_iter().find(|violation| {
            rest -= violation.row.weight;
            rest <= 0
        })
    }
}

fn decision(dice: &mut Dice, Violation { row, decisions, goods }: &Violation) -> Decision {
    let violation = match goods.is_empty() {
        true => row.violation.clone(),
        false => row.violation.replace("{g}", dice.pick::<String>(goods)),
    };
    let what = dice.pick(decisions);
    let yuan = if what.contains("罚款") { fine(dice, row) } else { 0 };
    let decision = if yuan > 0 { format!("{what}{yuan}元") } else { what.clone() };
    Decision {
        category: row.field.clone(),
        violation,
        legal_basis: row.basis.clone(),
        decision,
        amount_fen: yuan * 100,
    }
}

/// 罚款 Mostly near the lower end, in round sums.
fn fine(dice: &mut Dice, row: &Row) -> i64 {
    let share = dice.between(0, 1000) * dice.between(0, 1000) * dice.between(0, 1000);
    let yuan = row.low_yuan + (row.high_yuan - row.low_yuan) * (share / 1000) / 1_000_000;
    let step = if yuan >= 10_000 { 1000 } else { 100 };
    yuan / step * step
}

#[cfg(test)]
mod tests {
    use super::super::identity::World;
    use super::super::trades::Who;
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn every_row_can_be_decided() {
        let mut dice = World::new(1, day("2026-07-01")).records(0);
        for violation in Violations::new().fields.values().flatten() {
            let row = &violation.row;
            assert!(!violation.decisions.is_empty() && row.weight > 0 && row.low_yuan < row.high_yuan);
            assert_eq!(row.violation.contains("{g}"), !violation.goods.is_empty(), "{}", row.violation);
            assert!(row.basis.starts_with('《') && row.basis.contains("》第"), "{}", row.basis);
            let decision = decision(&mut dice, violation);
            assert_eq!(decision.amount_fen > 0, decision.decision.ends_with('元'));
            assert!((0..=row.high_yuan * 100).contains(&decision.amount_fen));
        }
    }

    #[test]
    fn as_many_are_penalised_as_is_asked_for() {
        let mut dice = World::new(1, day("2026-07-01")).records(0);
        let mut penalised = |penalised_per_mille| {
            let violations = Violations { penalised_per_mille, ..Violations::new() };
            (0..1_000).filter(|_| violations.count(&mut dice) > 0).count()
        };
        assert_eq!((penalised(0), penalised(1_000)), (0, 1_000));
        assert!((80..150).contains(&penalised(PENALISED_PER_MILLE)));
    }

    #[test]
    fn articles_are_cited_only_while_in_force() {
        let violations = Violations::new();
        let world = World::new(1, day("2026-07-01"));
        let mut dice = world.records(0);
        for _ in 0..4000 {
            let trade = world.trades.draw(&mut dice, Who::Company);
            for (on, absent) in [(day("2015-03-02"), "市场主体登记管理条例"), (day("2026-03-02"), "公司登记管理条例")]
            {
                let decision = violations.decide(&mut dice, &trade.fields, on).expect("a decision");
                assert!(!decision.legal_basis.contains(absent));
            }
        }
    }
}
