//! 检索 Full-text search over the register: enterprises and every record about them in one Tantivy
//! index, with Chinese words, character pairs and sounds, facets, exact counts and a generation switch.
//!
//! The index follows the database and is never the source of a fact: it answers with ids, and
//! whoever shows a record reads it from the database. Absent on purpose: async (callers use
//! `spawn_blocking`) and the clock (the day comes with the request).

mod analysis;
mod ask;
mod bearers;
mod collect;
mod compare;
mod count;
mod document;
mod error;
mod facet;
mod facts;
mod fill;
mod generation;
mod highlight;
mod index;
mod keys;
mod narrow;
mod page;
mod parallel;
mod query;
mod rebuild;
mod review;
mod schema;
mod seed;
mod segments;
mod shards;
mod sound;
mod statistics;
mod suggest;
mod sums;
mod table;
pub mod terms;
mod tokenizer;
mod words;
mod writer;
mod writers;

pub use compare::{Comparison, Sum, SumsByRegion};
pub use count::CountFilter;
pub use document::{Document, EnterpriseDoc, Family, Party, Publicity, RecordDoc};
pub use error::SearchError;
pub use facet::{FacetNeeds, Facets, RegionFacets};
pub use highlight::{Fragment, Highlight, Mark};
pub use index::Index;
pub use page::{Bearers, Cursor, MAX_LIMIT, Order, SearchFilter, SearchHit, SearchPage, SearchRequest, Sight};
pub use query::MAX_QUERY_CHARACTERS;
pub use query::way::Reason;
pub use rebuild::{Checkpoint, Rebuild};
pub use schema::Passage;
pub use shards::MAX_SHARDS;
pub use suggest::Suggestion;
pub use sums::{Dimension, Group, MAX_GROUPS, Sums, SumsRequest};
pub use writer::Writer;
