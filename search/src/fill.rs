//! 填写文档 A record in the terms of the schema.

use chrono::Datelike;
use rules::industry;
use rules::region::{self, RegionCode};
use tantivy::TantivyDocument;

use crate::analysis::letters;
use crate::bearers;
use crate::document::{Document, EnterpriseDoc, Family, Party, Publicity, RecordDoc};
use crate::error::SearchError;
use crate::facts::{Facts, Parts};
use crate::keys;
use crate::schema::{Fields, Passage};
use crate::table::Industry;

/// The document that Tantivy writes.
///
/// # Errors
/// The id is out of range.
pub fn fill(of: &Document, fields: &Fields) -> Result<TantivyDocument, SearchError> {
    let mut page = Page { document: TantivyDocument::new(), fields };
    let key = of.key()?;
    page.document.add_u64(fields.key, key.0);
    page.document.add_u64(fields.block, keys::block(key));
    page.document.add_u64(fields.digest, of.digest());
    match of {
        Document::Enterprise(enterprise) => page.enterprise(enterprise),
        Document::Record(record) => page.record(record),
    }
    Ok(page.document)
}

/// A document while it is filled.
struct Page<'a> {
    document: TantivyDocument,
    fields: &'a Fields,
}

impl Page<'_> {
    fn enterprise(&mut self, of: &EnterpriseDoc) {
        let fields = self.fields;
        let party = &of.party;
        self.facts(Family::Enterprise, party, party.region.province(), Publicity::Open);
        self.figures(of.id, of.registered_capital_fen, of.established_on.map(|day| day.num_days_from_ce()));
        self.column(fields.authority, &of.authority);
        let registration_number = of.registration_number.as_deref().unwrap_or_default();
        self.column(fields.registration, registration_number);
        for telephone in &of.telephones {
            self.document.add_u64(fields.telephone, bearers::shortened(*telephone));
        }
        self.title(&party.name);
        self.registered(&party.name);
        self.sounds(&party.name);
        for name in &of.former_names {
            self.document.add_text(fields.former_pairs, name);
        }
        self.document.add_text(fields.person, &of.legal_representative);
        self.document.add_text(fields.person_pairs, &of.legal_representative);
        for person in of.key_persons.iter().filter(|person| **person != of.legal_representative) {
            self.document.add_text(fields.key_person, person);
        }
        let industry = industry::find(&party.industry_code).map_or("", |industry| industry.name);
        self.text([of.address.as_str(), &of.business_scope, industry], party.region);
        self.keep([
            (Passage::Name, party.name.as_str()),
            (Passage::FormerName, &of.former_names.join("；")),
            (Passage::Uscc, &party.uscc),
            (Passage::RegistrationNumber, registration_number),
            (Passage::LegalRepresentative, &of.legal_representative),
            (Passage::KeyPerson, &of.key_persons.join("、")),
            (Passage::Address, &of.address),
            (Passage::BusinessScope, &of.business_scope),
        ]);
    }

    fn record(&mut self, of: &RecordDoc) {
        let fields = self.fields;
        self.facts(of.family, &of.party, of.origin, of.publicity);
        self.figures(of.enterprise_id, of.amount_fen, of.day.map(|day| day.num_days_from_ce()));
        self.column(fields.ground, &of.ground);
        self.column(fields.authority, &of.authority);
        self.title(&of.number);
        let texts = of.texts.iter().map(|(_, text)| text.as_str());
        let family = if Family::CROSS_REGION.contains(&of.family) { "外省" } else { "" };
        self.text([of.party.name.as_str(), &of.authority, family].into_iter().chain(texts), of.party.region);
        let named = [
            (Passage::DocumentNumber, of.number.as_str()),
            (Passage::Name, &of.party.name),
            (Passage::Uscc, &of.party.uscc),
            (Passage::Authority, &of.authority),
        ];
        self.keep(named.into_iter().chain(of.texts.iter().map(|(passage, text)| (*passage, text.as_str()))));
    }

    fn facts(&mut self, family: Family, party: &Party, origin: RegionCode, publicity: Publicity) {
        let Party { region, status, kind, .. } = *party;
        let facts = Facts::new(&Parts { family, region, status, kind, origin, publicity });
        self.document.add_u64(self.fields.facts, facts.0);
        let industry = Industry::new(party.industry_section, &party.industry_code);
        self.document.add_u64(self.fields.industry, industry.0);
        self.document.add_text(self.fields.code, &party.uscc);
    }

    fn figures(&mut self, enterprise_id: i64, amount_fen: Option<i64>, day: Option<i32>) {
        self.document.add_i64(self.fields.enterprise_id, enterprise_id);
        if let Some(fen) = amount_fen {
            self.document.add_i64(self.fields.amount_fen, fen);
        }
        if let Some(day) = day {
            self.document.add_i64(self.fields.day, i64::from(day));
        }
    }

    fn column(&mut self, field: tantivy::schema::Field, text: &str) {
        if !text.is_empty() {
            self.document.add_text(field, text);
        }
    }

    fn title(&mut self, title: &str) {
        if !title.is_empty() {
            self.document.add_text(self.fields.title, title);
        }
    }

    fn sounds(&mut self, name: &str) {
        self.document.add_text(self.fields.syllables, name);
        self.document.add_text(self.fields.initials, name);
    }

    /// Most names are nothing but letters that folding leaves alone: their title pairs already
    /// answer for the name exactly as registered.
    fn registered(&mut self, name: &str) {
        if !letters(name).iter().copied().eq(name.chars()) {
            self.document.add_text(self.fields.registered_pairs, name);
        }
    }

    fn text<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>, region: RegionCode) {
        let place = region::find(region).map_or("", |region| region.full_name.as_str());
        let mut is_named = false;
        for text in texts {
            is_named |= text.contains(place);
            self.passage(text);
        }
        if !is_named {
            self.passage(place);
        }
    }

    fn passage(&mut self, text: &str) {
        if !text.is_empty() {
            self.document.add_text(self.fields.text, text);
        }
    }

    fn keep<'a>(&mut self, texts: impl IntoIterator<Item = (Passage, &'a str)>) {
        for (kept, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            let place = self.fields.passages().find(|(passage, _)| *passage == kept);
            if let Some((_, field)) = place {
                self.document.add_text(field, text);
            }
        }
    }
}
