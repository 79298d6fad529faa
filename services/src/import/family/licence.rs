//! 行政许可 `licences.csv`.

use entities::credit::licence::Model;

use super::{Family, Fields, LONGEST_AUTHORITY, NoUnique, Reading, Settled, UNSETTLED, settle};

/// The file of the licences.
pub struct Licences;

impl Family for Licences {
    const FILE: &'static str = "licences.csv";
    const COLUMNS: &'static [&'static str] =
        &["id", "enterprise_id", "licence_no", "name", "authority", "valid_from", "valid_to"];
    type Row = Model;
    type Unique = NoUnique;

    fn read(fields: &mut Fields<'_>) -> Reading<Self> {
        let key = fields.key("id");
        let enterprise = fields.key("enterprise_id");
        let licence_number = fields.text("licence_no", 64);
        let name = fields.text("name", 128);
        let authority = fields.text("authority", LONGEST_AUTHORITY);
        let valid_from = fields.day("valid_from");
        let valid_to = fields.optional_day("valid_to");
        fields.in_order(("valid_from", valid_from), ("valid_to", valid_to));
        let row = || {
            Some(Model {
                id: UNSETTLED,
                enterprise_id: UNSETTLED,
                licence_number: licence_number?.to_owned(),
                name: name?.to_owned(),
                authority_id: UNSETTLED,
                valid_from: valid_from?,
                valid_to,
                source_id: Some(key?),
                digest: UNSETTLED,
            })
        };
        Reading { key, enterprise, unique: None, authority: authority.unwrap_or_default().to_owned(), row: row() }
    }

    fn settle(row: &mut Model, keys: Settled) {
        settle!(row, keys);
    }
}
