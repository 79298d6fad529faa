//! 语句缓存 A document is parsed, bounded and checked once; afterwards only executed.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType, Selection, SelectionSet};
use async_graphql::{Positioned, ServerError, Value};
use quick_cache::sync::Cache;
use schema::{Code, limits};

use super::chinese;
use super::inputs::Inputs;
use super::shape::Shape;

/// A document that fits the limits.
pub struct Plan {
    /// The parsed document.
    pub document: ExecutableDocument,
    validated: AtomicBool,
    /// The order of the answer's fields, for a document of one operation.
    shape: Option<Shape>,
}

impl Plan {
    /// Whether every rule of validation has passed once.
    pub fn is_validated(&self) -> bool {
        self.validated.load(Ordering::Relaxed)
    }

    /// Remembers that it has.
    pub fn set_validated(&self) {
        self.validated.store(true, Ordering::Relaxed);
    }

    /// Puts an answer in the order of the selection.
    pub fn arrange(&self, operation: Option<&str>, answer: &mut Value) {
        match (&self.shape, &self.document.operations) {
            (Some(shape), _) => shape.arrange(answer),
            (None, DocumentOperations::Multiple(all)) => {
                if let Some(operation) = operation.and_then(|name| all.get(name)) {
                    Shape::of(&self.document, &operation.node).arrange(answer);
                }
            }
            (None, DocumentOperations::Single(_)) => {}
        }
    }

    /// The type of the operation that a request means; `None` if it cannot be told.
    pub fn operation_type(&self, name: Option<&str>) -> Option<OperationType> {
        match &self.document.operations {
            DocumentOperations::Single(operation) => Some(operation.node.ty),
            DocumentOperations::Multiple(all) => match name {
                Some(name) => all.get(name).map(|operation| operation.node.ty),
                None => None,
            },
        }
    }
}

/// Plans kept at most.
const KEPT: usize = 1_000;

/// 语句缓存 The plans of the documents seen last, and the inputs that they may hold.
pub struct Plans {
    kept: Cache<String, Arc<Plan>>,
    /// What a request may give.
    pub inputs: Inputs,
}

impl Plans {
    /// An empty cache for documents of a schema.
    pub fn new(inputs: Inputs) -> Self {
        Self { kept: Cache::new(KEPT), inputs }
    }

    /// The plan of a document.
    ///
    /// # Errors
    /// It cannot be parsed, is larger than the limits allow, or has literals that do not fit.
    pub fn of(&self, text: &str) -> Result<Arc<Plan>, Vec<ServerError>> {
        if let Some(plan) = self.kept.get(text) {
            return Ok(plan);
        }
        if text.len() > limits::DOCUMENT_BYTES {
            let message = format!("查询语句共 {} 字节，最多 {} 字节。", text.len(), limits::DOCUMENT_BYTES);
            return Err(vec![too_large(message)]);
        }
        let document = async_graphql::parser::parse_query(text).map_err(|error| vec![unparsed(error)])?;
        bounded(&document).map_err(|error| vec![error])?;
        self.inputs.check_literals(&document)?;
        let shape = match &document.operations {
            DocumentOperations::Single(operation) => Some(Shape::of(&document, &operation.node)),
            DocumentOperations::Multiple(_) => None,
        };
        let plan = Arc::new(Plan { document, validated: AtomicBool::new(false), shape });
        self.kept.insert(text.to_owned(), Arc::clone(&plan));
        Ok(plan)
    }
}

/// Sets the code of an error.
pub fn coded(mut error: ServerError, code: Code) -> ServerError {
    error.extensions.get_or_insert_default().set("code", code.as_str());
    error
}

fn unparsed(error: async_graphql::parser::Error) -> ServerError {
    let message = chinese::parse_failure(&error);
    coded(ServerError { message, ..error.into() }, Code::ParseFailed)
}

fn too_large(message: String) -> ServerError {
    coded(ServerError::new(message, None), Code::QueryTooLarge)
}

