//! 组织形式 Kinds of enterprises with the types that the authorities write, how often each occurs,
//! who owns it, what capital it has, since when the law knows it and how it ends.

use chrono::NaiveDate;
use rules::vocabulary::EnterpriseKind::{
    self, Branch, Collective, FarmersCooperative, ForeignInvested, IndividualHousehold, JointStockCompany,
    LimitedCompany, Partnership, RepresentativeOffice, SoleProprietorship, StateOwned,
};
use rules::vocabulary::EnterpriseStatus::{self, *};

use super::dice::Dice;

/// 出资人 Who holds an enterprise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owners {
    /// Nobody is registered as a holder.
    None,
    /// One person.
    Person,
    /// Several persons, from the first number to the second.
    Persons(i64, i64),
    /// One company.
    Company,
    /// Companies and persons.
    Mixed,
    /// A body of the state or of a collective.
    Public,
    /// A foreign company, with or without a Chinese partner.
    Foreign,
}

/// 登记类型 A type of enterprise.
#[derive(Debug)]
pub struct Form {
    /// 经营主体类型
    pub kind: EnterpriseKind,
    /// 登记类型 In the words of the authorities.
    pub term: &'static str,
    /// Of 10,000 enterprises.
    weight: u64,
    /// 出资人
    pub owners: Owners,
    /// End of the name.
    pub suffix: &'static str,
}

const fn form(kind: EnterpriseKind, term: &'static str, weight: u64, owners: Owners, suffix: &'static str) -> Form {
    Form { kind, term, weight, owners, suffix }
}

const LIMITED: &str = "有限公司";
const STOCK: &str = "股份有限公司";

/// Every type; the first is that of the first enterprise of a run.
static FORMS: [Form; 27] = [
    form(LimitedCompany, "有限责任公司（自然人投资或控股）", 2350, Owners::Persons(2, 6), LIMITED),
    form(LimitedCompany, "有限责任公司（自然人独资）", 1260, Owners::Person, LIMITED),
    form(LimitedCompany, "有限责任公司（法人独资）", 310, Owners::Company, LIMITED),
    form(LimitedCompany, "有限责任公司（国有控股）", 100, Owners::Mixed, LIMITED),
    form(LimitedCompany, "有限责任公司（国有独资）", 40, Owners::Public, LIMITED),
    form(LimitedCompany, "其他有限责任公司", 140, Owners::Mixed, LIMITED),
    form(JointStockCompany, "股份有限公司（非上市、自然人投资或控股）", 95, Owners::Persons(5, 9), STOCK),
    form(JointStockCompany, "股份有限公司（上市、自然人投资或控股）", 7, Owners::Mixed, STOCK),
    form(JointStockCompany, "股份有限公司（非上市、国有控股）", 18, Owners::Mixed, STOCK),
    form(ForeignInvested, "有限责任公司（外商投资、非独资）", 30, Owners::Foreign, LIMITED),
    form(ForeignInvested, "有限责任公司（外国法人独资）", 22, Owners::Foreign, LIMITED),
    form(ForeignInvested, "有限责任公司（港澳台投资、非独资）", 16, Owners::Foreign, LIMITED),
    form(ForeignInvested, "有限责任公司（港澳台法人独资）", 12, Owners::Foreign, LIMITED),
    form(StateOwned, "全民所有制", 40, Owners::Public, ""),
    form(Collective, "集体所有制", 60, Owners::Public, ""),
    form(IndividualHousehold, "个体工商户", 4000, Owners::None, ""),
    form(FarmersCooperative, "农民专业合作社", 400, Owners::Persons(5, 8), ""),
    form(Branch, "有限责任公司分公司（自然人投资或控股）", 360, Owners::None, ""),
    form(Branch, "有限责任公司分公司（法人独资）", 60, Owners::None, ""),
    form(Branch, "其他有限责任公司分公司", 30, Owners::None, ""),
    form(Partnership, "有限合伙企业", 160, Owners::Persons(2, 6), "合伙企业（有限合伙）"),
    form(Partnership, "普通合伙企业", 80, Owners::Persons(2, 4), "合伙企业（普通合伙）"),
    form(Partnership, "特殊普通合伙企业", 10, Owners::Persons(3, 8), "事务所（特殊普通合伙）"),
    form(SoleProprietorship, "个人独资企业", 380, Owners::Person, ""),
    form(RepresentativeOffice, "外国（地区）企业常驻代表机构", 20, Owners::None, ""),
    form(Branch, "股份有限公司分公司（非上市）", 0, Owners::None, ""),
    form(Branch, "外商投资企业分公司", 0, Owners::None, ""),
];

impl Form {
    /// The types with their weights.
    pub fn weighted() -> impl Iterator<Item = (&'static Self, u64)> {
        FORMS.iter().map(|form| (form, form.weight))
    }

