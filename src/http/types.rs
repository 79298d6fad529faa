//! 类型 The types of the schema as the door needs them: to check inputs and to finish answers.

use std::collections::HashMap;

use async_graphql::parser::types::{
    BaseType, ConstDirective, DocumentOperations, FieldDefinition, Selection, SelectionSet, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};
use async_graphql::parser::{Error, parse_query, parse_schema};
use async_graphql::{Name, Positioned, Value};
use schema::access::{Policy, Table};

/// 类型 Every type by its name.
pub struct Types {
    kinds: HashMap<Name, TypeKind>,
    keys: HashMap<Name, Vec<Key>>,
    policies: &'static Table,
}

impl Types {
    /// The types of a schema; `federation` is its text with the directives of federation, among them the
    /// keys of entities; `policies` tells who may see which field.
    ///
    /// # Errors
    /// A text that is no schema.
    pub fn of(sdl: &str, federation: &str, policies: &'static Table) -> Result<Self, Error> {
        let kinds = definitions(sdl)?.map(|definition| (definition.name.node, definition.kind)).collect();
        let keys = definitions(federation)?.map(|definition| (definition.name.node, keys(&definition.directives)));
        Ok(Self { kinds, keys: keys.filter(|(_, keys)| !keys.is_empty()).collect(), policies })
    }

    /// What a field asks of its viewer; `None` for a field that has no policy.
    pub fn policy(&self, on: &str, field: &str) -> Option<Policy> {
        self.policies.policy(on, field)
    }

    /// The fields by which other subgraphs refer to an entity (`@key`).
    pub fn keys(&self, entity: &str) -> &[Key] {
        self.keys.get(entity).map_or(&[], Vec::as_slice)
    }

    /// The type with this name.
    pub fn get(&self, name: &str) -> Option<&TypeKind> {
        self.kinds.get(name)
    }

    /// A field of an object or interface.
    pub fn field(&self, on: &str, name: &str) -> Option<&FieldDefinition> {
        let fields = match self.get(on)? {
            TypeKind::Object(object) => &object.fields,
            TypeKind::Interface(interface) => &interface.fields,
            _ => return None,
        };
        fields.iter().map(|field| &field.node).find(|field| field.name.node == name)
    }
}

fn definitions(sdl: &str) -> Result<impl Iterator<Item = TypeDefinition>, Error> {
    Ok(parse_schema(sdl)?.definitions.into_iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(definition) => Some(definition.node),
        _ => None,
    }))
}

/// 键 What `@key(fields: "sku variation { id }")` says: the fields that a reference has to give.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// As it stands in the schema.
    pub text: String,
    /// Each field, with those below it.
    pub fields: Vec<KeyField>,
}

/// A field of a key.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyField {
    /// Its name.
    pub name: Name,
    /// What has to be below it; nothing for a scalar.
    pub below: Vec<KeyField>,
}

/// The keys of a type, once for each directive.
fn keys(directives: &[Positioned<ConstDirective>]) -> Vec<Key> {
    let keys = directives.iter().filter(|directive| directive.node.name.node == "key");
    let texts = keys.filter_map(|directive| match &directive.node.get_argument("fields")?.node {
        Value::String(text) => Some(text.clone()),
        _ => None,
    });
    texts.map(|text| Key { fields: key_fields(&text), text }).collect()
}

/// A set of fields is written like a selection; one that cannot be read asks for nothing.
fn key_fields(text: &str) -> Vec<KeyField> {
    let document = parse_query(format!("{{ {text} }}"));
    let operation = document.ok().and_then(|document| match document.operations {
        DocumentOperations::Single(operation) => Some(operation),
        DocumentOperations::Multiple(_) => None,
    });
    operation.map(|operation| selected(&operation.node.selection_set.node)).unwrap_or_default()
}

fn selected(set: &SelectionSet) -> Vec<KeyField> {
    let fields = set.items.iter().filter_map(|selection| match &selection.node {
        Selection::Field(field) => Some(&field.node),
        _ => None,
    });
    fields.map(|f| KeyField { name: f.name.node.clone(), below: selected(&f.selection_set.node) }).collect()
}

/// The type's name without lists around it.
pub fn named(base: &BaseType) -> &str {
    match base {
        BaseType::Named(name) => name,
        BaseType::List(item) => named(&item.base),
    }
}
