//! 语句缓存 A document is parsed, bounded and checked once; afterwards only executed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Response, ServerError, Value, Variables};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use rules::access::Viewer;
use schema::{Code, limits};

use super::chinese;
use super::inputs::Inputs;
use super::needs::Needs;
use super::shape::{self, Shape};

/// A document that fits the limits.
pub struct Plan {
    /// The parsed document.
    pub document: ExecutableDocument,
    text: String,
    validated: AtomicBool,
    /// Variables that stand where a default holds, with that default.
    defaults: Vec<(Name, Value)>,
    /// What is known of each operation, by its name.
    operations: HashMap<Option<Name>, Known>,
}

/// What is known of an operation before it runs.
struct Known {
    /// The order of the answer's fields.
    shape: Shape,
    /// What it asks of its viewer.
    needs: Needs,
}

impl Plan {
    /// Gives absent variables the defaults of the places where they stand.
    pub fn complete(&self, variables: &mut Variables) {
        for (name, default) in &self.defaults {
            variables.entry(name.clone()).or_insert_with(|| default.clone());
        }
    }

    /// The text of the document.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether every rule of validation has passed once.
    pub fn is_validated(&self) -> bool {
        self.validated.load(Ordering::Relaxed)
    }

    /// Finishes the answer of an operation that ran, for whoever sees it.
    pub fn finish(&self, operation: Option<&str>, viewer: &Viewer, response: &mut Response) {
        if let Some(Known { shape, .. }) = self.known(operation) {
            shape.place_nulls(&mut response.data, &response.errors);
            shape.hide(&mut response.data, viewer);
            shape.arrange(&mut response.data);
        }
    }

    /// What an operation asks of its viewer.
    pub fn needs(&self, operation: Option<&str>) -> Option<&Needs> {
        self.known(operation).map(|known| &known.needs)
    }

    fn known(&self, operation: Option<&str>) -> Option<&Known> {
        match (operation, self.operations.len()) {
            (_, 1) => self.operations.values().next(),
            (Some(name), _) => self.operations.get(&Some(Name::new(name))),
            (None, _) => None,
        }
    }

    /// The operation that a request means.
    ///
    /// # Errors
    /// Several and none is named, or none has this name.
    pub fn operation(&self, name: Option<&str>) -> Result<&OperationDefinition, Vec<ServerError>> {
        let found = match (&self.document.operations, name) {
            (DocumentOperations::Single(operation), None) => Some(operation),
            (DocumentOperations::Multiple(all), Some(name)) => all.get(name),
            (DocumentOperations::Multiple(all), None) if all.len() == 1 => all.values().next(),
            _ => None,
        };
        let message = match name {
            Some(name) => format!("查询中没有名为“{}”的操作，请核对 operationName。", chinese::cut(name)),
            None => "查询中有多个操作，请用 operationName 指定要执行的一个。".to_owned(),
        };
        let unknown = || vec![coded(ServerError::new(message, None), Code::ValidationFailed)];
        found.map(|operation| &operation.node).ok_or_else(unknown)
    }
}

/// Plans are weighed by the length of their documents; a parsed document takes some forty times as
/// much memory.
#[derive(Clone)]
struct Length;

impl Weighter<String, Arc<Plan>> for Length {
    fn weight(&self, text: &String, _plan: &Arc<Plan>) -> u64 {
        text.len() as u64
    }
}

/// Plans and bytes of documents kept at most.
const KEPT: usize = 1_000;
const KEPT_BYTES: u64 = 1 << 20;

/// 语句缓存 The plans of the documents seen last, and the inputs that they may hold.
pub struct Plans {
    kept: Cache<String, Arc<Plan>, Length>,
    /// What a request may give.
    pub inputs: Inputs,
}

impl Plans {
    /// An empty cache for documents of a schema.
    pub fn new(inputs: Inputs) -> Self {
        Self { kept: Cache::with_weighter(KEPT, KEPT_BYTES, Length), inputs }
    }

