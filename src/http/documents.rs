//! 语句登记 Requests that name their document instead of bringing it.
//!
//! Automatic persisted queries are kept by their SHA-256 once they have been found in order. Trusted
//! documents belong to a partner client, which may be limited to them.

use std::sync::Arc;

use async_graphql::{Request, ServerError, Value};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use resolvers::access::trusted::{DocumentCheck, WrongAt};
use resolvers::validation;
use schema::{Code, Failure};
use services::access::{sha256_hex, sm3_hex};

use super::caller::Who;
use super::plan::{Plans, coded};
use super::reply::failed;
use super::request::{DOCUMENT_ID, PERSISTED};
use crate::serve::Worker;

#[derive(Clone)]
struct Length;

impl Weighter<String, Arc<str>> for Length {
    fn weight(&self, _hash: &String, document: &Arc<str>) -> u64 {
        document.len() as u64
    }
}

/// Documents and bytes of documents kept at most.
const KEPT: usize = 10_000;
const KEPT_BYTES: u64 = 8 << 20;

/// 缓存语句 Documents by their SHA-256.
pub struct Persisted(Cache<String, Arc<str>, Length>);

impl Default for Persisted {
    fn default() -> Self {
        Self(Cache::with_weighter(KEPT, KEPT_BYTES, Length))
    }
}

impl Persisted {
    /// Keeps a document that was found in order.
    pub fn keep(&self, request: &Request) {
        if let Some(hash) = hash(request).filter(|_| !request.query.is_empty()) {
            self.0.insert(hash.to_owned(), Arc::from(request.query.as_str()));
        }
    }
}

/// A document that is to be registered has to be one that runs: it fits the limits, and every rule of the
/// specification.
pub fn check(plans: &Arc<Plans>) -> DocumentCheck {
    let plans = Arc::clone(plans);
    DocumentCheck(Arc::new(move |document| {
        let errors = match plans.of(document) {
            Ok(plan) => validation::faults(plan.document.clone()),
            Err(errors) => errors,
        };
        // Whoever registers documents is known, and is told what the schema holds.
        failed(errors, true).errors.into_iter().map(wrong_at).collect()
    }))
}

fn wrong_at(error: ServerError) -> WrongAt {
    let code = error.extensions.as_ref().and_then(|extensions| match extensions.get("code") {
        Some(Value::String(code)) => Some(code.clone()),
        _ => None,
    });
    let place = error.locations.first().map(|place| (place.line, place.column));
    WrongAt { code: code.unwrap_or_default(), message: error.message, place }
}

/// Puts the document into a request that names it.
///
/// # Errors
/// It is not known here, is not the one of its hash, or the client may not run it.
pub async fn found(worker: &Worker, who: &Who, mut request: Request) -> Result<Request, Vec<ServerError>> {
    let mut is_trusted = false;
    if let Some(Value::String(id)) = request.extensions.get(DOCUMENT_ID) {
        let id = id.clone();
        request.query = registered(worker, who, &id).await?.to_string();
        // One name is enough: the other was compared with nothing, and nothing is kept under it.
        request.extensions.remove(PERSISTED);
        is_trusted = true;
    } else if let Some(hash) = hash(&request) {
        if request.query.is_empty() {
            let document = worker.persisted.0.get(hash);
            let document = document.ok_or_else(|| refused(Code::PersistedQueryNotFound, None))?;
            request.query = document.to_string();
        } else if sha256_hex(&request.query) != *hash {
            let message = "query 与 sha256Hash 不一致，请重新计算语句的 SHA-256。";
            return Err(refused(Code::BadRequest, Some(message)));
        }
    }
    if !is_trusted && who.client.as_ref().is_some_and(|client| client.only_trusted) {
        registered(worker, who, &sm3_hex(&request.query)).await?;
    }
    Ok(request)
}

async fn registered(worker: &Worker, who: &Who, hash: &str) -> Result<Arc<str>, Vec<ServerError>> {
    let Some(client) = &who.client else { return Err(refused(Code::OperationUnknown, None)) };
    // What registers documents is itself not registered.
    let found = worker.desk.clients.document(&worker.db, client.id, hash).await;
    let found = found.map_err(|error| match Failure::fault(&error) {
        Failure::Fault { reference } => {
            let mut error = refused(Code::Internal, None).remove(0);
            error.extensions.get_or_insert_default().set("reference", reference);
            vec![error]
        }
        Failure::Refused { .. } => refused(Code::Internal, None),
    })?;
    found.ok_or_else(|| refused(Code::OperationUnknown, None))
}

fn refused(code: Code, message: Option<&str>) -> Vec<ServerError> {
    vec![coded(ServerError::new(message.unwrap_or(code.explanation()), None), code)]
}

fn hash(request: &Request) -> Option<&String> {
    match request.extensions.get(PERSISTED)? {
        Value::Object(fields) => match fields.get("sha256Hash")? {
            Value::String(hash) => Some(hash),
            _ => None,
        },
        _ => None,
    }
}
