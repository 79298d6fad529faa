//! 行政处罚 `penalties.csv`; `amount` is in 元.

use entities::credit::penalty::Model;

use super::{Family, Fields, LONGEST_AUTHORITY, LONGEST_PROSE, NoUnique, Reading, Settled, UNSETTLED, settle};
use crate::import::fields::Sign;

/// The file of the penalties.
pub struct Penalties;

impl Family for Penalties {
    const FILE: &'static str = "penalties.csv";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "enterprise_id",
        "doc_no",
        "category",
        "violation",
        "legal_basis",
        "decision",
        "amount",
        "authority",
        "decided_on",
        "published_on",
    ];
    type Row = Model;
    type Unique = NoUnique;

    fn read(fields: &mut Fields<'_>) -> Reading<Self> {
        let key = fields.key("id");
        let enterprise = fields.key("enterprise_id");
        let document_number = fields.text("doc_no", 64);
        let category = fields.text("category", 64);
        let violation = fields.prose("violation", LONGEST_PROSE);
        let legal_basis = fields.prose("legal_basis", LONGEST_PROSE);
        let decision = fields.prose("decision", LONGEST_PROSE);
        let amount_fen = fields.yuan("amount", Sign::NotNegative);
        let authority = fields.text("authority", LONGEST_AUTHORITY);
        let decided_on = fields.day("decided_on");
        let published_on = fields.optional_day("published_on");
        fields.in_order(("decided_on", decided_on), ("published_on", published_on));
        let row = || {
            Some(Model {
                id: UNSETTLED,
                enterprise_id: UNSETTLED,
                document_number: document_number?.to_owned(),
                category: category?.to_owned(),
                violation: violation?.to_owned(),
                legal_basis: legal_basis?.to_owned(),
                decision: decision?.to_owned(),
                amount_fen: amount_fen?,
                authority_id: UNSETTLED,
                decided_on: decided_on?,
                published_on,
                // The dump tells of no repair, and nothing else ends the publicity.
                public_until: None,
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
