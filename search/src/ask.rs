//! 一次检索 One search on one state of the index: what holds everything; if nothing does, what does so
//! but for a sound or some of a code; if nothing does, what holds at least half.

use std::sync::Arc;

use tantivy::query::{AllQuery, Query};
use tantivy::{DocAddress, Searcher, TantivyDocument};

use crate::collect::{Found, Gather, Harvest, Rank};
use crate::document::{Family, Key};
use crate::error::SearchError;
use crate::facts::Facts;
use crate::generation::Generation;
use crate::highlight::{Highlight, highlights};
use crate::narrow::Narrow;
use crate::page::{Cursor, Order, SearchHit, SearchPage, SearchRequest, Stage};
use crate::parallel;
use crate::query::Question;
use crate::query::clause::Clauses;
use crate::query::combine::Any;
use crate::query::way::{Reason, Test, Way, any_of};
use crate::review::{REVIEWED, Review};
use crate::segments::Columns;

/// The stages, in their order.
const STAGES: [Stage; 3] = [Stage::Strict, Stage::Lenient, Stage::Loose];

/// A search that is about to run.
pub struct Asked<'a> {
    pub live: &'a Generation,
    pub searcher: Searcher,
    pub columns: Vec<Arc<Columns>>,
    pub narrow: Narrow,
    question: Option<Question>,
    keys: Option<Vec<Key>>,
    bearers: Vec<Key>,
    request: &'a SearchRequest,
}

/// The hits of a stage, and why they are some.
struct Staged {
    harvest: Harvest,
    stage: Stage,
    ways: Vec<Way>,
    /// Found by what is near what was typed, and looked at again letter by letter.
    is_approximate: bool,
}

impl<'a> Asked<'a> {
    /// Understands a request.
    ///
    /// # Errors
    /// The query is empty or too long, or the cursor is of another search.
    pub fn new(live: &'a Generation, request: &'a SearchRequest) -> Result<Self, SearchError> {
        if request.after.is_some_and(|cursor| cursor.order != request.order) {
            return Err(SearchError::Cursor);
        }
        let today = request.sight.today();
        let question = request.query.as_deref().map(|query| Question::parse(query, today)).transpose()?;
        let keys =
            request.filter.records.as_ref().map(|records| {
                records.iter().map(|(family, id)| Key::new(*family, *id)).collect::<Result<Vec<_>, _>>()
            });
        let bearers = request.bearers.iter().flat_map(|bearers| &bearers.enterprises);
        let bearers = bearers.map(|id| Key::new(Family::Enterprise, *id)).collect::<Result<_, _>>()?;
        let narrow = Narrow::new(&request.filter, request.sight);
        let searcher = live.searcher();
        Ok(Self {
            columns: live.columns(&searcher)?,
            searcher,
            narrow,
            question,
            keys: keys.transpose()?,
            bearers,
            request,
            live,
        })
    }

