//! 监督检查 `inspections.csv`.

use entities::credit::inspection::Model;
use rules::legacy;

use super::{Family, Fields, LONGEST_AUTHORITY, NoUnique, Reading, Settled, UNSETTLED, settle};

/// The file of the inspections.
pub struct Inspections;

impl Family for Inspections {
    const FILE: &'static str = "inspections.csv";
    const COLUMNS: &'static [&'static str] = &["id", "enterprise_id", "kind", "result", "authority", "inspected_on"];
    type Row = Model;
    type Unique = NoUnique;

    fn read(fields: &mut Fields<'_>) -> Reading<Self> {
        let key = fields.key("id");
        let enterprise = fields.key("enterprise_id");
        let kind = fields.word("kind", legacy::inspection_kind);
        let result = fields.word("result", legacy::inspection_result);
        let authority = fields.text("authority", LONGEST_AUTHORITY);
        let inspected_on = fields.day("inspected_on");
        let row = || {
            Some(Model {
                id: UNSETTLED,
                enterprise_id: UNSETTLED,
                kind: kind?.1,
                result: result?.1,
                authority_id: UNSETTLED,
                inspected_on: inspected_on?,
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
