//! Quickwit The second engine behind the port: its REST API (`/api/v1`), as its documentation describes it.
//!
//! The words of a text are found here, not there: fields hold lists of terms that Quickwit takes as they are
//! (`raw`), so that both engines cut Chinese alike. Splits are kept apart by province where that is set, and
//! Quickwit merges their hits, counts and facets.
//!
//! What it does not do is left to the index of this process: sounds, slips, corrected codes, suggestions, sums,
//! highlights and reasons. An older text of a record goes with a delete task that Quickwit carries out in its own
//! time; until then the page shows the newer one only, and totals count both.
//!
//! Written from the documentation of 0.8 and tested against exchanges that were written down from it; it was not
//! run against a server.

mod answer;
mod conditions;
mod http;
mod mapping;

use futures::future::BoxFuture;
use search::{Cursor, Document, MAX_LIMIT, Order, SearchError, SearchPage, SearchRequest, terms};
use serde::{Deserialize, Serialize};
use serde_json::json;

use self::http::Http;
use super::port::{Change, SearchPort};

/// Bytes of a batch; Quickwit takes ten million.
const BATCH_BYTES: usize = 8_000_000;
/// Records whose older texts one task removes.
const REMOVED: usize = 500;

/// Quickwit 设置 Where it is, and what is asked of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// 地址 Such as `http://127.0.0.1:7280`; without one there is no second engine.
    pub url: Option<String>,
    /// 索引名 Its index, `qinxin` if empty.
    pub index: String,
    /// 按省分片 Keeps the splits of provinces apart, for an index of many provinces.
    pub shard_by_province: bool,
    /// 应答检索 Whether the query box asks it.
    pub answers: bool,
    /// 写入 Whether this process writes to it: one process of a database does.
    pub feeds: bool,
}

impl Settings {
    /// The name of its index in force.
    pub fn index(&self) -> &str {
        if self.index.is_empty() { "qinxin" } else { &self.index }
    }

    /// What is wrong with them and how to mend it.
    pub fn faults(&self) -> Vec<String> {
        let Some(url) = &self.url else { return Vec::new() };
        let is_address = url.starts_with("http://") || url.starts_with("https://");
        let is_name =
            |name: &str| name.len() >= 3 && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
        let mut faults = Vec::new();
        if !is_address {
            faults.push(format!("quickwit.url 的值“{url}”应以 http:// 或 https:// 开头"));
        }
        if !is_name(self.index()) {
            faults.push(format!("quickwit.index 的值“{}”应为 3 个以上的字母、数字或连字符", self.index()));
        }
        faults
    }
}

/// Quickwit as an engine.
pub struct Quickwit {
    http: Http,
    settings: Settings,
}

impl Quickwit {
    /// The engine of these settings, `None` if they name none.
    ///
    /// # Errors
    /// A machine without certificates of authorities.
    pub fn new(settings: &Settings) -> Result<Option<Self>, SearchError> {
        let Some(url) = &settings.url else { return Ok(None) };
        Ok(Some(Self { http: Http::new(url)?, settings: settings.clone() }))
    }

    /// 应答检索 Whether it is to answer searches.
    pub const fn answers(&self) -> bool {
        self.settings.answers
    }

    /// 建立索引 Makes its index unless it is there.
    ///
    /// # Errors
    /// It does not answer, or refuses.
    pub async fn prepare(&self) -> Result<(), SearchError> {
        let index = self.settings.index();
        if self.http.get(&format!("indexes/{index}")).await?.is_some() {
            return Ok(());
        }
        self.http.post("indexes", &mapping::config(index, self.settings.shard_by_province)).await.map(drop)
    }

    /// 清空 Removes everything from its index, before it is filled anew.
    ///
    /// # Errors
    /// It does not answer, or refuses.
    pub async fn clear(&self) -> Result<(), SearchError> {
        self.http.put(&format!("indexes/{}/clear", self.settings.index())).await
    }

    async fn page(&self, request: SearchRequest) -> Result<SearchPage, SearchError> {
        if !(1..=MAX_LIMIT).contains(&request.limit) {
            return Err(SearchError::PageSize { limit: request.limit, most: MAX_LIMIT });
        }
        if request.after.is_some_and(|cursor| cursor != Cursor::at_offset(cursor.offset())) {
            return Err(SearchError::Cursor);
        }
        let today = request.sight.today();
        let asked = request.query.as_deref().map(|query| terms::terms(query, today)).transpose()?;
        let offset = request.after.map_or(0, Cursor::offset);
        let body = json!({
            "query": conditions::query(asked.as_ref(), &request)?,
            "start_offset": offset,
            // One more tells whether there is a next page.
            "max_hits": request.limit + 1,
            "sort_by": sort_by(request.order),
            "aggs": mapping::aggregations(request.facets),
        });
        let reply = self.http.post(&format!("{}/search", self.settings.index()), &body).await?;
        answer::page(&reply, &request, offset)
    }

    /// 灌入 Hands over records of which it has no older text; it makes them visible in its own time.
    ///
    /// # Errors
    /// It does not answer, or refuses.
    pub async fn load(&self, documents: &[Document], sequence: i64) -> Result<(), SearchError> {
        self.ingest(documents, sequence, "ingest").await
    }

    async fn ingest(&self, documents: &[Document], sequence: i64, way: &str) -> Result<(), SearchError> {
        let path = format!("{}/{way}", self.settings.index());
        let mut batch = String::new();
        for document in documents {
            batch.push_str(&mapping::line(document, sequence)?);
            batch.push('\n');
            if batch.len() >= BATCH_BYTES {
                self.http.lines(&path, std::mem::take(&mut batch)).await?;
            }
        }
        if batch.is_empty() { Ok(()) } else { self.http.lines(&path, batch).await.map(drop) }
    }

    /// Writes what is new, then has the older texts of the same records removed.
    async fn write(&self, change: Change) -> Result<(), SearchError> {
        self.ingest(&change.documents, change.sequence, "ingest?commit=wait_for").await?;
        let numbers = change.documents.iter().map(Document::number).collect::<Result<Vec<_>, _>>()?;
        for numbers in numbers.chunks(REMOVED) {
            let query = format!("{} AND version:<{}", conditions::among("key", numbers), change.sequence);
            self.remove(query).await?;
        }
        let removed = change.removed.iter().map(|(family, id)| family.number(*id)).collect::<Result<Vec<_>, _>>()?;
        for numbers in removed.chunks(REMOVED) {
            self.remove(conditions::among("key", numbers)).await?;
        }
        Ok(())
    }

    async fn remove(&self, query: String) -> Result<(), SearchError> {
        let path = format!("{}/delete-tasks", self.settings.index());
        self.http.post(&path, &json!({ "query": query })).await.map(drop)
    }
}

/// Larger first unless a field begins with a hyphen; equal ones by key.
const fn sort_by(order: Order) -> &'static str {
    match order {
        Order::Relevance => "_score,-key",
        Order::Latest => "day,-key",
        Order::Earliest => "-day,-key",
        Order::Largest => "amount_fen,-key",
        Order::Smallest => "-amount_fen,-key",
    }
}

impl SearchPort for Quickwit {
    fn search(&self, request: SearchRequest) -> BoxFuture<'_, Result<SearchPage, SearchError>> {
        Box::pin(self.page(request))
    }

    fn apply(&self, change: Change) -> BoxFuture<'_, Result<(), SearchError>> {
        Box::pin(self.write(change))
    }
}
