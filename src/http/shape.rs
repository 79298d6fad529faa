//! 应答形状 Finishes an answer as the GraphQL specification asks, where the executor does otherwise:
//!
//! - fields come in the order of the selection (6.2.2), not in that in which they were done;
//! - a field that failed is null, and so is whatever may not hold a null (6.4.4); it is not left out;
//! - an object of which nothing was selected is empty, not null.

use std::collections::HashMap;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    BaseType, DocumentOperations, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet, Type,
};
use async_graphql::{Name, PathSegment, Positioned, ServerError, Value};

use rules::access::{FieldClass, Viewer};
use schema::access::Policy;

use super::needs;
use super::types::{Types, named};

/// Selected where a selection may come out empty; taken away again before anybody sees it.
const HIDDEN: &str = "__shape";

/// 应答形状 The response keys of a selection in order, each with its type and those below it.
#[derive(Default)]
pub struct Shape {
    fields: Vec<Slot>,
    places: HashMap<Name, usize>,
    has_hidden: bool,
    /// Whether here or below there is a field that not everybody knows of.
    is_guarded: bool,
}

struct Slot {
    key: Name,
    /// `None` for a field that the schema does not have; such a document does not run.
    ty: Option<Type>,
    class: FieldClass,
    below: Shape,
}

/// Adds a hidden field wherever nothing is selected for certain, so that the executor tells an object
/// without selected fields from none.
pub fn fill_thin_selections(document: &mut ExecutableDocument) {
    match &mut document.operations {
        DocumentOperations::Single(operation) => fill(&mut operation.node.selection_set.node),
        DocumentOperations::Multiple(all) => {
            all.values_mut().for_each(|operation| fill(&mut operation.node.selection_set.node));
        }
    }
    document.fragments.values_mut().for_each(|fragment| below(&mut fragment.node.selection_set.node));
}

fn fill(set: &mut SelectionSet) {
    below(set);
    let is_certain = |selection: &Positioned<Selection>| match &selection.node {
        Selection::Field(field) => field.node.directives.is_empty(),
        _ => false,
    };
    if !set.items.is_empty() && !set.items.iter().any(is_certain) {
        let at = set.items[0].pos;
        let field = Field {
            alias: Some(Positioned::new(Name::new(HIDDEN), at)),
            name: Positioned::new(Name::new("__typename"), at),
            arguments: Vec::new(),
            directives: Vec::new(),
            selection_set: Positioned::new(SelectionSet::default(), at),
        };
        set.items.push(Positioned::new(Selection::Field(Positioned::new(field, at)), at));
    }
}

/// Fills the selections of the fields of a set; what fragments add belongs to the set around them.
fn below(set: &mut SelectionSet) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => fill(&mut field.node.selection_set.node),
            Selection::InlineFragment(fragment) => below(&mut fragment.node.selection_set.node),
            Selection::FragmentSpread(_) => {}
        }
    }
}

impl Shape {
    /// The shape of an operation's answers; fragments are spread out whatever their type.
    pub fn of(document: &ExecutableDocument, operation: &OperationDefinition, types: &Types) -> Self {
        let mut shape = Self::default();
        Builder { document, types, open: Vec::new() }.take(
            &mut shape,
            needs::root(operation.ty),
            &operation.selection_set.node,
        );
        shape
    }

    /// Puts a value in order, with everything below it.
    pub fn arrange(&self, value: &mut Value) {
        match value {
            Value::List(items) => items.iter_mut().for_each(|item| self.arrange(item)),
            Value::Object(object) => {
                if self.has_hidden {
                    object.shift_remove(HIDDEN);
                }
                for (key, value) in object.iter_mut() {
                    if let Some(place) = self.places.get(key) {
                        self.fields[*place].below.arrange(value);
                    }
                }
                let place = |key: &Name| self.places.get(key).copied().unwrap_or(usize::MAX);
                if !object.keys().is_sorted_by_key(place) {
                    object.sort_by_cached_key(|key, _| place(key));
                }
            }
            _ => {}
        }
    }

    /// Makes null what is of a class that the viewer knows nothing of. The resolvers look at the place as well
    /// (an office ends at the border of its region); this is the lock behind theirs, and needs none of them to
    /// remember it.
    pub fn hide(&self, value: &mut Value, viewer: &Viewer) {
        if !self.is_guarded {
            return;
        }
        match value {
            Value::List(items) => items.iter_mut().for_each(|item| self.hide(item, viewer)),
            Value::Object(object) => {
                for (key, value) in object.iter_mut() {
                    let Some(slot) = self.places.get(key).map(|place| &self.fields[*place]) else { continue };
                    if viewer.knows(slot.class) {
                        slot.below.hide(value, viewer);
                    } else {
                        *value = Value::Null;
                    }
                }
            }
            _ => {}
        }
    }