    /// The plan of a document.
    ///
    /// # Errors
    /// It cannot be parsed, is larger than the limits allow, or has literals that do not fit.
    pub fn of(&self, text: &str) -> Result<Arc<Plan>, Vec<ServerError>> {
        if let Some(plan) = self.kept.get(text) {
            return Ok(plan);
        }
        if text.len() > limits().document_bytes {
            let message = format!("查询语句共 {} 字节，最多 {} 字节。", text.len(), limits().document_bytes);
            return Err(vec![too_large(message)]);
        }
        if tokens(text) > limits().tokens {
            return Err(vec![too_large(format!(
                "查询语句的词数超过 {} 的上限，请拆分查询或改用变量。",
                limits().tokens
            ))]);
        }
        let mut document = async_graphql::parser::parse_query(text).map_err(|error| vec![unparsed(error)])?;
        bounded(&document).map_err(|error| vec![error])?;
        let defaults = self.inputs.check_literals(&document)?;
        shape::fill_thin_selections(&mut document);
        let types = &self.inputs.types;
        let mut operations = HashMap::new();
        for (name, operation) in document.operations.iter() {
            let needs = Needs::of(&document, &operation.node, types)?;
            let shape = Shape::of(&document, &operation.node, types);
            operations.insert(name.cloned(), Known { shape, needs });
        }
        Ok(Arc::new(Plan { document, text: text.to_owned(), validated: AtomicBool::new(false), defaults, operations }))
    }

    /// Keeps a plan that every rule of validation has passed. Others are not kept: strangers can make
    /// as many as they like.
    pub fn keep(&self, plan: &Arc<Plan>) {
        plan.validated.store(true, Ordering::Relaxed);
        self.kept.insert(plan.text.clone(), Arc::clone(plan));
    }
}

/// Sets the code of an error.
pub fn coded(mut error: ServerError, code: Code) -> ServerError {
    error.extensions.get_or_insert_default().set("code", code.as_str());
    error
}

fn unparsed(error: async_graphql::parser::Error) -> ServerError {
    let code = match error {
        async_graphql::parser::Error::RecursionLimitExceeded => Code::QueryTooLarge,
        _ => Code::ParseFailed,
    };
    let message = chinese::parse_failure(&error);
    coded(ServerError { message, ..error.into() }, code)
}

fn too_large(message: String) -> ServerError {
    coded(ServerError::new(message, None), Code::QueryTooLarge)
}

/// 词数 Tokens of a document (GraphQL specification, 2.1.6), counted before it is parsed: names, numbers,
/// texts and signs. A text that is never closed counts as one; the parser will tell.
fn tokens(text: &str) -> usize {
    let (mut rest, mut count) = (text, 0);
    while let Some(sign) = rest.chars().next() {
        let length = match sign {
            '#' => rest.find(['\n', '\r']).unwrap_or(rest.len()),
            sign if sign.is_whitespace() || matches!(sign, ',' | '\u{feff}') => sign.len_utf8(),
            sign => {
                count += 1;
                token(rest, sign)
            }
        };
        rest = &rest[length..];
    }
    count
}

/// Bytes of the token that `rest` begins with.
fn token(rest: &str, sign: char) -> usize {
    let is_word = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '-' | '+');
    match sign {
        '"' if rest.starts_with("\"\"\"") => {
            let body = &rest[3..];
            let close = body.match_indices("\"\"\"").find(|(at, _)| !body[..*at].ends_with('\\'));
            close.map_or(rest.len(), |(at, _)| at + 6)
        }
        '"' => {
            let mut is_escaped = false;
            let close = rest[1..].find(|sign| {
                let closes = sign == '"' && !is_escaped;
                is_escaped = sign == '\\' && !is_escaped;
                closes || sign == '\n'
            });
            close.map_or(rest.len(), |at| at + 2)
        }
        '.' => rest.len() - rest.trim_start_matches('.').len(),
        sign if sign.is_ascii_digit() || sign == '-' => {
            rest.find(|sign| !is_word(sign) && sign != '.').unwrap_or(rest.len())
        }
        sign if is_word(sign) => rest.find(|sign| !is_word(sign)).unwrap_or(rest.len()),
        sign => sign.len_utf8(),
    }
}

