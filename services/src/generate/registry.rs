//! 登记事项 What is registered of an enterprise: address, head, capital, staff, persons in office.

use chrono::NaiveDate;
use entities::enterprise::{key_person, registered};
use entities::guarded::{LegalPhone, Phone};
use entities::liaison::{legal_phone, legal_phone_row};
use entities::vault::VaultError;
use rules::vocabulary::{EnterpriseKind, PersonRole};

use super::block::{Block, next_id};
use super::dice::Dice;
use super::history::{self, Registration};
use super::holders::{self, Holder};
use super::identity::{Identity, World};

/// 分 in 1 万元.
pub const FEN_OF_WAN: i64 = 1_000_000;

/// 经营主体 An enterprise with everything that its records refer to.
pub struct Subject<'w> {
    /// 底稿
    pub world: &'w World,
    /// 主体身份
    pub identity: Identity<'w>,
    /// Key of its row.
    pub id: i64,
    /// The last day on which something can have happened to it.
    pub last_day: NaiveDate,
    /// 法定代表人（负责人、经营者）
    pub representative: String,
    /// 注册资本
    pub capital_fen: Option<i64>,
    /// 住所
    pub address: String,
    /// 联系电话
    pub phone: String,
    /// 从业人数
    pub employees: i64,
    /// 经营期限届满日
    pub operating_until: Option<NaiveDate>,
    /// 股东（投资人）
    pub holders: Vec<Holder>,
}

impl<'w> Subject<'w> {
    /// Draws what is registered today.
    pub fn draw(world: &'w World, identity: Identity<'w>, dice: &mut Dice) -> Self {
        let form = identity.life.form;
        let mut subject = Self {
            id: world.first_id + identity.index as i64,
            last_day: identity.last_day(world.today),
            representative: world.names.person(dice),
            capital_fen: form.capital_wan(dice).map(|wan| wan * FEN_OF_WAN),
            address: world.places.address(dice, identity.place),
            phone: phone(dice, &identity),
            employees: form.employees(dice),
            operating_until: identity.operating_until(dice, world.today),
            holders: Vec::new(),
            world,
            identity,
        };
        subject.holders = holders::draw(&subject, dice);
        subject
    }

    /// 成立日期
    pub fn established_on(&self) -> NaiveDate {
        self.identity.life.established_on
    }

    /// 类型
    pub fn kind(&self) -> EnterpriseKind {
        self.identity.life.form.kind
    }

    /// 市场监督管理局 Key of the county's market regulator.
    pub fn market_authority(&self) -> i64 {
        self.world.authorities[self.identity.place.market]
    }

    /// 许可机关 Key of the authority that gives licences.
    pub fn permit_authority(&self) -> i64 {
        self.world.authorities[self.identity.place.permits]
    }
}

/// Writes the registration, its history and the persons; the subject is returned for its records.
///
/// # Errors
/// The number cannot be sealed.
pub fn register<'w>(
    world: &'w World,
    index: u64,
    dice: &mut Dice,
    block: &mut Block,
) -> Result<Subject<'w>, VaultError> {
    let subject = Subject::draw(world, world.identity(index), dice);
    let registration = history::write(&subject, dice, block);
    holders::write(&subject, block);
    persons(&subject, &registration, dice, block);
    block.enterprises.push(row(&subject, &registration, dice)?);
    legal_phone(&subject, index, block)?;
    Ok(subject)
}

fn row(subject: &Subject<'_>, registration: &Registration, dice: &mut Dice) -> Result<registered::Model, VaultError> {
    let (identity, place) = (&subject.identity, subject.identity.place);
    let approved_on = match identity.life.closed_on {
        Some(closed_on) => closed_on,
        None if dice.per_mille(300) => dice.late_day(registration.valid_from, subject.last_day),
        None => registration.valid_from,
    };
    Ok(registered::Model {
        id: subject.id,
        uscc: identity.uscc.clone(),
        name: identity.name.clone(),
        status: identity.life.status,
        kind: identity.life.form.kind,
        type_name: identity.life.form.term.to_owned(),
        legal_representative: subject.representative.clone(),
        registered_capital_fen: subject.capital_fen,
        established_on: identity.life.established_on,
        approved_on: Some(approved_on),
        closed_on: identity.life.closed_on,
        operating_until: subject.operating_until,
        region_code: place.code.get().cast_signed(),
        city_code: place.city_code.cast_signed(),
        address: subject.address.clone(),
        industry_section: identity.trade.industry.section.to_string(),
        industry_code: identity.trade.industry.code.to_owned(),
        business_scope: identity.scope().to_owned(),
        authority_id: subject.world.authorities[identity.office],
        employees: i32::try_from(subject.employees).ok(),
        phone: Some(Phone::sealed(&subject.world.vault, &identity.uscc, &subject.phone)?),
        registration_number: identity.registration_number.clone(),
        parent_id: identity.parent.map(|parent| subject.world.first_id + parent as i64),
        valid_from: registration.valid_from,
        source: "generated".to_owned(),
        source_id: None,
        digest: 0,
    })
}

