//! 已知事实 What is known before the filer types anything: the register and last year's report.
//!
//! Plain data without behaviour: whoever reads the database fills it, [`super::prefill`] and
//! [`super::validate`] use it. What is not known is empty, never a zero.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::Values;
use crate::money::Wan;
use crate::region::RegionCode;
use crate::uscc::Uscc;
use crate::vocabulary::{EnterpriseKind, EnterpriseStatus};

/// 登记档案 What the register knows of the filer today.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 名称
    pub name: String,
    /// 经营主体类型
    pub kind: EnterpriseKind,
    /// 登记状态
    pub status: EnterpriseStatus,
    /// 登记所在行政区划
    pub region: Option<RegionCode>,
    /// 住所（经营场所）
    pub address: Option<String>,
    /// 法定代表人（负责人、经营者）
    pub legal_representative: Option<String>,
    /// 注册资本（出资额、资金数额）
    pub registered_capital: Option<Wan>,
    /// 成立日期
    pub established_on: Option<NaiveDate>,
    /// 注销、吊销日期
    pub closed_on: Option<NaiveDate>,
    /// 经营期限届满日 `None` for an unlimited term.
    pub operating_until: Option<NaiveDate>,
    /// 联系电话
    pub phone: Option<String>,
    /// 从业人数
    pub employees: Option<i64>,
    /// 登记日期 Day as of which these facts hold: the last approved change, else the establishment.
    pub as_of: Option<NaiveDate>,
    /// 隶属企业 The enterprise that a branch belongs to.
    pub parent: Option<Parent>,
    /// 股东（发起人、合伙人、成员）
    #[serde(default)]
    pub holders: Vec<Holder>,
    /// 许可证 Valid on the day of asking.
    #[serde(default)]
    pub licences: Vec<Licence>,
    /// 对外投资 Enterprises in which the filer is registered as a holder.
    #[serde(default)]
    pub investments: Vec<Investment>,
    /// 股权变更日期 Days on which a change of holders was registered.
    #[serde(default)]
    pub holders_changed_on: Vec<NaiveDate>,
    /// 行政处罚件数
    #[serde(default)]
    pub penalty_count: i64,
    /// 使用同一联系电话的其他经营主体户数 Other entities with the filer's phone.
    pub phone_shared_by: Option<i64>,
    /// 报送日期 Day on which the report of the year in question was filed, empty while it is owed.
    pub filed_on: Option<NaiveDate>,
    /// 旁证 What others say.
    #[serde(default)]
    pub witness: Witness,
}

impl Archive {
    /// An entry of which nothing else is known.
    pub fn bare(uscc: Uscc, name: String, kind: EnterpriseKind, status: EnterpriseStatus) -> Self {
        Self {
            uscc,
            name,
            kind,
            status,
            region: None,
            address: None,
            legal_representative: None,
            registered_capital: None,
            established_on: None,
            closed_on: None,
            operating_until: None,
            phone: None,
            employees: None,
            as_of: None,
            parent: None,
            holders: Vec::new(),
            licences: Vec::new(),
            investments: Vec::new(),
            holders_changed_on: Vec::new(),
            penalty_count: 0,
            phone_shared_by: None,
            filed_on: None,
            witness: Witness::default(),
        }
    }
}

/// 旁证 What other registers, other filers and this report's own history say of the year; empty where nobody was
/// asked or nobody answered.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Witness {
    /// 行业门类 Letter of the section of GB/T 4754 in which the filer is registered.
    pub industry_section: Option<String>,
    /// 税务登记的全年营业收入 Turnover of the year as declared to the tax authority.
    pub tax_turnover: Option<Wan>,
    /// 税务登记的全年纳税额 Taxes of the year as paid to the tax authority.
    pub tax_paid: Option<Wan>,
    /// 社保参保人数 Insured persons at the end of the year as the social insurance agency counts them.
    pub insured_persons: Option<i64>,
    /// 查无此码 Codes written in the report that the register would know if they existed, and does not.
    pub codes_not_found: Vec<String>,
    /// 隶属企业已报送 Whether the parent has filed the report of the same year.
    pub parent_filed: Option<bool>,
    /// 雷同分支机构 Other branches of the parent with the same phone and the same figures.
    pub branches_alike: Option<i64>,
    /// 可以修改 Whether a report filed before may be changed after the window: its year was listed, and repaired.
    pub may_be_modified: Option<bool>,
    /// 由联络员修改 Whether who changes it is the liaison in office on the day.
    pub modified_by_liaison: Option<bool>,
    /// 已公示的数值 What is published of the report of the same year, by path, as written.
    pub published: BTreeMap<String, String>,
}

/// 隶属企业 The enterprise that a branch belongs to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parent {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 名称
    pub name: String,
    /// 登记状态
    pub status: EnterpriseStatus,
}

/// 出资 A holder and the contribution, as registered or as reported.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Holder {
    /// 股东（发起人）名称或姓名
    pub name: String,
    /// 认缴出资额
    pub subscribed: Option<Wan>,
    /// 认缴出资期限
    pub subscribed_due: Option<NaiveDate>,
    /// 认缴出资方式 Code or Chinese word.
    pub subscribed_form: Option<String>,
    /// 实缴出资额
    pub paid: Option<Wan>,
    /// 实缴出资日期
    pub paid_on: Option<NaiveDate>,
    /// 实缴出资方式 Code or Chinese word.
    pub paid_form: Option<String>,
}