/// Selections of a document at most, fragments spread out; beyond this nobody reads an answer.
const SELECTIONS: usize = 5_000;
/// Levels of fields, fragments and conditions within each other at most: whoever walks through a
/// document later does so level by level on the stack.
fn nested() -> usize {
    limits().depth * 4
}

/// The library looks at directives of fields alone, and not at whether it knows them: a document may hold
/// `@include` and `@skip`, on selections, and no other.
fn directives(given: &[Positioned<Directive>]) -> Result<(), ServerError> {
    if given.len() > limits().directives {
        return Err(too_large(format!("同一处的指令过多，最多 {} 个。", limits().directives)));
    }
    let is_known = |name: &str| matches!(name, "include" | "skip");
    for Positioned { node, pos } in given {
        let name = node.name.node.as_str();
        if !is_known(name) || node.get_argument("if").is_none() {
            let message = format!("指令“@{}”不能这样使用，可用的是 @include(if:) 与 @skip(if:)。", chinese::cut(name));
            return Err(coded(ServerError::new(message, Some(*pos)), Code::ValidationFailed));
        }
    }
    Ok(())
}

/// Directives where none belongs: on operations, fragments and variables.
fn none<'d>(given: impl Iterator<Item = &'d Positioned<Directive>>) -> Result<(), ServerError> {
    match given.take(1).next() {
        None => Ok(()),
        Some(directive) => {
            let name = chinese::cut(directive.node.name.node.as_str());
            let message = format!("指令“@{name}”不能用在此处，请删去。");
            Err(coded(ServerError::new(message, Some(directive.pos)), Code::ValidationFailed))
        }
    }
}

fn bounded(document: &ExecutableDocument) -> Result<(), ServerError> {
    let misplaced = document.fragments.values().flat_map(|fragment| &fragment.node.directives);
    none(misplaced)?;
    for (_, operation) in document.operations.iter() {
        let variables = operation.node.variable_definitions.iter();
        none(operation.node.directives.iter().chain(variables.flat_map(|variable| &variable.node.directives)))?;
        let set = &operation.node.selection_set;
        if set.node.items.len() > limits().root_fields {
            let found = set.node.items.len();
            return Err(too_large(format!("根字段共 {found} 个，最多 {} 个。", limits().root_fields)));
        }
        Walk { document, aliases: 0, selections: 0, open: HashSet::new() }.set(set, 0)?;
    }
    Ok(())
}

/// What a walk through a document counts, with fragments spread out.
struct Walk<'a> {
    document: &'a ExecutableDocument,
    aliases: usize,
    selections: usize,
    open: HashSet<&'a str>,
}

impl<'a> Walk<'a> {
    fn set(&mut self, set: &'a Positioned<SelectionSet>, level: usize) -> Result<(), ServerError> {
        if level > nested() {
            return Err(too_large(format!("查询嵌套过深，字段最多 {} 层，请减少层级或片段。", limits().depth)));
        }
        set.node.items.iter().try_for_each(|selection| self.selection(&selection.node, level))
    }