/// What a walk through a document counts, with fragments spread out.
#[derive(Default)]
struct Walk<'a> {
    aliases: usize,
    fields: usize,
    open: HashSet<&'a str>,
}

/// Fields of a document at most, fragments spread out; beyond this nobody reads an answer.
const FIELDS: usize = 5_000;

fn bounded(document: &ExecutableDocument) -> Result<(), ServerError> {
    let operations: Vec<_> = match &document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(all) => all.values().collect(),
    };
    for operation in operations {
        let set = &operation.node.selection_set;
        if set.node.items.len() > limits::ROOT_FIELDS {
            let found = set.node.items.len();
            return Err(too_large(format!("根字段共 {found} 个，最多 {} 个。", limits::ROOT_FIELDS)));
        }
        let mut walk = Walk::default();
        walk.set(document, set, 0)?;
    }
    Ok(())
}

impl<'a> Walk<'a> {
    fn set(
        &mut self,
        document: &'a ExecutableDocument,
        set: &'a Positioned<SelectionSet>,
        depth: usize,
    ) -> Result<(), ServerError> {
        if depth > limits::DEPTH * 2 {
            return Err(too_large(format!("查询嵌套过深，最多 {} 层。", limits::DEPTH)));
        }
        for selection in &set.node.items {
            self.selection(document, &selection.node, depth)?;
        }
        Ok(())
    }

    fn selection(
        &mut self,
        document: &'a ExecutableDocument,
        selection: &'a Selection,
        depth: usize,
    ) -> Result<(), ServerError> {
        match selection {
            Selection::Field(field) => {
                self.fields += 1;
                self.aliases += usize::from(field.node.alias.is_some());
                if self.aliases > limits::ALIASES {
                    return Err(too_large(format!("别名过多，最多 {} 个。", limits::ALIASES)));
                }
                if self.fields > FIELDS {
                    return Err(too_large(format!("字段过多，最多 {FIELDS} 个。")));
                }
                self.set(document, &field.node.selection_set, depth + 1)
            }
            Selection::InlineFragment(fragment) => self.set(document, &fragment.node.selection_set, depth),
            Selection::FragmentSpread(spread) => {
                let name = spread.node.fragment_name.node.as_str();
                let Some(fragment) = document.fragments.get(name) else { return Ok(()) };
                // A cycle is validation's to tell; here it must only not be followed.
                if !self.open.insert(name) {
                    return Ok(());
                }
                self.set(document, &fragment.node.selection_set, depth)?;
                self.open.remove(name);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<String> {
        let inputs = Inputs::of(&resolvers::sdl(false)).expect("the schema can be parsed");
        let error = Plans::new(inputs).of(text).err()?.remove(0);
        error.extensions?.get("code").map(|code| code.to_string().trim_matches('"').to_owned())
    }

    #[test]
    fn floods_are_refused_before_validation() {
        assert_eq!(code("{ regions { code } }"), None);
        assert_eq!(code("{ regions { code }"), Some("GRAPHQL_PARSE_FAILED".to_owned()));
        let aliases: String = (0..31).map(|n| format!("a{n}: __typename ")).collect();
        assert_eq!(code(&format!("{{ x {{ {aliases} }} }}")), Some("QUERY_TOO_LARGE".to_owned()));
        let roots = "__typename ".repeat(21);
        assert_eq!(code(&format!("{{ {roots} }}")), Some("QUERY_TOO_LARGE".to_owned()));
        let deep = format!("{}{}{}", "{ a ".repeat(40), "{ b }", "}".repeat(40));
        assert_eq!(code(&deep), Some("QUERY_TOO_LARGE".to_owned()));
        let doubling =
            (0..20).map(|n| format!("fragment f{n} on T {{ ...f{m} ...f{m} }} ", m = n + 1)).collect::<String>();
        assert_eq!(
            code(&format!("{{ ...f0 }} {doubling} fragment f20 on T {{ a }}")),
            Some("QUERY_TOO_LARGE".to_owned())
        );
        assert_eq!(code("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }"), None);
    }
}
