//! 评分统计 The statistics that scores are computed from, rounded: a score then stays the same while
//! the index grows by some records or merges its segments. A cursor taken before a commit still
//! points between the same hits, except in the rare moment when a number passes its next step,
//! and copies of the index on several machines agree.

use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

/// Binary digits kept of a number of documents; a rarity is a logarithm and hardly notices.
const COUNT_DIGITS: u32 = 2;
/// Binary digits kept of the mean length of a field, which hardly moves.
const MEAN_DIGITS: u32 = 4;

/// Statistics of a searcher, rounded.
pub struct SteadyStatistics<'a>(pub &'a Searcher);

impl Bm25StatisticsProvider for SteadyStatistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        let documents = self.0.total_num_docs()?;
        // Only enterprises have a person, so its mean is under one; a mean of zero would make every
        // score of the field zero.
        let mean = (self.0.total_num_tokens(field)? / documents.max(1)).max(1);
        Ok(steady(mean, MEAN_DIGITS) * steady(documents, COUNT_DIGITS))
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(steady(self.0.total_num_docs()?, COUNT_DIGITS))
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        Ok(steady(self.0.doc_freq(term)?, COUNT_DIGITS))
    }
}

/// Monotonous, so that no word is in more documents than there are.
fn steady(number: u64, digits: u32) -> u64 {
    let dropped = (u64::BITS - number.leading_zeros()).saturating_sub(digits);
    number >> dropped << dropped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_changes_do_not_show() {
        assert_eq!([0, 1, 3, 4, 5, 6, 1_000_000].map(|number| steady(number, 2)), [0, 1, 3, 4, 4, 6, 786_432]);
        assert_eq!(steady(1_000_000, COUNT_DIGITS), steady(1_040_000, COUNT_DIGITS));
        assert!((1..5000).all(|number| steady(number, 4) >= steady(number - 1, 4)));
    }
}
