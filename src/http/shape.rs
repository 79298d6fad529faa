//! 字段次序 Puts the fields of an answer in the order of the selection (GraphQL specification, 6.2.2).
//!
//! The executor answers fields in the order in which they are done, so that a field that waits for
//! the database would come after those that do not.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Name, Value};

/// 字段次序 The response keys of a selection in order, each with those below it.
#[derive(Default)]
pub struct Shape {
    fields: Vec<(Name, Shape)>,
    places: HashMap<Name, usize>,
}

impl Shape {
    /// The shape of an operation's answers; fragments are spread out whatever their type.
    pub fn of(document: &ExecutableDocument, operation: &OperationDefinition) -> Self {
        let mut shape = Self::default();
        shape.take(document, &operation.selection_set.node, &mut Vec::new());
        shape
    }

    fn take<'a>(&mut self, document: &'a ExecutableDocument, set: &'a SelectionSet, open: &mut Vec<&'a str>) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let key = &field.node.response_key().node;
                    let place = *self.places.entry(key.clone()).or_insert_with(|| {
                        self.fields.push((key.clone(), Self::default()));
                        self.fields.len() - 1
                    });
                    self.fields[place].1.take(document, &field.node.selection_set.node, open);
                }
                Selection::InlineFragment(fragment) => self.take(document, &fragment.node.selection_set.node, open),
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    let Some(fragment) = document.fragments.get(name).filter(|_| !open.contains(&name)) else {
                        continue;
                    };
                    open.push(name);
                    self.take(document, &fragment.node.selection_set.node, open);
                    open.pop();
                }
            }
        }
    }

    /// Puts a value in order, with everything below it.
    pub fn arrange(&self, value: &mut Value) {
        match value {
            Value::List(items) => items.iter_mut().for_each(|item| self.arrange(item)),
            Value::Object(object) => {
                for (key, value) in object.iter_mut() {
                    if let Some(place) = self.places.get(key) {
                        self.fields[*place].1.arrange(value);
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;
    use async_graphql::parser::types::DocumentOperations;

    #[test]
    fn fields_come_in_the_order_of_the_selection() {
        let text = "{ a { z x: y ...f } b } fragment f on T { w ... on T { v z } }";
        let document = parse_query(text).expect("the document is well-formed");
        let DocumentOperations::Single(operation) = &document.operations else { panic!("one operation") };
        let answer = serde_json::json!({ "b": 1, "a": [{ "v": 1, "x": 2, "w": 3, "z": 4 }] });
        let mut value = Value::from_json(answer).expect("an answer is a value");
        Shape::of(&document, &operation.node).arrange(&mut value);
        assert_eq!(value.to_string(), "{a: [{z: 4, x: 2, w: 3, v: 1}], b: 1}");
    }
}