    /// 有限责任公司 The commonest company.
    pub fn company() -> &'static Self {
        &FORMS[0]
    }

    /// The type of a branch whose parent is of this kind, for kinds that have a type of their own.
    pub fn branch_of(&'static self, parent: EnterpriseKind) -> &'static Self {
        match parent {
            JointStockCompany => &FORMS[25],
            ForeignInvested => &FORMS[26],
            _ => self,
        }
    }

    /// 公司 Whether it is a company and may have branches and subsidiaries.
    pub const fn is_company(&self) -> bool {
        matches!(self.kind, LimitedCompany | JointStockCompany | ForeignInvested)
    }

    /// Whether the prefecture registers it, not the county.
    pub const fn is_registered_above_county(&self) -> bool {
        matches!(self.kind, JointStockCompany | ForeignInvested | StateOwned | RepresentativeOffice)
    }

    /// The day before which none of the kind was registered (公司法 1994-07-01, 合伙企业法
    /// 1997-08-01, 个人独资企业法 2000-01-01, 农民专业合作社法 2007-07-01).
    pub fn since(&self) -> NaiveDate {
        let (year, month) = match self.kind {
            LimitedCompany | JointStockCompany | Branch => (1994, 7),
            Partnership => (1997, 8),
            SoleProprietorship => (2000, 1),
            FarmersCooperative => (2007, 7),
            _ => (1985, 1),
        };
        NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_default()
    }

    /// The statuses of the kind, with weights.
    pub const fn statuses(&self) -> &'static [(EnterpriseStatus, u64)] {
        match self.kind {
            IndividualHousehold => {
                &[(Active, 600), (Operating, 190), (Suspended, 12), (Revoked, 18), (Deregistered, 180)]
            }
            StateOwned | Collective => &[
                (Active, 420),
                (Operating, 60),
                (Liquidating, 20),
                (Revoked, 260),
                (RevokedDeregistered, 60),
                (Deregistered, 180),
            ],
            RepresentativeOffice => &[(Active, 620), (Revoked, 20), (Deregistered, 360)],
            _ => &[
                (Active, 640),
                (Operating, 130),
                (Suspended, 8),
                (Liquidating, 6),
                (MovedOut, 14),
                (Revoked, 52),
                (RevokedDeregistered, 16),
                (Deregistered, 134),
            ],
        }
    }

    /// 注册资本（出资额、资金数额） In 万元, heavy-tailed; `None` where the kind has none.
    pub fn capital_wan(&self, dice: &mut Dice) -> Option<i64> {
        const LADDER: [i64; 12] = [10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 3000, 5000];
        let step = |dice: &mut Dice, low, high| LADDER[dice.between(low, high) as usize];
        let common = match self.kind {
            Branch | RepresentativeOffice => return None,
            IndividualHousehold if dice.per_mille(450) => return None,
            IndividualHousehold => return Some(dice.between(1, 5) * dice.between(1, 4)),
            JointStockCompany => step(dice, 8, 11) * dice.between(1, 3),
            ForeignInvested | StateOwned => step(dice, 5, 10),
            FarmersCooperative | Partnership => step(dice, 2, 8),
            SoleProprietorship | Collective => step(dice, 0, 5),
            LimitedCompany => {
                let middle = dice.between(0, 5) + dice.between(0, 5);
                LADDER[middle as usize]
            }
        };
        let odd = if dice.per_mille(120) { dice.between(1, 9) } else { 0 };
        // One in twenty is twice as large, one in four hundred four times, and so on.
        Some((common << dice.run(50, 8)) + odd)
    }

    /// 从业人数 Heavy-tailed.
    pub fn employees(&self, dice: &mut Dice) -> i64 {
        let (common, doubles) = match self.kind {
            IndividualHousehold => return dice.between(1, 3) + i64::from(dice.run(300, 10)),
            StateOwned | JointStockCompany => (dice.between(12, 60), dice.run(500, 8)),
            ForeignInvested => (dice.between(5, 40), dice.run(450, 8)),
            RepresentativeOffice => return dice.between(1, 8),
            FarmersCooperative => (dice.between(5, 20), dice.run(200, 4)),
            SoleProprietorship => (dice.between(1, 6), dice.run(200, 4)),
            _ => (dice.between(1, 9), dice.run(380, 10)),
        };
        (common << doubles) + dice.between(0, common)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_kind_has_a_type_and_the_shares_add_up() {
        let kinds: HashSet<_> = Form::weighted().filter(|(_, weight)| *weight > 0).map(|(form, _)| form.kind).collect();
        assert_eq!(kinds.len(), EnterpriseKind::ALL.len());
        assert_eq!(Form::weighted().map(|(_, weight)| weight).sum::<u64>(), 10_000);
    }

    #[test]
    fn branches_follow_their_parent() {
        let (branch, _) = Form::weighted().find(|(form, _)| form.kind == Branch).expect("a branch");
        for parent in [LimitedCompany, JointStockCompany, ForeignInvested] {
            assert_eq!(branch.branch_of(parent).kind, Branch);
        }
        assert!(branch.branch_of(JointStockCompany).term.starts_with("股份"));
        assert!(branch.branch_of(ForeignInvested).term.starts_with("外商"));
    }
}
