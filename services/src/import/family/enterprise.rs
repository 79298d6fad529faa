//! 经营主体 `enterprises.csv`. City, county and the industry's name follow from the codes and are
//! not read. The old registration number (`reg_no`) may be missing from a dump.

use std::collections::HashMap;

use entities::DatabaseError;
use entities::bulk::{Keys, Session};
use entities::enterprise::registered::Model;
use rules::legacy;
use rules::uscc::Uscc;

use super::{Family, Fields, LONGEST_AUTHORITY, LONGEST_PROSE, Reading, Settled, UNSETTLED};
use crate::import::SOURCE;
use crate::import::fields::Sign;

/// The file of the enterprises.
pub struct Enterprises;

impl Family for Enterprises {
    const FILE: &'static str = "enterprises.csv";
    const IS_ENTERPRISE: bool = true;
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "uscc",
        "name",
        "status",
        "ent_type",
        "legal_rep",
        "registered_capital",
        "established_on",
        "approved_on",
        "closed_on",
        "region_code",
        "address",
        "industry_code",
        "business_scope",
        "authority",
        "employees",
        "phone",
        "reg_no",
    ];
    const OPTIONAL: usize = 1;
    type Row = Model;
    type Unique = Uscc;
    const UNIQUE_COLUMN: &'static str = "uscc";

    fn read(fields: &mut Fields<'_>) -> Reading<Self> {
        let key = fields.key("id");
        let uscc = fields.uscc("uscc");
        let name = fields.text("name", 256);
        let status = fields.word("status", legacy::status);
        let kind = fields.word("ent_type", legacy::kind);
        let legal_representative = fields.text("legal_rep", 128);
        let registered_capital_fen = fields.wan("registered_capital", Sign::NotNegative);
        let established_on = fields.day("established_on");
        let approved_on = fields.optional_day("approved_on");
        let closed_on = fields.optional_day("closed_on");
        fields.in_order(("established_on", established_on), ("approved_on", approved_on));
        fields.in_order(("established_on", established_on), ("closed_on", closed_on));
        let region = fields.region("region_code");
        let address = fields.prose("address", 512);
        let industry = fields.industry("industry_code");
        let business_scope = fields.prose("business_scope", LONGEST_PROSE);
        let authority = fields.text("authority", LONGEST_AUTHORITY);
        let employees = fields.persons("employees");
        let phone = fields.phone("phone", 32, uscc);
        let registration_number = fields.registration_number("reg_no");
        let row = || {
            let (code, established_on, industry) = (region?.code, established_on?, industry?);
            let city = code.prefecture().unwrap_or(code.province());
            Some(Model {
                id: UNSETTLED,
                uscc: uscc?.to_string(),
                name: name?.to_owned(),
                status: status?.1,
                kind: kind?.1,
                type_name: legacy::spelled(kind?.0),
                legal_representative: legal_representative?.to_owned(),
                registered_capital_fen,
                established_on,
                approved_on,
                closed_on,
                operating_until: None,
                region_code: code.get().cast_signed(),
                city_code: city.get().cast_signed(),
                address: address?.to_owned(),
                industry_section: industry.section.to_string(),
                industry_code: industry.code.to_owned(),
                business_scope: business_scope?.to_owned(),
                authority_id: UNSETTLED,
                employees,
                phone,
                parent_id: None,
                registration_number: registration_number.map(str::to_owned),
                // The dump knows today's version only, so it is shown for the whole life.
                valid_from: established_on,
                source: SOURCE.to_owned(),
                source_id: Some(key?),
                digest: UNSETTLED,
            })
        };
        Reading { key, enterprise: None, unique: uscc, authority: authority.unwrap_or_default().to_owned(), row: row() }
    }

    async fn holders(session: &mut Session, uniques: &[Uscc]) -> Result<HashMap<Uscc, i64>, DatabaseError> {
        let codes: Vec<&str> = uniques.iter().map(Uscc::as_str).collect();
        let rows = session.query("SELECT uscc, id FROM enterprises WHERE uscc {in}", Keys::Texts(&codes)).await?;
        let mut holders = HashMap::with_capacity(rows.len());
        for row in rows {
            let code: String = row.try_get("", "uscc")?;
            if let Ok(code) = Uscc::parse(&code) {
                holders.insert(code, row.try_get("", "id")?);
            }
        }
        Ok(holders)
    }

    fn settle(row: &mut Model, keys: Settled) {
        row.id = keys.id;
        row.authority_id = keys.authority_id;
        row.digest = keys.digest;
    }
}
