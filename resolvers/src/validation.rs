//! 语句核对 What the rules of the specification say of a document that does not run: one that is to be registered.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Request, Response, Schema, ServerError, ValidationMode};
use futures::FutureExt;

use crate::{Mutation, Query, Subscription, builder};

/// The schema with every rule, and nothing behind it. An extension costs every field of every request, so that
/// those who are answered have another schema.
static RULES: LazyLock<Schema<Query, Mutation, Subscription>> =
    LazyLock::new(|| builder(ValidationMode::Strict).extension(NotRun).finish());

/// Ends where a document would run.
struct NotRun;

impl ExtensionFactory for NotRun {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for NotRun {
    async fn execute(&self, _: &ExtensionContext<'_>, _: Option<&str>, _: NextExecute<'_>) -> Response {
        Response::default()
    }
}

/// What is wrong with a document, whatever its variables will be. Where a page size is a variable, its cost is
/// estimated with every request; a variable of another type than its place is told when it gets a value, because
/// async-graphql compares types no earlier.
pub fn faults(document: ExecutableDocument) -> Vec<ServerError> {
    let declared = undefaulted(&document);
    let name = document.operations.iter().find_map(|(name, _)| name.map(ToString::to_string));
    let mut request = Request::new("");
    request.operation_name = name;
    request.set_parsed_query(document);
    // Nothing in it waits.
    let response = RULES.execute(request).now_or_never().unwrap_or_default();
    response.errors.into_iter().filter(|error| !declared.contains(&error.message)).collect()
}

/// How the estimate of the cost complains of each declared variable that has no value yet.
fn undefaulted(document: &ExecutableDocument) -> HashSet<String> {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node);
    let variables = operations.flat_map(|operation| &operation.variable_definitions).map(|variable| &variable.node);
    let open = variables.filter(|variable| variable.default_value.is_none());
    open.map(|variable| format!("Variable {} is not defined.", variable.name.node)).collect()
}
