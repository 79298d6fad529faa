//! 语句核对 What the rules of the specification say of a document that does not run: one that is to be registered.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute, NextValidation};
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Request, Response, Schema, ServerError, ValidationMode, ValidationResult};
use futures::FutureExt;

use crate::{Mutation, Query, Subscription, builder, positions};

/// The schema with every rule, and nothing behind it. An extension costs every field of every request, so that
/// those who are answered have another schema.
static RULES: LazyLock<Schema<Query, Mutation, Subscription>> =
    LazyLock::new(|| builder(ValidationMode::Strict).extension(NotRun).finish());

/// Adds the rule that the library leaves out, and ends where a document would run.
struct NotRun;

impl ExtensionFactory for NotRun {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for NotRun {
    async fn validation(
        &self,
        context: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let misplaced = context
            .data_opt::<Arc<ExecutableDocument>>()
            .map(|document| positions::faults(&context.schema_env.registry, document))
            .unwrap_or_default();
        match next.run(context).await {
            Ok(result) if misplaced.is_empty() => Ok(result),
            Ok(_) => Err(misplaced),
            Err(errors) => Err(errors.into_iter().chain(misplaced).collect()),
        }
    }

    async fn execute(&self, _: &ExtensionContext<'_>, _: Option<&str>, _: NextExecute<'_>) -> Response {
        Response::default()
    }
}

/// What is wrong with a document, whatever its variables will be. Where a page size is a variable, its cost is
/// estimated with every request.
pub fn faults(document: ExecutableDocument) -> Vec<ServerError> {
    let declared = undefaulted(&document);
    let name = document.operations.iter().find_map(|(name, _)| name.map(ToString::to_string));
    let mut request = Request::new("").data(Arc::new(document.clone()));
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
