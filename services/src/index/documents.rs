//! Rows as documents of the index.

use chrono::NaiveDate;
use entities::credit::{abnormal_listing, inspection, licence, penalty, repair, serious_violation};
use entities::cross_region::received;
use entities::enterprise::registered;
use entities::indexing::{self, Clues, Indexed};
use entities::notices::notice;
use entities::reference::Authorities;
use entities::vault::Vault;
use rules::region::RegionCode;
use rules::vocabulary::CrossRegionKind;
use search::{EnterpriseDoc, Family, Party, Passage, Publicity, RecordDoc};

/// `None` for a row whose region is none; such rows do not pass the importers.
fn region(code: i32) -> Option<RegionCode> {
    RegionCode::new(u32::try_from(code).ok()?)
}

/// The document of an enterprise.
pub fn enterprise(
    row: registered::Model,
    clues: Clues,
    authorities: &Authorities,
    vault: &Vault,
) -> Option<EnterpriseDoc> {
    let telephones = row.phone_finders(vault);
    let mut former_names = clues.former_names;
    former_names.dedup();
    former_names.retain(|name| *name != row.name);
    let mut key_persons = clues.key_persons;
    key_persons.dedup();
    Some(EnterpriseDoc {
        id: row.id,
        party: Party {
            region: region(row.region_code)?,
            industry_section: row.industry_section.chars().next()?,
            uscc: row.uscc,
            name: row.name,
            status: Some(row.status),
            kind: Some(row.kind),
            industry_code: row.industry_code,
        },
        registration_number: row.registration_number,
        telephones,
        former_names,
        legal_representative: row.legal_representative,
        key_persons,
        registered_capital_fen: row.registered_capital_fen,
        established_on: Some(row.established_on),
        address: row.address,
        business_scope: row.business_scope,
        authority: authorities.known(row.authority_id).as_deref().unwrap_or_default().to_owned(),
    })
}

/// A row that is a document of its own.
pub trait Recorded: Indexed + Send + Sync + 'static {
    /// The document, with the facts of its party; `None` for a row that cannot be placed.
    fn document(self, beside: Self::Beside) -> Option<RecordDoc>;
}

fn party(of: indexing::Party) -> Option<(Party, String)> {
    let party = Party {
        region: region(of.region_code)?,
        industry_section: of.industry_section.chars().next()?,
        name: of.name,
        uscc: of.uscc,
        status: Some(of.status),
        kind: Some(of.kind),
        industry_code: of.industry_code,
    };
    Some((party, of.authority))
}

/// What differs between the records of our own province.
struct Own {
    family: Family,
    id: i64,
    enterprise_id: i64,
    number: String,
    texts: Vec<(Passage, String)>,
    ground: String,
    amount_fen: Option<i64>,
    day: NaiveDate,
    publicity: Publicity,
}

impl Own {
    fn document(self, beside: indexing::Party) -> Option<RecordDoc> {
        let (party, authority) = party(beside)?;
        Some(RecordDoc {
            family: self.family,
            id: self.id,
            enterprise_id: self.enterprise_id,
            origin: party.region.province(),
            party,
            number: self.number,
            texts: self.texts,
            ground: self.ground,
            authority,
            amount_fen: self.amount_fen,
            day: Some(self.day),
            publicity: self.publicity,
        })
    }
}

/// 公示期 Of a listing: shown until it is removed (市场监督管理信用修复管理办法: after repair neither the
/// listing nor its removal is shown); of a notice: until it is withdrawn.
fn until_removed(removed_on: Option<NaiveDate>) -> Publicity {
    match removed_on {
        Some(day) => day.pred_opt().map_or(Publicity::Never, Publicity::Until),
        None => Publicity::Open,
    }
}

impl Recorded for penalty::Model {
    fn document(self, beside: indexing::Party) -> Option<RecordDoc> {
        let own = Own {
            family: Family::Penalty,
            id: self.id,
            enterprise_id: self.enterprise_id,
            number: self.document_number,
            ground: self.category.clone(),
            texts: vec![
                (Passage::Category, self.category),
                (Passage::Violation, self.violation),
                (Passage::LegalBasis, self.legal_basis),
                (Passage::Decision, self.decision),
            ],
            amount_fen: Some(self.amount_fen),
            day: self.decided_on,
            publicity: self.public_until.map_or(Publicity::Open, Publicity::Until),
        };
        own.document(beside)
    }
}

impl Recorded for licence::Model {
    fn document(self, beside: indexing::Party) -> Option<RecordDoc> {
        let own = Own {
            family: Family::Licence,
            id: self.id,
            enterprise_id: self.enterprise_id,
            number: self.licence_number,
            ground: self.name.clone(),
            texts: vec![(Passage::Title, self.name)],
            amount_fen: None,
            day: self.valid_from,
            publicity: Publicity::Open,
        };
        own.document(beside)
    }
}