    /// Makes the fields that failed null, and what may not hold a null.
    pub fn place_nulls(&self, data: &mut Value, errors: &[ServerError]) {
        let paths: Vec<&[PathSegment]> = errors.iter().map(|error| error.path.as_slice()).collect();
        if !paths.is_empty() && !self.settle(data, &paths) {
            *data = Value::Null;
        }
    }

    /// `false` if the object may not be: one of its fields is null and must not be.
    fn settle(&self, value: &mut Value, paths: &[&[PathSegment]]) -> bool {
        // The executor makes an object null of which every field failed.
        if *value == Value::Null {
            *value = Value::Object(IndexMap::new());
        }
        let Value::Object(object) = value else { return true };
        let mut by_key: IndexMap<&str, Vec<&[PathSegment]>> = IndexMap::new();
        for path in paths {
            if let [PathSegment::Field(key), rest @ ..] = path {
                by_key.entry(key).or_default().push(rest);
            }
        }
        by_key.into_iter().all(|(key, rests)| {
            let Some(slot) = self.places.get(key).map(|place| &self.fields[*place]) else { return true };
            let Some(ty) = &slot.ty else { return true };
            slot.settle(object.entry(slot.key.clone()).or_insert(Value::Null), ty, &rests)
        })
    }
}

impl Slot {
    /// `false` if the value is null and may not be.
    fn settle(&self, value: &mut Value, ty: &Type, paths: &[&[PathSegment]]) -> bool {
        let is_well = !paths.iter().any(|path| path.is_empty())
            && match (&ty.base, &mut *value) {
                (BaseType::List(item), Value::List(items)) => self.settle_items(items, item, paths),
                (BaseType::List(_), _) => true,
                (BaseType::Named(_), value) => self.below.settle(value, paths),
            };
        if !is_well {
            *value = Value::Null;
        }
        is_well || ty.nullable
    }

    fn settle_items(&self, items: &mut [Value], ty: &Type, paths: &[&[PathSegment]]) -> bool {
        items.iter_mut().enumerate().all(|(index, item)| {
            let of_item: Vec<&[PathSegment]> = paths.iter().filter_map(|path| path_into(path, index, item)).collect();
            of_item.is_empty() || self.settle(item, ty, &of_item)
        })
    }
}

/// The part of a path below an item. The library leaves the index out under `_entities`: there a path
/// is that of every item that lacks the field.
fn path_into<'p>(path: &&'p [PathSegment], index: usize, item: &Value) -> Option<&'p [PathSegment]> {
    match path {
        [PathSegment::Index(at), rest @ ..] => (*at == index).then_some(rest),
        [PathSegment::Field(key), ..] => match item {
            Value::Object(object) if !object.contains_key(key.as_str()) => Some(path),
            _ => None,
        },
        [] => None,
    }
}

struct Builder<'a> {
    document: &'a ExecutableDocument,
    types: &'a Types,
    open: Vec<&'a str>,
}

