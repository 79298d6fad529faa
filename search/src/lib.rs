//! 检索 Full-text search over the register: enterprises and penalties in one Tantivy index,
//! with Chinese words and character pairs, facets, exact counts and a generation switch.
//!
//! The index follows the database and is never the source of a fact: it answers with ids, and
//! whoever shows a record reads it from the database. Absent on purpose: async (callers use
//! `spawn_blocking`), the clock, and any decision on who may see what.

mod analysis;
mod collect;
mod count;
mod document;
mod error;
mod facet;
mod facts;
mod generation;
mod highlight;
mod index;
mod page;
mod query;
mod rebuild;
mod schema;
mod statistics;
mod table;
mod tokenizer;
mod words;
mod writer;

pub use count::CountFilter;
pub use document::{Document, EnterpriseDoc, Family, PenaltyDoc};
pub use error::SearchError;
pub use facet::{Facets, RegionFacets};
pub use highlight::{Fragment, Highlight, Mark};
pub use index::Index;
pub use page::{Cursor, MAX_LIMIT, SearchFilter, SearchHit, SearchPage, SearchRequest};
pub use query::MAX_QUERY_CHARACTERS;
pub use rebuild::Rebuild;
pub use schema::Passage;
pub use writer::Writer;