/// 主要人员 The head in the office of the kind, and the other offices of a company.
fn persons(subject: &Subject<'_>, registration: &Registration, dice: &mut Dice, block: &mut Block) {
    let mut add = |name: String, role: PersonRole, since: NaiveDate| {
        let id = next_id(&block.key_persons);
        block.key_persons.push(key_person::Model { id, enterprise_id: subject.id, name, role, since: Some(since) });
    };
    let (head, since) = (subject.representative.clone(), registration.head_since);
    let has_board = subject.kind() == EnterpriseKind::JointStockCompany || subject.employees > 60;
    let (role, others): (PersonRole, &[PersonRole]) = match subject.kind() {
        EnterpriseKind::IndividualHousehold => (PersonRole::Operator, &[]),
        EnterpriseKind::SoleProprietorship => (PersonRole::Investor, &[]),
        EnterpriseKind::Partnership => (PersonRole::Partner, &[]),
        EnterpriseKind::FarmersCooperative => (PersonRole::Member, &[PersonRole::Member, PersonRole::Supervisor]),
        EnterpriseKind::LimitedCompany | EnterpriseKind::JointStockCompany | EnterpriseKind::ForeignInvested => {
            if has_board {
                (
                    PersonRole::Chairman,
                    &[PersonRole::Director, PersonRole::Director, PersonRole::Manager, PersonRole::Supervisor],
                )
            } else {
                (PersonRole::ExecutiveDirector, &[PersonRole::Supervisor])
            }
        }
        _ => (PersonRole::Head, &[]),
    };
    add(head.clone(), role, since);
    if role == PersonRole::ExecutiveDirector {
        add(if dice.per_mille(750) { head } else { subject.world.names.person(dice) }, PersonRole::Manager, since);
    }
    for other in others {
        add(subject.world.names.person(dice), *other, dice.day(subject.established_on(), since));
    }
}

/// 法定代表人手机号 Of nine in ten whose enterprise is open: of the others the register has none.
fn legal_phone(subject: &Subject<'_>, index: u64, block: &mut Block) -> Result<(), VaultError> {
    let mut dice = subject.world.contacts(index);
    if subject.identity.life.status.is_open() && dice.per_mille(900) {
        let phone = LegalPhone::sealed(&subject.world.vault, &legal_phone_row(subject.id), &mobile(&mut dice))?;
        let id = next_id(&block.legal_phones);
        block.legal_phones.push(legal_phone::Model { id, enterprise_id: subject.id, phone });
    }
    Ok(())
}

/// 手机号码
fn mobile(dice: &mut Dice) -> String {
    const SEGMENTS: [&str; 24] = [
        "130", "131", "132", "133", "135", "136", "137", "138", "139", "150", "151", "152", "153", "158", "159", "173",
        "177", "180", "181", "186", "187", "188", "189", "199",
    ];
    let mut number = (*dice.pick(&SEGMENTS)).to_owned();
    dice.push_digits(&mut number, 8);
    number
}

/// 联系电话 A mobile number, or a landline where the area code is known.
fn phone(dice: &mut Dice, identity: &Identity<'_>) -> String {
    let dialling = identity.place.dialling.as_str();
    let is_shop = identity.life.form.kind == EnterpriseKind::IndividualHousehold;
    if dialling.is_empty() || is_shop || dice.per_mille(560) {
        return mobile(dice);
    }
    // Towns with a three-digit area code have eight digits, the others seven.
    let first = dice.between(2, 8);
    let mut number = format!("{dialling}-{first}");
    dice.push_digits(&mut number, if dialling.len() == 3 { 7 } else { 6 });
    number
}
