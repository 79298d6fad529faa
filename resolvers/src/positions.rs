//! 变量位置 All Variable Usages Are Allowed (GraphQL specification of October 2021, 5.8.5). async-graphql 7.2 has the
//! rule, but the visitor that joins its rules never tells it of a value; here the document is walked for it alone.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{
    BaseType, Directive, ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet, Type,
    VariableDefinition,
};
use async_graphql::registry::{MetaInputValue, MetaType, Registry};
use async_graphql::{Name, Pos, Positioned, ServerError};
use async_graphql_value::{ConstValue, Value};

/// Every variable that stands where a value of its type may not.
pub fn faults(registry: &Registry, document: &ExecutableDocument) -> Vec<ServerError> {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node);
    operations.flat_map(|operation| Walk::along(registry, document, operation)).collect()
}

/// 逐处核对 A walk through one operation and the fragments that it spreads.
struct Walk<'a> {
    registry: &'a Registry,
    document: &'a ExecutableDocument,
    declared: HashMap<&'a str, &'a Positioned<VariableDefinition>>,
    /// Fragments that were entered: each is walked once, and none without end.
    entered: HashSet<&'a str>,
    faults: Vec<ServerError>,
}

/// 位置 Where a value stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// As the schema writes it, `[Uscc!]!`.
    ty: &'a str,
    has_default: bool,
    pos: Pos,
}

impl<'a> Walk<'a> {
    fn along(
        registry: &'a Registry,
        document: &'a ExecutableDocument,
        operation: &'a OperationDefinition,
    ) -> Vec<ServerError> {
        let variables = operation.variable_definitions.iter();
        let declared = variables.map(|variable| (variable.node.name.node.as_str(), variable)).collect();
        let root = match operation.ty {
            OperationType::Query => Some(&registry.query_type),
            OperationType::Mutation => registry.mutation_type.as_ref(),
            OperationType::Subscription => registry.subscription_type.as_ref(),
        };
        let mut walk = Self { registry, document, declared, entered: HashSet::new(), faults: Vec::new() };
        walk.directives(&operation.directives);
        walk.selections(root.and_then(|name| registry.types.get(name)), &operation.selection_set.node);
        walk.faults
    }

    fn selections(&mut self, parent: Option<&'a MetaType>, set: &'a SelectionSet) {
        for Positioned { node: selection, .. } in &set.items {
            self.directives(selection.directives());
            match selection {
                Selection::Field(Positioned { node: field, .. }) => {
                    let known = parent.and_then(|parent| parent.field_by_name(&field.name.node));
                    self.arguments(&field.arguments, |name| known.and_then(|known| known.args.get(name)));
                    let within = known.and_then(|known| self.registry.concrete_type_by_name(&known.ty));
                    self.selections(within, &field.selection_set.node);
                }
                Selection::FragmentSpread(Positioned { node: spread, .. }) => {
                    let name = &spread.fragment_name.node;
                    let Some(fragment) = self.document.fragments.get(name) else { continue };
                    if self.entered.insert(name.as_str()) {
                        self.directives(&fragment.node.directives);
                        let on = self.registry.types.get(fragment.node.type_condition.node.on.node.as_str());
                        self.selections(on, &fragment.node.selection_set.node);
                    }
                }
                Selection::InlineFragment(Positioned { node: fragment, .. }) => {
                    let on = match &fragment.type_condition {
                        Some(condition) => self.registry.types.get(condition.node.on.node.as_str()),
                        None => parent,
                    };
                    self.selections(on, &fragment.selection_set.node);
                }
            }
        }
    }

    fn directives(&mut self, directives: &'a [Positioned<Directive>]) {
        for Positioned { node: directive, .. } in directives {
            let known = self.registry.directives.get(directive.name.node.as_str());
            self.arguments(&directive.arguments, |name| known.and_then(|known| known.args.get(name)));
        }
    }

    fn arguments(
        &mut self,
        arguments: &'a [(Positioned<Name>, Positioned<Value>)],
        known: impl Fn(&str) -> Option<&'a MetaInputValue>,
    ) {
        for (name, value) in arguments {
            if let Some(known) = known(&name.node) {
                self.value(Place::of(known, value.pos), &value.node);
            }
        }
    }

    fn value(&mut self, place: Place<'a>, value: &'a Value) {
        match value {
            Value::Variable(name) => self.variable(place, name),
            Value::List(items) => {
                let inner = place.ty.trim_end_matches('!').strip_prefix('[').and_then(|ty| ty.strip_suffix(']'));
                if let Some(ty) = inner {
                    items.iter().for_each(|item| self.value(Place { ty, has_default: false, ..place }, item));
                }
            }
            Value::Object(fields) => {
                let ty = self.registry.types.get(place.ty.trim_end_matches('!'));
                let Some(MetaType::InputObject { input_fields, .. }) = ty else { return };
                for (name, value) in fields {
                    if let Some(known) = input_fields.get(name.as_str()) {
                        self.value(Place::of(known, place.pos), value);
                    }
                }
            }
            _ => {}
        }
    }

    /// An unknown variable is a fault of another rule.
    fn variable(&mut self, place: Place<'a>, name: &'a Name) {
        let Some(variable) = self.declared.get(name.as_str()) else { return };
        let (given, wanted) = (&variable.node.var_type.node, Type::new(place.ty));
        let Some(mut wanted) = wanted else { return };
        let has_value = variable.node.default_value.as_ref().is_some_and(|value| value.node != ConstValue::Null);
        // What is left open is taken from the default of the variable, or of the place.
        wanted.nullable |= has_value || place.has_default;
        if !is_allowed(&wanted, given) {
            // In the library's words and order: the type of the place first.
            let message =
                format!("Variable \"{name}\" of type \"{}\" used in position expecting type \"{given}\"", place.ty);
            let mut fault = ServerError::new(message, Some(variable.pos));
            fault.locations.push(place.pos);
            self.faults.push(fault);
        }
    }
}

impl<'a> Place<'a> {
    fn of(known: &'a MetaInputValue, pos: Pos) -> Self {
        Self { ty: &known.ty, has_default: known.default_value.is_some(), pos }
    }
}

/// Whether every value of one type is a value of the other.
fn is_allowed(wanted: &Type, given: &Type) -> bool {
    let fits = match (&wanted.base, &given.base) {
        (BaseType::Named(wanted), BaseType::Named(given)) => wanted == given,
        (BaseType::List(wanted), BaseType::List(given)) => is_allowed(wanted, given),
        _ => false,
    };
    fits && (wanted.nullable || !given.nullable)
}