    /// The page that was asked for. The following pages of a stage stay in it, even if a record that
    /// has everything was indexed meanwhile.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn run(&self) -> tantivy::Result<SearchPage> {
        let found = match self.request.after {
            Some(cursor) => self.stage(cursor.stage)?,
            None => self.first_stage()?,
        };
        self.page(found)
    }

    fn first_stage(&self) -> tantivy::Result<Staged> {
        for stage in &STAGES[..STAGES.len() - 1] {
            let found = self.stage(*stage)?;
            if found.harvest.total > 0 || self.question.is_none() {
                return Ok(found);
            }
        }
        self.stage(Stage::Loose)
    }

    /// The queries of the stages: the first that finds something is the answer.
    pub fn stages(&self) -> impl Iterator<Item = tantivy::Result<Any>> {
        let stages = if self.question.is_some() { &STAGES[..] } else { &STAGES[..1] };
        stages.iter().map(|stage| Ok(self.narrowed(any_of(&self.ways(*stage)?))))
    }

    fn ways(&self, stage: Stage) -> tantivy::Result<Vec<Way>> {
        let clauses = Clauses(&self.live.fields);
        let Some(question) = &self.question else {
            return Ok(vec![Way::new(Reason::AllWords, "", Box::new(AllQuery))]);
        };
        let mut ways = match stage {
            Stage::Strict => {
                let slipped = self.slipped(question, &clauses)?;
                clauses.strict(question).into_iter().chain(slipped).collect()
            }
            Stage::Lenient => clauses.lenient(question),
            Stage::Loose => vec![Way::new(Reason::Similar, &question.text, clauses.loose(question))],
        };
        if let (Stage::Strict, false, Some(bearers)) = (stage, self.bearers.is_empty(), &self.request.bearers) {
            ways.push(clauses.bearers(&bearers.number, &self.bearers));
        }
        Ok(ways)
    }

    /// 错字 Names that differ by one slip, if a name was typed that nobody has: it has a mistake in it, and what holds its
    /// words somewhere is hardly meant. Without its organisation form it is taken for a name only if it is nearly one.
    fn slipped(&self, question: &Question, clauses: &Clauses<'_>) -> tantivy::Result<Option<Way>> {
        let is_whole = question.is_whole_name();
        if !(is_whole || question.is_placed_name()) || self.is_called(question)? {
            return Ok(None);
        }
        let misspelt = clauses.misspelt(question);
        let is_meant = is_whole || misspelt.query.count(&self.searcher)? > 0;
        Ok(is_meant.then_some(misspelt))
    }

    /// Whether something is called like this.
    fn is_called(&self, question: &Question) -> tantivy::Result<bool> {
        Ok(Clauses(&self.live.fields).called(&question.letters).count(&self.searcher)? > 0)
    }

    fn narrowed(&self, query: Any) -> Any {
        let clauses = Clauses(&self.live.fields);
        let query = clauses.about(&self.request.filter.usccs, query);
        clauses.narrowed(self.question.as_ref(), self.keys.as_deref(), query)
    }

    fn stage(&self, stage: Stage) -> tantivy::Result<Staged> {
        let ways = self.ways(stage)?;
        let is_approximate = stage != Stage::Strict || ways.iter().any(|way| way.reason.is_approximate());
        if ways.is_empty() {
            return Ok(Staged { harvest: Harvest::default(), stage, ways, is_approximate });
        }
        let query = self.narrowed(any_of(&ways));
        let after = self.request.after.map(|cursor| cursor.rank);
        let is_reviewed = is_approximate && self.request.order == Order::Relevance;
        let harvest = if is_reviewed {
            self.reviewed(query.as_ref(), after)?
        } else {
            self.gather(query.as_ref(), self.request.limit + 1, after)?
        };
        Ok(Staged { harvest, stage, ways, is_approximate })
    }

    /// One hit more than the page tells whether there is a next page.
    fn gather(&self, query: &dyn Query, limit: usize, after: Option<Rank>) -> tantivy::Result<Harvest> {
        let request = self.request;
        let (columns, narrow) = (self.columns.clone(), self.narrow.clone());
        let gather = Gather { columns, narrow, order: request.order, facets: request.facets, limit, after };
        parallel::collect(&self.searcher, query, &gather)
    }

    /// The best of an approximate search are looked at again, letter by letter; the others follow as
    /// their words weigh.
    fn reviewed(&self, query: &dyn Query, after: Option<Rank>) -> tantivy::Result<Harvest> {
        let Some(question) = &self.question else { return Ok(Harvest::default()) };
        let mut harvest = self.gather(query, REVIEWED, None)?;
        let last = harvest.best.last().map(|found| found.rank);
        let is_all = harvest.best.len() < REVIEWED;
        let review = Review::new(&question.letters);
        for found in &mut harvest.best {
            let document: TantivyDocument = self.searcher.doc(found.address)?;
            found.rank.weight = review.weight(found.rank.weight, &document, &self.live.fields);
        }
        harvest.best.sort_unstable();
        harvest.best.retain(|found| after.is_none_or(|after| found.rank > after));
        let wanted = self.request.limit + 1;
        if harvest.best.len() < wanted && !is_all {
            let from = after.max(last);
            let rest = self.gather(query, wanted - harvest.best.len(), from)?;
            harvest.best.extend(rest.best);
        }
        harvest.best.truncate(wanted);
        Ok(harvest)
    }

    fn page(&self, found: Staged) -> tantivy::Result<SearchPage> {
        let Staged { mut harvest, stage, ways, is_approximate } = found;
        let has_next = harvest.best.len() > self.request.limit;
        harvest.best.truncate(self.request.limit);
        let needles = self.question.as_ref().map(|question| question.needles(is_approximate)).unwrap_or_default();
        // Without a question there is nothing to be explained.
        let is_explained = self.request.explain && self.question.is_some();
        let ways = if is_explained { ways } else { Vec::new() };
        let tests = ways.iter().map(|way| way.test(&self.searcher)).collect::<tantivy::Result<Vec<_>>>()?;
        let hits = harvest.best.iter().map(|found| self.hit(found, &needles, stage, &tests));
        let hits = hits.collect::<tantivy::Result<Vec<_>>>()?;
        let suggestion = if is_approximate && self.request.after.is_none() { self.suggestion(&harvest)? } else { None };
        let facets = harvest.tally.into_facets();
        Ok(SearchPage { hits, total: harvest.total, facets, has_next, is_approximate, suggestion })
    }

    /// What the best of an approximate search is called, if it differs little from what was typed.
    fn suggestion(&self, harvest: &Harvest) -> tantivy::Result<Option<String>> {
        let (Some(best), Some(question)) = (harvest.best.first(), &self.question) else { return Ok(None) };
        let document: TantivyDocument = self.searcher.doc(best.address)?;
        Ok(Review::new(&question.letters).meant(&document, &self.live.fields))
    }

    fn hit(&self, found: &Found, needles: &[Vec<char>], stage: Stage, tests: &[Test]) -> tantivy::Result<SearchHit> {
        Ok(SearchHit {
            family: found.rank.key.family(),
            id: found.rank.key.id(),
            enterprise_id: self.columns(found.address).enterprises.get_val(found.address.doc_id),
            score: found.rank.score(),
            is_public: self.facts(found.address).is_public_on(self.request.sight.today()),
            reasons: self.reasons(found.address, tests)?,
            highlights: self.highlights(found.address, needles)?,
            cursor: Cursor { rank: found.rank, order: self.request.order, stage },
        })
    }

    fn highlights(&self, at: DocAddress, needles: &[Vec<char>]) -> tantivy::Result<Vec<Highlight>> {
        if !self.request.highlight {
            return Ok(Vec::new());
        }
        let document: TantivyDocument = self.searcher.doc(at)?;
        Ok(highlights(&document, &self.live.fields, needles))
    }

    /// The ways in which a record fits, each once.
    fn reasons(&self, at: DocAddress, tests: &[Test]) -> tantivy::Result<Vec<(Reason, String)>> {
        let mut reasons: Vec<(Reason, String)> = Vec::new();
        for test in tests {
            if !reasons.contains(&test.reason) && test.fits(&self.searcher, at)? {
                reasons.push(test.reason.clone());
            }
        }
        reasons.sort();
        Ok(reasons)
    }

    fn facts(&self, address: DocAddress) -> Facts {
        Facts(self.columns(address).facts.get_val(address.doc_id))
    }

    fn columns(&self, address: DocAddress) -> &Columns {
        &self.columns[address.segment_ord as usize]
    }
}