    fn selection(&mut self, selection: &'a Selection, level: usize) -> Result<(), ServerError> {
        self.selections += 1;
        if self.selections > SELECTIONS {
            return Err(too_large(format!("字段与片段过多，展开后最多 {SELECTIONS} 个。")));
        }
        directives(selection.directives())?;
        match selection {
            Selection::Field(field) => {
                self.aliases += usize::from(field.node.alias.is_some());
                if self.aliases > limits().aliases {
                    return Err(too_large(format!("别名过多，最多 {} 个。", limits().aliases)));
                }
                self.set(&field.node.selection_set, level + 1)
            }
            Selection::InlineFragment(fragment) => self.set(&fragment.node.selection_set, level + 1),
            Selection::FragmentSpread(spread) => {
                let name = spread.node.fragment_name.node.as_str();
                let Some(fragment) = self.document.fragments.get(name) else { return Ok(()) };
                if !self.open.insert(name) {
                    let message = format!("片段“{}”直接或间接引用了自身，请去掉循环引用。", chinese::cut(name));
                    return Err(coded(ServerError::new(message, Some(spread.pos)), Code::ValidationFailed));
                }
                self.set(&fragment.node.selection_set, level + 1)?;
                self.open.remove(name);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::types::Types;

    fn code(text: &str) -> Option<String> {
        let types = Types::of(&resolvers::sdl(false), &resolvers::sdl(true), &schema::access::TABLE)
            .expect("the schema can be parsed");
        let error = Plans::new(Inputs::new(types, true)).of(text).err()?.remove(0);
        error.extensions?.get("code").map(|code| code.to_string().trim_matches('"').to_owned())
    }

    #[test]
    fn floods_are_refused_before_validation() {
        let too_large = Some("QUERY_TOO_LARGE".to_owned());
        assert_eq!(code("{ regions { code } }"), None);
        assert_eq!(code("{ regions { code }"), Some("GRAPHQL_PARSE_FAILED".to_owned()));
        let aliases: String = (0..31).map(|n| format!("a{n}: __typename ")).collect();
        assert_eq!(code(&format!("{{ x {{ {aliases} }} }}")), too_large);
        assert_eq!(code(&format!("{{ {} }}", "__typename ".repeat(21))), too_large);
        let deep = format!("{}{}{}", "{ a ".repeat(nested() + 1), "{ b }", "}".repeat(nested() + 1));
        assert_eq!(code(&deep), too_large);
        let cycle = "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }";
        assert_eq!(code(cycle), Some("GRAPHQL_VALIDATION_FAILED".to_owned()));
    }

    #[test]
    fn tokens_are_counted_as_the_specification_does() {
        for (text, count) in [
            ("", 0),
            ("{ a }", 3),
            ("{ a, b # , c { }\n c }", 5),
            ("{ ...a...b }", 6),
            ("query Q($a: Int! = -1.5e+3) { ...F }", 15),
            (r#"{ a(b: "x } \" y", c: """ " } """) }"#, 11),
            (r#"{ a(b: "never closed"#, 6),
            ("\"\"\"", 1),
            ("\"", 1),
        ] {
            assert_eq!(tokens(text), count, "{text}");
        }
        assert_eq!(code(&format!("{{ {} }}", "a ".repeat(limits().tokens))), Some("QUERY_TOO_LARGE".to_owned()));
    }

    /// Fragments that only hold fragments: twice as many with every level, or a level each.
    #[test]
    fn fragments_are_counted_whatever_they_hold() {
        let too_large = Some("QUERY_TOO_LARGE".to_owned());
        let chain = |levels: usize, body: fn(usize) -> String, last: &str| {
            let fragments: String =
                (0..levels).map(|n| format!("fragment f{n} on Query {{ {} }} ", body(n + 1))).collect();
            format!("{{ ...f0 }} {fragments} fragment f{levels} on Query {{ {last} }}")
        };
        let doubling = |next: usize| format!("...f{next} ... {{ ...f{next} }}");
        assert_eq!(code(&chain(20, doubling, "__typename")), too_large);
        assert_eq!(code(&chain(34, doubling, "...absent")), too_large);
        let nested = |next: usize| format!("{}...f{next}{}", "... { ".repeat(20), "}".repeat(20));
        assert_eq!(code(&chain(150, nested, "__typename")), too_large);
    }
}
