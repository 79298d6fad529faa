//! 类型 The types of the schema as the door needs them: to check inputs and to finish answers.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::parser::types::{BaseType, FieldDefinition, TypeKind, TypeSystemDefinition};
use async_graphql::parser::{Error, parse_schema};

/// 类型 Every type by its name.
pub struct Types(HashMap<Name, TypeKind>);

impl Types {
    /// The types of a schema.
    ///
    /// # Errors
    /// A text that is no schema.
    pub fn of(sdl: &str) -> Result<Self, Error> {
        let types = parse_schema(sdl)?.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some((definition.node.name.node, definition.node.kind)),
            _ => None,
        });
        Ok(Self(types.collect()))
    }

    /// The type with this name.
    pub fn get(&self, name: &str) -> Option<&TypeKind> {
        self.0.get(name)
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

/// The type's name without lists around it.
pub fn named(base: &BaseType) -> &str {
    match base {
        BaseType::Named(name) => name,
        BaseType::List(item) => named(&item.base),
    }
}
