//! 经营主体 Enterprises, their former versions, holders and key persons.

pub mod find;
pub mod list;

use crate::guarded::{Phone, Warrant};
use crate::record::record;
use crate::vault::{Vault, VaultError};
use chrono::NaiveDate;
use rules::access::{Place, Viewer};
use rules::region::RegionCode;
use rules::vocabulary::{EnterpriseKind, EnterpriseStatus, PersonRole};

record! {
    /// 经营主体 An enterprise as registered today.
    registered "enterprises" {
        /// 统一社会信用代码 18 characters, GB 32100-2015.
        uscc: String,
        name: String,
        status: EnterpriseStatus,
        kind: EnterpriseKind,
        /// 登记类型 The type in the words of the registration authority.
        type_name: String,
        legal_representative: String,
        registered_capital_fen: Option<i64>,
        established_on: NaiveDate,
        approved_on: Option<NaiveDate>,
        closed_on: Option<NaiveDate>,
        operating_until: Option<NaiveDate>,
        region_code: i32,
        city_code: i32,
        address: String,
        industry_section: String,
        industry_code: String,
        business_scope: String,
        authority_id: i64,
        employees: Option<i32>,
        /// 联系电话 As registered; personal data, sealed.
        phone: Option<Phone>,
        parent_id: Option<i64>,
        /// 注册号 What the enterprise was registered under before it had a unified code.
        registration_number: Option<String>,
        /// Day from which this version holds; older ones are in `enterprise_versions`.
        valid_from: NaiveDate,
        /// Where the row came from: `legacy`, `generated`.
        source: String,
        source_id: Option<i64>,
        /// Digest of the source row: equal means unchanged.
        digest: i64,
    }
}

impl registered::Model {
    /// 所在 Where it belongs, as far as rights go; `None` for a region code that is none.
    pub fn place(&self) -> Option<Place> {
        let region = u32::try_from(self.region_code).ok().and_then(RegionCode::new)?;
        Some(Place { region, enterprise: self.id, parent: self.parent_id })
    }

    /// 联系电话 What a viewer sees of it; `None` where there is none, or no place to judge rights by.
    ///
    /// # Errors
    /// No key; a number that was changed, or moved here from another enterprise.
    pub fn phone_shown_to(&self, vault: &Vault, viewer: &Viewer) -> Result<Option<String>, VaultError> {
        let known = self.phone.as_ref().zip(self.place());
        known.map(|(phone, place)| phone.shown_to(vault, &self.uscc, viewer, place)).transpose()
    }

    /// 联系电话 The numbers as the index has them, to be found by whoever types one and may see it; none where they
    /// cannot be opened.
    pub fn phone_finders(&self, vault: &Vault) -> Vec<u64> {
        let finders = self.phone.as_ref().map(|phone| phone.finders(vault, &self.uscc));
        finders.and_then(Result::ok).unwrap_or_default()
    }

    /// 联系电话 All of it.
    ///
    /// # Errors
    /// As [`Self::phone_shown_to`].
    pub fn phone_revealed(&self, vault: &Vault, warrant: Warrant) -> Result<Option<String>, VaultError> {
        self.phone.as_ref().map(|phone| phone.revealed(vault, &self.uscc, warrant)).transpose()
    }
}

record! {
    /// 历史版本 What the register said from `valid_from` until the day before `valid_to`.
    version "enterprise_versions" {
        enterprise_id: i64,
        valid_from: NaiveDate,
        valid_to: NaiveDate,
        recorded_at: DateTimeUtc,
        name: String,
        status: EnterpriseStatus,
        legal_representative: String,
        registered_capital_fen: Option<i64>,
        region_code: i32,
        address: String,
        business_scope: String,
    }
}

record! {
    /// 股东（投资人） A holder.
    shareholder "shareholders" {
        enterprise_id: i64,
        name: String,
        uscc: Option<String>,
    }
}

record! {
    /// 出资 What a holder promised (认缴) and paid (实缴).
    contribution "contributions" {
        shareholder_id: i64,
        subscribed_fen: i64,
        subscribed_due_on: Option<NaiveDate>,
        subscribed_form: String,
        paid_fen: i64,
        paid_on: Option<NaiveDate>,
        paid_form: Option<String>,
    }
}

record! {
    /// 主要人员 A key person and the office held.
    key_person "key_persons" {
        enterprise_id: i64,
        name: String,
        role: PersonRole,
        since: Option<NaiveDate>,
    }
}
