//! 年度报告附表 The sub-tables of annual reports, read together because forms show them together.

use std::collections::HashMap;
use std::sync::Arc;

use sea_orm::DbErr;

use crate::Database;
use crate::annual_report::{
    contribution, employment_need, equity_transfer, guarantee, investment, social_insurance, website,
};
use crate::holders::{children, group};

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

/// The sub-tables of many reports: one statement a table, side by side.
///
/// # Errors
/// Any failure of the database.
pub async fn of_reports(db: &Database, ids: &[i64]) -> Result<HashMap<i64, Arc<Parts>>, DbErr> {
    let (contributions, investments, websites, equity_transfers, guarantees, social_insurance, employment_needs) = futures::try_join!(
        children::<contribution::Model>(db, "report_id", ids),
        children::<investment::Model>(db, "report_id", ids),
        children::<website::Model>(db, "report_id", ids),
        children::<equity_transfer::Model>(db, "report_id", ids),
        children::<guarantee::Model>(db, "report_id", ids),
        children::<social_insurance::Model>(db, "report_id", ids),
        children::<employment_need::Model>(db, "report_id", ids),
    )?;
    let mut contributions = group(contributions, |row| row.report_id);
    let mut investments = group(investments, |row| row.report_id);
    let mut websites = group(websites, |row| row.report_id);
    let mut equity_transfers = group(equity_transfers, |row| row.report_id);
    let mut guarantees = group(guarantees, |row| row.report_id);
    let mut social_insurance = group(social_insurance, |row| row.report_id);
    let mut employment_needs = group(employment_needs, |row| row.report_id.unwrap_or_default());
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
