//! 类型 The types of the schema as the door needs them: to check inputs and to finish answers.

use std::collections::HashMap;

use async_graphql::parser::types::{
    BaseType, ConstDirective, FieldDefinition, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use async_graphql::parser::{Error, parse_schema};
use async_graphql::{Name, Positioned, Value};

/// 类型 Every type by its name.
pub struct Types {
    kinds: HashMap<Name, TypeKind>,
    keys: HashMap<Name, Vec<String>>,
}

impl Types {
    /// The types of a schema; `federation` is its text with the directives of federation, among them the
    /// keys of entities.
    ///
    /// # Errors
    /// A text that is no schema.
    pub fn of(sdl: &str, federation: &str) -> Result<Self, Error> {
        let kinds = definitions(sdl)?.map(|definition| (definition.name.node, definition.kind)).collect();
        let keys = definitions(federation)?.map(|definition| (definition.name.node, keys(&definition.directives)));
        Ok(Self { kinds, keys: keys.filter(|(_, keys)| !keys.is_empty()).collect() })
    }

    /// The fields by which other subgraphs refer to an entity (`@key`).
    pub fn keys(&self, entity: &str) -> &[String] {
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

/// What `@key(fields: "…")` says, once for each.
fn keys(directives: &[Positioned<ConstDirective>]) -> Vec<String> {
    let keys = directives.iter().filter(|directive| directive.node.name.node == "key");
    let fields = keys.filter_map(|directive| match &directive.node.get_argument("fields")?.node {
        Value::String(fields) => Some(fields.clone()),
        _ => None,
    });
    fields.collect()
}

/// The type's name without lists around it.
pub fn named(base: &BaseType) -> &str {
    match base {
        BaseType::Named(name) => name,
        BaseType::List(item) => named(&item.base),
    }
}
