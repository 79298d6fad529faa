//! 权限核对 What an operation asks of its viewer, found once a document, compared with every request.
//!
//! Fields that nobody classified are given to nobody; acts that the viewer may not do are refused before
//! anything runs.

use std::collections::HashSet;

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet};
use async_graphql::{PathSegment, Pos, ServerError};
use rules::access::{Act, Acts, Viewer};
use schema::Code;
use schema::access::Policy;
use services::command::not_permitted;

use super::plan::coded;
use super::types::{Types, named};

/// 所需权限 The acts that an operation needs, and where it needs each.
#[derive(Default)]
pub struct Needs {
    acts: Acts,
    /// Whether it asks for the text of the schema.
    pub tells_schema: bool,
    places: Vec<(Act, Pos, Vec<PathSegment>)>,
}

impl Needs {
    /// What an operation needs.
    ///
    /// # Errors
    /// Fields without a policy.
    pub fn of(
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        types: &Types,
    ) -> Result<Self, Vec<ServerError>> {
        let mut walk = Walk { document, types, needs: Self::default(), unclassified: Vec::new(), open: HashSet::new() };
        walk.set(root(operation.ty), &operation.selection_set.node, &mut Vec::new());
        if walk.unclassified.is_empty() { Ok(walk.needs) } else { Err(walk.unclassified) }
    }

    /// What a viewer is refused, each with the place in the document.
    pub fn refused(&self, viewer: &Viewer) -> Vec<ServerError> {
        if viewer.acts().contains_all(self.acts) {
            return Vec::new();
        }
        let lacking = self.places.iter().filter(|(act, ..)| !viewer.acts().contains(*act));
        lacking
            .map(|(act, pos, path)| {
                let refusal = not_permitted(viewer, *act);
                let code = Code::named(refusal.code).unwrap_or(Code::NotPermitted);
                let mut error = ServerError::new(refusal.message, Some(*pos));
                let place: Vec<String> = path.iter().map(shown).collect();
                error.extensions.get_or_insert_default().set("field", place.join("."));
                coded(error, code)
            })
            .collect()
    }

    /// The acts that it needs.
    pub fn acts(&self) -> impl Iterator<Item = Act> + '_ {
        Act::ALL.iter().copied().filter(|act| self.acts.contains(*act))
    }
}

fn shown(segment: &PathSegment) -> String {
    match segment {
        PathSegment::Field(name) => name.clone(),
        PathSegment::Index(index) => index.to_string(),
    }
}

/// The type of an operation's root.
pub fn root(ty: OperationType) -> &'static str {
    match ty {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => "Subscription",
    }
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    types: &'a Types,
    needs: Needs,
    unclassified: Vec<ServerError>,
    open: HashSet<&'a str>,
}

impl<'a> Walk<'a> {
    fn set(&mut self, on: &'a str, set: &'a SelectionSet, path: &mut Vec<PathSegment>) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let name = field.node.name.node.as_str();
                    self.needs.tells_schema |=
                        matches!(name, "_service" | "__schema" | "__type" | "apiCatalogue" | "schemaChanges");
                    // A field that the schema does not have is left to validation.
                    let Some(definition) = self.types.field(on, name) else { continue };
                    path.push(PathSegment::Field(field.node.response_key().node.to_string()));
                    self.field(on, name, field.pos, path);
                    self.set(named(&definition.ty.node.base), &field.node.selection_set.node, path);
                    path.pop();
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let on = condition.map_or(on, |condition| condition.node.on.node.as_str());
                    self.set(on, &fragment.node.selection_set.node, path);
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    let Some(fragment) = self.document.fragments.get(name) else { continue };
                    if self.open.insert(name) {
                        self.set(&fragment.node.type_condition.node.on.node, &fragment.node.selection_set.node, path);
                        self.open.remove(name);
                    }
                }
            }
        }
    }

    fn field(&mut self, on: &str, name: &str, pos: Pos, path: &[PathSegment]) {
        match self.types.policy(on, name) {
            Some(Policy::Class(_)) => {}
            Some(Policy::Act(act)) => {
                self.needs.acts = self.needs.acts.with(act);
                // Whoever is told of a field need not be told of those below it.
                let is_told = |(told, _, place): &(Act, Pos, Vec<PathSegment>)| *told == act && path.starts_with(place);
                if !self.needs.places.iter().any(is_told) {
                    self.needs.places.push((act, pos, path.to_vec()));
                }
            }
            None => {
                let message = format!("字段 {on}.{name} 尚未确定权限，暂不提供。");
                self.unclassified.push(coded(ServerError::new(message, Some(pos)), Code::NotPermitted));
            }
        }
    }
}
