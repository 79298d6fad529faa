//! Rows as documents of the index.

use entities::credit::penalty;
use entities::enterprise::registered;
use entities::indexing::Party;
use rules::region::RegionCode;
use search::{EnterpriseDoc, PenaltyDoc};

/// `None` for a row whose region is none; such rows do not pass the importers.
fn region(code: i32) -> Option<RegionCode> {
    RegionCode::new(u32::try_from(code).ok()?)
}

/// The document of an enterprise.
pub fn enterprise(row: registered::Model) -> Option<EnterpriseDoc> {
    Some(EnterpriseDoc {
        id: row.id,
        region: region(row.region_code)?,
        industry_section: row.industry_section.chars().next()?,
        uscc: row.uscc,
        name: row.name,
        status: row.status,
        kind: row.kind,
        legal_representative: row.legal_representative,
        industry_code: row.industry_code,
        registered_capital_fen: row.registered_capital_fen,
        established_on: Some(row.established_on),
        address: row.address,
        business_scope: row.business_scope,
    })
}

/// The document of a penalty, with the facts of its party.
pub fn penalty((row, party): (penalty::Model, Party)) -> Option<PenaltyDoc> {
    Some(PenaltyDoc {
        id: row.id,
        enterprise_id: row.enterprise_id,
        document_number: row.document_number,
        category: row.category,
        violation: row.violation,
        legal_basis: row.legal_basis,
        decision: row.decision,
        authority: party.authority,
        amount_fen: Some(row.amount_fen),
        decided_on: Some(row.decided_on),
        name: party.name,
        uscc: party.uscc,
        region: region(party.region_code)?,
        status: party.status,
        kind: party.kind,
    })
}
