//! 经营异常名录 `abnormals.csv`; a listing without `date_out` is open.

use entities::credit::abnormal_listing::Model;
use rules::legacy;

use super::{Family, Fields, LONGEST_AUTHORITY, NoUnique, Reading, Settled, UNSETTLED, settle};
use crate::import::fault::Code;

/// The file of the abnormal listings.
pub struct AbnormalListings;

impl Family for AbnormalListings {
    const FILE: &'static str = "abnormals.csv";
    const COLUMNS: &'static [&'static str] =
        &["id", "enterprise_id", "reason_in", "date_in", "reason_out", "date_out", "authority"];
    type Row = Model;
    type Unique = NoUnique;

    fn read(fields: &mut Fields<'_>) -> Reading<Self> {
        let key = fields.key("id");
        let enterprise = fields.key("enterprise_id");
        let ground = fields.word("reason_in", legacy::abnormal_ground);
        let listed_on = fields.day("date_in");
        let removal_ground = fields.optional_word("reason_out", legacy::removal_ground);
        let removed_on = fields.optional_day("date_out");
        if removal_ground.is_some() && removed_on.is_none() && !fields.has_fault("date_out") {
            let message = "有移出原因而无移出日期，请补填移出日期。".to_owned();
            fields.report("date_out", Code::MissingValue, message);
        }
        fields.in_order(("date_in", listed_on), ("date_out", removed_on));
        let authority = fields.text("authority", LONGEST_AUTHORITY);
        let row = || {
            Some(Model {
                id: UNSETTLED,
                enterprise_id: UNSETTLED,
                ground: ground?.1,
                listed_on: listed_on?,
                removal_ground: removal_ground.map(|(_, ground)| ground),
                removed_on,
                authority_id: UNSETTLED,
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
