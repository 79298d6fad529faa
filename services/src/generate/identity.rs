//! 主体身份 Who an enterprise is: kind, life, place, trade, name, code. All that another enterprise
//! needs to know of it, and therefore drawn apart from its records.

use chrono::{Datelike, NaiveDate, TimeDelta};
use entities::vault::Vault;
use rules::region::RegionCode;
use rules::uscc::Uscc;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus};

use super::code::Codes;
use super::dice::{Dice, Key, Purpose, Weighted, working, years_after};
use super::forms::{Form, Owners};
use super::licence_types::LicenceTypes;
use super::names::{self, Names};
use super::places::{Place, Places};
use super::trades::{Trade, Trades, Who};
use super::violations::Violations;

/// Shortest life before an enterprise ends or founds another one.
const SHORTEST_LIFE_DAYS: i64 = 120;

/// How many candidates are looked at when a parent or a holder is sought.
const CANDIDATES: u64 = 40;

/// 底稿 What every enterprise of a run is drawn from.
pub struct World {
    /// 今日 The last day of which records tell.
    pub today: NaiveDate,
    /// Key of the first enterprise.
    pub first_id: i64,
    /// 密钥 What telephone numbers are sealed with.
    pub vault: Vault,
    /// Keys of the authorities, in the order of [`Places::offices`].
    pub authorities: Vec<i64>,
    /// 名称用词
    pub names: Names,
    /// 地区
    pub places: Places,
    /// 行业
    pub trades: Trades,
    /// 违法行为
    pub violations: Violations,
    /// 许可证
    pub licences: LicenceTypes,
    key: Key,
    codes: Codes,
    forms: Weighted<&'static Form>,
}

/// 存续期间 Form and days of an enterprise.
#[derive(Clone, Copy)]
pub struct Life {
    /// 登记类型
    pub form: &'static Form,
    /// 登记状态
    pub status: EnterpriseStatus,
    /// 成立日期
    pub established_on: NaiveDate,
    /// 注销、吊销日期
    pub closed_on: Option<NaiveDate>,
}

impl Life {
    /// Whether it can found a branch or hold another enterprise on a day.
    fn can_own_on(&self, day: NaiveDate) -> bool {
        self.form.is_company() && self.status.is_open() && self.established_on <= day
    }
}

/// 主体身份 An enterprise as others see it.
pub struct Identity<'w> {
    /// Place in the run.
    pub index: u64,
    /// 存续期间
    pub life: Life,
    /// 统一社会信用代码
    pub uscc: String,
    /// 注册号 Of those that are older than the unified code.
    pub registration_number: Option<String>,
    /// 名称
    pub name: String,
    /// 所在县
    pub place: &'w Place,
    /// 行业
    pub trade: &'w Trade,
    /// 登记机关 Position among the offices.
    pub office: usize,
    /// 隶属企业 Place of the parent in the run.
    pub parent: Option<u64>,
}

impl World {
    /// Reads the tables. The authorities' keys are set once they are known.
    pub fn new(seed: u64, today: NaiveDate) -> Self {
        Self {
            today,
            vault: Vault::default(),
            first_id: 1,
            authorities: Vec::new(),
            names: Names::new(),
            places: Places::new(),
            trades: Trades::new(),
            violations: Violations::new(),
            licences: LicenceTypes::new(),
            key: Key::new(seed),
            codes: Codes::new(seed),
            forms: Weighted::new(Form::weighted()),
        }
    }

    /// The numbers from which the records of an enterprise are drawn.
    pub fn records(&self, index: u64) -> Dice {
        self.key.dice(index, Purpose::Records)
    }

    /// The numbers from which is drawn what other provinces sent about it, and beside it.
    pub fn cross_region(&self, index: u64) -> Dice {
        self.key.dice(index, Purpose::CrossRegion)
    }

    /// The numbers from which is drawn how its legal representative is reached.
    pub fn contacts(&self, index: u64) -> Dice {
        self.key.dice(index, Purpose::Contacts)
    }

    /// The numbers from which is drawn what was announced of it.
    pub fn notices(&self, index: u64) -> Dice {
        self.key.dice(index, Purpose::Notices)
    }

    /// 统一社会信用代码 Of a company of another province that nobody registered here.
    pub fn stranger(&self, index: u64, region: RegionCode) -> Option<Uscc> {
        self.codes.stranger(index, region.get())
    }