impl<'a> Builder<'a> {
    fn take(&mut self, shape: &mut Shape, on: &str, set: &'a SelectionSet) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.field(shape, on, &field.node),
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let on = condition.map_or(on, |condition| condition.node.on.node.as_str());
                    self.take(shape, on, &fragment.node.selection_set.node);
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    let Some(fragment) = self.document.fragments.get(name) else { continue };
                    if self.open.contains(&name) {
                        continue;
                    }
                    self.open.push(name);
                    let on = fragment.node.type_condition.node.on.node.as_str();
                    self.take(shape, on, &fragment.node.selection_set.node);
                    self.open.pop();
                }
            }
        }
    }

    fn field(&mut self, shape: &mut Shape, on: &str, field: &'a Field) {
        let key = &field.response_key().node;
        if *key == HIDDEN {
            shape.has_hidden = true;
            return;
        }
        let ty = self.types.field(on, &field.name.node).map(|definition| &definition.ty.node);
        let class = match self.types.policy(on, &field.name.node) {
            Some(Policy::Class(class)) => class,
            _ => FieldClass::Public,
        };
        let place = *shape.places.entry(key.clone()).or_insert_with(|| {
            shape.fields.push(Slot { key: key.clone(), ty: ty.cloned(), class, below: Shape::default() });
            shape.fields.len() - 1
        });
        let below = ty.map_or("", |ty| named(&ty.base));
        let slot = &mut shape.fields[place];
        // One name may stand for fields of several types; the strictest of them holds.
        if class as u8 > slot.class as u8 {
            slot.class = class;
        }
        self.take(&mut slot.below, below, &field.selection_set.node);
        let is_guarded = matches!(slot.class, FieldClass::Internal | FieldClass::Sensitive);
        shape.is_guarded |= is_guarded || slot.below.is_guarded;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use async_graphql::parser::parse_query;
    use rules::access::{Assurance, Grant, Role};
    use rules::region::RegionCode;
    use schema::access::Table;
    use serde_json::json;

    const SDL: &str = "type Query { a: A b: B! list: [A!]! some: [A] } type A { id: ID! note: String b: B! }
        type B { name: String! a: A } schema { query: Query }";

    static POLICIES: LazyLock<Table> =
        LazyLock::new(|| Table::read("class.A = { INTERNAL = [\"note\"], PUBLIC = [\"id\", \"b\"] }\nact = {}"));

    fn shape(query: &str) -> Shape {
        let mut document = parse_query(query).expect("the document is well-formed");
        fill_thin_selections(&mut document);
        let types = Types::of(SDL, SDL, &POLICIES).expect("a schema");
        let (_, operation) = document.operations.iter().next().expect("an operation");
        Shape::of(&document, &operation.node, &types)
    }

    /// The lock behind the resolvers' own.
    #[test]
    fn what_a_viewer_knows_nothing_of_is_null_wherever_it_stands() {
        let grant = Grant { role: Role::Clerk, region: RegionCode::new(610_000).expect("a region"), enterprise: None };
        let (public, clerk) = (Viewer::anonymous(), Viewer::user(1, vec![grant], Assurance::FULL));
        let shape = shape("{ a { id x: note b { a { ...f } } } list { note id } } fragment f on A { note }");
        let data =
            json!({ "a": { "id": 1, "x": "n", "b": { "a": { "note": "n" } } }, "list": [{ "note": "n", "id": 2 }] });
        let seen = |viewer: &Viewer| {
            let mut value = Value::from_json(data.clone()).expect("an answer is a value");
            shape.hide(&mut value, viewer);
            value.to_string().matches("\"n\"").count()
        };
        assert_eq!((seen(&public), seen(&clerk)), (0, 3));
        assert_eq!(POLICIES.faults(), [""; 0]);
    }

    fn finished(query: &str, data: serde_json::Value, failed: &[&[&str]]) -> String {
        let shape = shape(query);
        let segment = |part: &&str| match part.parse() {
            Ok(index) => PathSegment::Index(index),
            Err(_) => PathSegment::Field((*part).to_owned()),
        };
        let error = |path: &&[&str]| ServerError {
            path: path.iter().map(segment).collect(),
            ..ServerError::new("failed", None)
        };
        let mut value = Value::from_json(data).expect("an answer is a value");
        shape.place_nulls(&mut value, &failed.iter().map(error).collect::<Vec<_>>());
        shape.arrange(&mut value);
        value.to_string()
    }

    #[test]
    fn fields_come_in_the_order_of_the_selection() {
        let query = "{ a { note x: id ...f } list { id } } fragment f on A { b { name } ... on A { y: id note } }";
        let data = json!({ "list": [], "a": { "y": 1, "x": 2, "b": { "name": 3 }, "note": 4 } });
        assert_eq!(finished(query, data, &[]), "{a: {note: 4, x: 2, b: {name: 3}, y: 1}, list: []}");
    }

    #[test]
    fn a_failed_field_is_null_and_takes_what_may_not_hold_a_null() {
        let query = "{ a { id note } }";
        assert_eq!(finished(query, json!({ "a": { "id": 1 } }), &[&["a", "note"]]), "{a: {id: 1, note: null}}");
        assert_eq!(finished(query, json!({ "a": { "note": "n" } }), &[&["a", "id"]]), "{a: null}");
        assert_eq!(finished(query, json!(null), &[&["a"]]), "{a: null}");
        // Both failed: the one that may be null does not bring the object back.
        assert_eq!(finished(query, json!({ "a": null }), &[&["a", "id"], &["a", "note"]]), "{a: null}");
        assert_eq!(finished("{ a { note } }", json!({ "a": null }), &[&["a", "note"]]), "{a: {note: null}}");
        assert_eq!(finished("{ a { id } b { name } }", json!({ "a": { "id": 1 } }), &[&["b"]]), "null");
    }

    #[test]
    fn lists_lose_the_item_or_all() {
        let data = || json!({ "some": [{ "id": 1 }, {}], "list": [{ "id": 1 }, {}] });
        assert_eq!(
            finished("{ some { id } }", data(), &[&["some", "1", "id"]]),
            "{some: [{id: 1}, null], list: [{id: 1}, {}]}"
        );
        assert_eq!(finished("{ list { id } }", data(), &[&["list", "1", "id"]]), "null");
        // Without the index it is the item that lacks the field.
        assert_eq!(
            finished("{ some { id } }", data(), &[&["some", "id"]]),
            "{some: [{id: 1}, null], list: [{id: 1}, {}]}"
        );
    }

    #[test]
    fn an_object_without_selected_fields_is_empty() {
        let query = "{ a { ... on B { name } } list { note @skip(if: true) } }";
        let data = json!({ "a": { "__shape": "A" }, "list": [{ "__shape": "A" }] });
        assert_eq!(finished(query, data, &[]), "{a: {}, list: [{}]}");
    }
}