/// 许可证 A licence.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Licence {
    /// 许可文件名称
    pub name: String,
    /// 有效期至
    pub valid_to: Option<NaiveDate>,
}

/// 对外投资 An enterprise invested in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Investment {
    /// 企业名称
    pub name: String,
    /// 统一社会信用代码 As written.
    pub uscc: Option<String>,
}

/// 上一份年度报告 The last report that was filed, mostly that of the year before.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LastReport {
    /// 报告年度
    pub year: i32,
    /// 报送日期
    pub submitted_on: Option<NaiveDate>,
    /// 通信地址
    pub postal_address: Option<String>,
    /// 邮政编码
    pub postal_code: Option<String>,
    /// 联系电话
    pub phone: Option<String>,
    /// 电子邮箱
    pub email: Option<String>,
    /// 经营状态 Code or Chinese word.
    pub operating_status: Option<String>,
    /// 主营业务活动
    pub main_activity: Option<String>,
    /// 控股情况 Code or Chinese word.
    pub controlling_kind: Option<String>,
    /// 从业人数
    pub employees: Option<i64>,
    /// 其中女性从业人数
    pub female_employees: Option<i64>,
    /// 参保人数
    pub insured_persons: Option<i64>,
    /// 资产总额
    pub total_assets: Option<Wan>,
    /// 负债总额
    pub total_liabilities: Option<Wan>,
    /// 所有者权益合计
    pub owners_equity: Option<Wan>,
    /// 营业总收入
    pub total_revenue: Option<Wan>,
    /// 其中主营业务收入
    pub main_revenue: Option<Wan>,
    /// 利润总额
    pub total_profit: Option<Wan>,
    /// 净利润
    pub net_profit: Option<Wan>,
    /// 纳税总额
    pub total_tax: Option<Wan>,
    /// 未分配利润 Of foreign-invested enterprises.
    pub undistributed_profit: Option<Wan>,
    /// 股东及出资信息
    pub contributions: Vec<Holder>,
    /// 对外投资
    pub investments: Vec<Investment>,
    /// 网站或网店
    pub websites: Vec<Website>,
    /// 股权变更
    pub equity_transfers: Vec<EquityTransfer>,
    /// 对外担保
    pub guarantees: Vec<Guarantee>,
    /// 社保信息
    pub social_insurance: Vec<SocialInsurance>,
    /// 用工需求
    pub employment_needs: Vec<EmploymentNeed>,
    /// 报送内容 All that was filed, where that is known: then it alone counts.
    #[serde(skip)]
    pub filed: Values,
}

/// 网站或网店 A website or shop.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Website {
    /// 名称
    pub name: String,
    /// 类型 `WEBSITE` or `SHOP`.
    pub kind: String,
    /// 网址
    pub url: String,
}

/// 股权变更 A change of a holder's share, in 1/100 of a per cent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EquityTransfer {
    /// 股东
    pub holder: String,
    /// 变更前股权比例
    pub before_basis_points: i64,
    /// 变更后股权比例
    pub after_basis_points: i64,
    /// 股权变更日期
    pub transferred_on: Option<NaiveDate>,
}

/// 对外担保 A guarantee given.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Guarantee {
    /// 债权人
    pub creditor: String,
    /// 债务人
    pub debtor: String,
    /// 主债权数额
    pub amount: Option<Wan>,
    /// 履行债务的期限自
    pub period_from: Option<NaiveDate>,
    /// 履行债务的期限至
    pub period_to: Option<NaiveDate>,
    /// 保证的方式
    pub manner: Option<String>,
}

/// 社保信息 One kind of social insurance.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SocialInsurance {
    /// 险种 `PENSION`, `UNEMPLOYMENT`, `MEDICAL`, `INJURY`, `MATERNITY`.
    pub kind: String,
    /// 参保人数
    pub persons: Option<i64>,
    /// 单位缴费基数
    pub base: Option<Wan>,
    /// 本期实际缴费金额
    pub paid: Option<Wan>,
    /// 单位累计欠缴金额
    pub arrears: Option<Wan>,
}

/// 用工需求 A post that the filer wants to fill.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EmploymentNeed {
    /// 岗位名称
    pub post: String,
    /// 月薪下限（元）
    pub pay_low_yuan: Option<i64>,
    /// 月薪上限（元）
    pub pay_high_yuan: Option<i64>,
    /// 招聘人数
    pub head_count: Option<i64>,
    /// 其中招聘高校毕业生人数
    pub graduates: Option<i64>,
    /// 工作年限要求（年）
    pub experience_years: Option<i64>,
    /// 学历要求 Code or Chinese word.
    pub education: Option<String>,
    /// 工作地点行政区划
    pub region: Option<RegionCode>,
    /// 福利待遇
    pub benefits: Option<String>,
    /// 公示起始日期
    pub publish_on: Option<NaiveDate>,
    /// 公示截止日期
    pub until: Option<NaiveDate>,
}
