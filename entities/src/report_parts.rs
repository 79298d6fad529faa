//! 年度报告附表 The sub-tables of annual reports, read together because forms show them together.

use std::collections::HashMap;
use std::sync::Arc;

use sea_orm::DbErr;

use crate::Database;
use crate::annual_report::{
    contribution, employment_need, equity_transfer, guarantee, investment, social_insurance, website,
};
use crate::holders::group;
use crate::read::Record;
use crate::together::{List, Lists, Together};

/// 附表 The sub-tables of one report.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// 股东出资
    pub contributions: Vec<contribution::Model>,
    /// 对外投资
    pub investments: Vec<investment::Model>,
    /// 网站网店
    pub websites: Vec<website::Model>,
    /// 股权变更
    pub equity_transfers: Vec<equity_transfer::Model>,
    /// 对外担保
    pub guarantees: Vec<guarantee::Model>,
    /// 社保信息
    pub social_insurance: Vec<social_insurance::Model>,
    /// 用工需求
    pub employment_needs: Vec<employment_need::Model>,
}

impl Parts {
    /// Takes over the rows of another report.
    pub fn extend(&mut self, other: Self) {
        self.contributions.extend(other.contributions);
        self.investments.extend(other.investments);
        self.websites.extend(other.websites);
        self.equity_transfers.extend(other.equity_transfers);
        self.guarantees.extend(other.guarantees);
        self.social_insurance.extend(other.social_insurance);
        self.employment_needs.extend(other.employment_needs);
    }
}

/// The sub-tables of many reports, in one statement.
///
/// # Errors
/// Any failure of the database.
pub async fn of_reports(db: &Database, ids: &[i64]) -> Result<HashMap<i64, Arc<Parts>>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut together = Together::new(db);
    let asked = Asked::of(&mut together, ids);
    asked.parts(&mut together.read(db).await?, ids)
}

/// 所问附表 Sub-tables among lists that are read together.
pub(crate) struct Asked {
    contributions: List<contribution::Model>,
    investments: List<investment::Model>,
    websites: List<website::Model>,
    equity_transfers: List<equity_transfer::Model>,
    guarantees: List<guarantee::Model>,
    social_insurance: List<social_insurance::Model>,
    employment_needs: List<employment_need::Model>,
}

impl Asked {
    pub(crate) fn of(together: &mut Together, ids: &[i64]) -> Self {
        Self {
            contributions: of(together, ids),
            investments: of(together, ids),
            websites: of(together, ids),
            equity_transfers: of(together, ids),
            guarantees: of(together, ids),
            social_insurance: of(together, ids),
            employment_needs: of(together, ids),
        }
    }

    /// An entry for each report, empty for those without rows.
    pub(crate) fn parts(&self, lists: &mut Lists, ids: &[i64]) -> Result<HashMap<i64, Arc<Parts>>, DbErr> {
        let mut contributions = group(lists.records(&self.contributions)?, |row| row.report_id);
        let mut investments = group(lists.records(&self.investments)?, |row| row.report_id);
        let mut websites = group(lists.records(&self.websites)?, |row| row.report_id);
        let mut equity_transfers = group(lists.records(&self.equity_transfers)?, |row| row.report_id);
        let mut guarantees = group(lists.records(&self.guarantees)?, |row| row.report_id);
        let mut social_insurance = group(lists.records(&self.social_insurance)?, |row| row.report_id);
        let mut employment_needs =
            group(lists.records(&self.employment_needs)?, |row| row.report_id.unwrap_or_default());
        let mut of = |id: &i64| Parts {
            contributions: contributions.remove(id).unwrap_or_default(),
            investments: investments.remove(id).unwrap_or_default(),
            websites: websites.remove(id).unwrap_or_default(),
            equity_transfers: equity_transfers.remove(id).unwrap_or_default(),
            guarantees: guarantees.remove(id).unwrap_or_default(),
            social_insurance: social_insurance.remove(id).unwrap_or_default(),
            employment_needs: employment_needs.remove(id).unwrap_or_default(),
        };
        Ok(ids.iter().map(|id| (*id, Arc::new(of(id)))).collect())
    }
}

fn of<R: Record>(together: &mut Together, reports: &[i64]) -> List<R> {
    together.records(|sql| {
        sql.push(" WHERE ").any_number("report_id", reports).push(" ORDER BY id");
    })
}