impl Recorded for inspection::Model {
    fn document(self, beside: indexing::Party) -> Option<RecordDoc> {
        let own = Own {
            family: Family::Inspection,
            id: self.id,
            enterprise_id: self.enterprise_id,
            number: String::new(),
            ground: self.kind.term().to_owned(),
            texts: vec![
                (Passage::Ground, self.kind.term().to_owned()),
                (Passage::Decision, self.result.term().to_owned()),
            ],
            amount_fen: None,
            day: self.inspected_on,
            publicity: Publicity::Open,
        };
        own.document(beside)
    }
}

impl Recorded for abnormal_listing::Model {
    fn document(self, beside: indexing::Party) -> Option<RecordDoc> {
        let ended = self.removal_ground.map(|ground| (Passage::Decision, ground.term().to_owned()));
        let listed =
            [(Passage::Title, "列入经营异常名录".to_owned()), (Passage::Ground, self.ground.term().to_owned())];
        let own = Own {
            family: Family::AbnormalListing,
            id: self.id,
            enterprise_id: self.enterprise_id,
            number: String::new(),
            ground: self.ground.term().to_owned(),
            texts: listed.into_iter().chain(ended).collect(),
            amount_fen: None,
            day: self.listed_on,
            publicity: until_removed(self.removed_on),
        };
        own.document(beside)
    }
}

impl Recorded for serious_violation::Model {
    fn document(self, beside: indexing::Party) -> Option<RecordDoc> {
        let own = Own {
            family: Family::SeriousViolation,
            id: self.id,
            enterprise_id: self.enterprise_id,
            number: self.document_number,
            ground: self.ground.term().to_owned(),
            texts: vec![
                (Passage::Title, "列入严重违法失信名单".to_owned()),
                (Passage::Ground, self.ground.term().to_owned()),
                (Passage::Violation, self.facts),
            ],
            amount_fen: None,
            day: self.listed_on,
            publicity: until_removed(self.removed_on),
        };
        own.document(beside)
    }
}

impl Recorded for repair::Model {
    fn document(self, beside: indexing::Party) -> Option<RecordDoc> {
        let own = Own {
            family: Family::CreditRepair,
            id: self.id,
            enterprise_id: self.enterprise_id,
            number: String::new(),
            ground: self.kind.term().to_owned(),
            texts: vec![
                (Passage::Title, "信用修复申请".to_owned()),
                (Passage::Ground, self.kind.term().to_owned()),
                (Passage::Decision, self.status.term().to_owned()),
            ],
            amount_fen: None,
            day: self.applied_on,
            publicity: Publicity::Open,
        };
        own.document(beside)
    }
}

impl Recorded for notice::Model {
    /// What was announced stays public after its term; what was withdrawn does not.
    fn document(self, beside: indexing::Party) -> Option<RecordDoc> {
        let own = Own {
            family: Family::Notice,
            id: self.id,
            enterprise_id: self.enterprise_id,
            number: self.document_number.unwrap_or_default(),
            ground: self.kind.term().to_owned(),
            texts: vec![
                (Passage::Title, self.title),
                (Passage::Ground, self.kind.term().to_owned()),
                (Passage::Body, self.body),
            ],
            amount_fen: None,
            day: self.published_on,
            publicity: until_removed(self.withdrawn_on),
        };
        own.document(beside)
    }
}

impl Recorded for received::Model {
    fn document(self, beside: Option<indexing::Party>) -> Option<RecordDoc> {
        let origin = region(self.province_code)?;
        let family = match self.kind {
            CrossRegionKind::Licence => Family::CrossRegionLicence,
            CrossRegionKind::Penalty => Family::CrossRegionPenalty,
            CrossRegionKind::SeriousViolation => Family::CrossRegionViolation,
            CrossRegionKind::OffsiteCase => Family::OffsiteCase,
        };
        // A party that is not in the register is known by what the other province tells of it.
        let stranger = Party {
            name: self.enterprise_name,
            uscc: self.uscc,
            region: origin,
            status: None,
            kind: None,
            industry_section: ' ',
            industry_code: String::new(),
        };
        let party = beside.and_then(party).map_or(stranger, |(party, _)| party);
        let publicity = match (self.kind.is_published(), self.public_until) {
            (false, _) => Publicity::Never,
            (true, None) => until_removed(self.removed_on),
            (true, Some(last)) => match until_removed(self.removed_on) {
                Publicity::Until(removed) => Publicity::Until(last.min(removed)),
                _ => Publicity::Until(last),
            },
        };
        Some(RecordDoc {
            family,
            id: self.id,
            enterprise_id: self.enterprise_id.unwrap_or(0),
            party,
            number: self.document_number,
            ground: self.title.clone(),
            texts: vec![
                (Passage::Title, self.title),
                (Passage::Violation, self.facts),
                (Passage::LegalBasis, self.legal_basis),
                (Passage::Decision, self.decision),
            ],
            authority: self.authority,
            origin,
            amount_fen: self.amount_fen,
            day: Some(self.decided_on),
            publicity,
        })
    }
}
