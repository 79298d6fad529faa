//! 变量 Whether a request gives what its operation declares, told before anything runs.

use async_graphql::parser::types::{BaseType, DocumentOperations, ExecutableDocument, OperationDefinition, Type};
use async_graphql::{ServerError, Value, Variables};
use schema::{Code, limits};

use super::plan::coded;

/// Checks presence, nullity and the form of the standard scalars and lists.
///
/// # Errors
/// The variable's name, what is expected, and what was given.
pub fn check(document: &ExecutableDocument, name: Option<&str>, given: &Variables) -> Result<(), ServerError> {
    let Some(operation) = operation(document, name) else { return Ok(()) };
    for definition in &operation.variable_definitions {
        let definition = &definition.node;
        let name = definition.name.node.as_str();
        let value = given.get(name);
        if value.is_none() && (definition.default_value.is_some() || definition.var_type.node.nullable) {
            continue;
        }
        if let Err(expected) = fits(&definition.var_type.node, value.unwrap_or(&Value::Null)) {
            let shown: String =
                value.map_or("未提供".to_owned(), |value| value.to_string().chars().take(80).collect());
            let message = format!("变量 ${name} 的值（{shown}）不符合类型 {}：{expected}。", definition.var_type.node);
            return Err(coded(ServerError::new(message, None), Code::InvalidInput));
        }
    }
    Ok(())
}

fn operation<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Option<&'a OperationDefinition> {
    match &document.operations {
        DocumentOperations::Single(operation) => Some(&operation.node),
        DocumentOperations::Multiple(all) => all.get(name?).map(|operation| &operation.node),
    }
}

fn fits(expected: &Type, value: &Value) -> Result<(), String> {
    if matches!(value, Value::Null) {
        return if expected.nullable { Ok(()) } else { Err("不能为空".to_owned()) };
    }
    match (&expected.base, value) {
        (BaseType::List(item), Value::List(values)) => {
            if values.len() > limits::ENTITIES {
                return Err(format!("列表最多 {} 项，实际 {} 项", limits::ENTITIES, values.len()));
            }
            values.iter().try_for_each(|value| fits(item, value))
        }
        (BaseType::List(item), single) => fits(item, single),
        (BaseType::Named(name), value) => scalar(name.as_str(), value),
    }
}

/// The project's own scalars and inputs tell their faults themselves when they are read.
fn scalar(name: &str, value: &Value) -> Result<(), String> {
    let (right, expected) = match name {
        "Int" => (matches!(value, Value::Number(number) if number.is_i64()), "应为整数"),
        "Float" => (matches!(value, Value::Number(_)), "应为数字"),
        "String" => (matches!(value, Value::String(_)), "应为字符串"),
        "Boolean" => (matches!(value, Value::Boolean(_)), "应为 true 或 false"),
        "ID" => (matches!(value, Value::String(_) | Value::Number(_)), "应为字符串"),
        _ => (true, ""),
    };
    if right { Ok(()) } else { Err(expected.to_owned()) }
}