    /// Who an enterprise is.
    pub fn identity(&self, index: u64) -> Identity<'_> {
        let mut dice = self.key.dice(index, Purpose::Identity);
        let life = self.life(index, &mut dice);
        match life.form.kind {
            EnterpriseKind::Branch => self.branch(index, life, &mut dice),
            _ => self.independent(index, life, &mut dice),
        }
    }

    /// An open company that is older than `day`, among the enterprises before `index`; the first
    /// ones are found most often, so that a few have very many branches and subsidiaries.
    pub fn company_before(&self, index: u64, day: NaiveDate, dice: &mut Dice) -> Option<u64> {
        let share = |dice: &mut Dice| u128::from(dice.between(0, 1_000_000).unsigned_abs());
        let cubed = share(dice) * share(dice) * share(dice);
        let start = (u128::from(index) * cubed / 1_000_000_000_000_000_000) as u64;
        (start.saturating_sub(CANDIDATES)..=start)
            .rev()
            .filter(|candidate| *candidate < index)
            .find(|candidate| self.life(*candidate, &mut self.key.dice(*candidate, Purpose::Identity)).can_own_on(day))
    }

    /// The first numbers of an identity. The first enterprise is an old open company, so that
    /// whoever needs a parent finds one.
    fn life(&self, index: u64, dice: &mut Dice) -> Life {
        let form = if index == 0 { Form::company() } else { *self.forms.draw(dice) };
        let since = working(form.since() + TimeDelta::days(6)).min(working(self.today));
        let established_on = if index == 0 { since } else { dice.late_day(since, working(self.today)) };
        let status = *dice.weighted(form.statuses());
        let first_end = established_on + TimeDelta::days(SHORTEST_LIFE_DAYS);
        if index == 0 || first_end > self.today {
            return Life { form, status: EnterpriseStatus::Active, established_on, closed_on: None };
        }
        let ends = matches!(
            status,
            EnterpriseStatus::Revoked | EnterpriseStatus::RevokedDeregistered | EnterpriseStatus::Deregistered
        );
        let closed_on = ends.then(|| dice.day(working(first_end), working(self.today)));
        Life { form, status, established_on, closed_on }
    }

    fn independent(&self, index: u64, life: Life, dice: &mut Dice) -> Identity<'_> {
        let place = self.places.draw(dice);
        let who = match life.form.kind {
            EnterpriseKind::IndividualHousehold => Who::Household,
            EnterpriseKind::FarmersCooperative => Who::Cooperative,
            _ => Who::Company,
        };
        let trade = self.trades.draw(dice, who);
        let name = self.names.enterprise(dice, life.form, place, trade);
        self.registered(index, life, place, trade, name)
    }

    fn branch(&self, index: u64, life: Life, dice: &mut Dice) -> Identity<'_> {
        let parent = self.company_before(index, life.established_on, dice).unwrap_or(0);
        let parent = self.identity(parent);
        let place = self.places.draw_near(dice, parent.place);
        let life = Life { form: life.form.branch_of(parent.life.form.kind), ..life };
        let name = names::branch(dice, &parent.name, place);
        let identity = self.registered(index, life, place, parent.trade, name);
        Identity { parent: Some(parent.index), ..identity }
    }

    fn registered<'w>(
        &'w self,
        index: u64,
        life: Life,
        place: &'w Place,
        trade: &'w Trade,
        name: String,
    ) -> Identity<'w> {
        let office = if life.form.is_registered_above_county() { place.above } else { place.market };
        let region = self.places.offices()[office].region.get();
        // The run was checked to be no longer than there are codes.
        let uscc = self.codes.at(index, life.form.kind, region).map(|code| code.to_string()).unwrap_or_default();
        let registration_number = self.codes.registration_number(index, life.form.kind, region, life.established_on);
        Identity { index, life, uscc, registration_number, name, place, trade, office, parent: None }
    }
}

impl Identity<'_> {
    /// 经营范围（业务范围）
    pub fn scope(&self) -> &str {
        match self.life.form.kind {
            // 外国企业常驻代表机构登记管理条例 art. 2: they do not trade.
            EnterpriseKind::RepresentativeOffice => "从事与所属外国企业业务有关的联络、市场调查等非营利性活动",
            _ => &self.trade.scope,
        }
    }

    /// 出资人
    pub fn owners(&self) -> Owners {
        self.life.form.owners
    }

    /// The last day on which something can have happened to it.
    pub fn last_day(&self, today: NaiveDate) -> NaiveDate {
        self.life.closed_on.unwrap_or(working(today))
    }

    /// 经营期限 The end of the operating term, for those that have one.
    pub fn operating_until(&self, dice: &mut Dice, today: NaiveDate) -> Option<NaiveDate> {
        let has_term = self.life.form.is_company() || self.life.form.kind == EnterpriseKind::Partnership;
        if !has_term || !dice.per_mille(350) {
            return None;
        }
        let years = *dice.pick(&[10, 20, 20, 30, 50]);
        let mut until = years_after(self.life.established_on, years);
        // A term that ran out was prolonged, or the enterprise would have ended.
        while self.life.closed_on.is_none() && until.year() <= today.year() {
            until = years_after(until, 20);
        }
        Some(until - TimeDelta::days(1))
    }
}
