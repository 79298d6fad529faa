//! 规模 What an answer cost: the values that it holds, objects and fields alike.

use async_graphql::{Request, Response, Value};
use axum::http::HeaderValue;

use super::reply::Reply;

/// Where a request asks for the cost, and where it is told.
const COST: &str = "cost";
/// Carries the cost from the answer to the books; clients may read it too.
const HEADER: &str = "x-cost";

/// Whether a request asks for the cost: `"extensions": {"cost": true}`.
pub fn is_wanted(request: &Request) -> bool {
    matches!(request.extensions.get(COST), Some(Value::Boolean(true)))
}

/// The values of an answer.
pub fn of(value: &Value) -> u64 {
    match value {
        Value::List(items) => items.iter().map(of).sum(),
        Value::Object(fields) => 1 + fields.values().map(of).sum::<u64>(),
        _ => 1,
    }
}

/// Tells the cost in the extensions of the answer.
pub fn tell(response: &mut Response) {
    let cost = of(&response.data);
    let told = Value::Object([(async_graphql::Name::new("fields"), Value::from(cost))].into_iter().collect());
    response.extensions.insert(COST.to_owned(), told);
}

/// Marks a reply with its cost.
pub fn mark(reply: &mut Reply, cost: u64) {
    reply.headers_mut().insert(HEADER, HeaderValue::from(cost));
}

/// The cost that a reply is marked with.
pub fn marked(reply: &Reply) -> u64 {
    let marked = reply.headers().get(HEADER).and_then(|value| value.to_str().ok());
    marked.and_then(|text| text.parse().ok()).unwrap_or_default()
}
