//! Names in conditions: a condition that speaks of a field, a fact or a function that does not
//! exist would be silent for ever, so it is refused when the table of rules is loaded.

use cel::common::ast::{EntryExpr, Expr, IdedExpr};

use super::form::{Form, Section};
use super::{functions, scene};

/// What a condition may speak of.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) form: &'a Form,
    /// The table whose rows the rule looks at one by one.
    pub(super) row: Option<&'a Section>,
    /// Whether the rule looks at fields one by one.
    pub(super) field: bool,
}

/// What a part of a condition is.
#[derive(Clone, Copy)]
enum Shape<'a> {
    Report,
    Archive,
    Field,
    Table(&'a Section),
    Row(&'a Section),
    Value,
}

/// Variables bound by `exists`, `all`, `map` and `filter`, innermost last.
type Bound<'a> = Vec<(&'a str, Shape<'a>)>;

impl<'a> Names<'a> {
    /// The first name that does not exist.
    pub(super) fn unknown(&self, expression: &'a IdedExpr) -> Option<String> {
        self.shape(expression, &mut Vec::new()).err()
    }

    fn shape(&self, expression: &'a IdedExpr, bound: &mut Bound<'a>) -> Result<Shape<'a>, String> {
        match &expression.expr {
            Expr::Ident(name) => self.variable(name, bound),
            Expr::Select(select) => {
                let operand = self.shape(&select.operand, bound)?;
                self.member(operand, &select.field)
            }
            Expr::Call(call) => {
                is_function(&call.func_name).then_some(()).ok_or_else(|| format!("{}()", call.func_name))?;
                let operands = call.target.as_deref().into_iter().chain(&call.args);
                self.all(operands, bound)
            }
            Expr::Comprehension(fold) => {
                let item = match self.shape(&fold.iter_range, bound)? {
                    Shape::Table(section) => Shape::Row(section),
                    _ => Shape::Value,
                };
                self.shape(&fold.accu_init, bound)?;
                bound.push((&fold.accu_var, Shape::Value));
                bound.push((&fold.iter_var, item));
                let inner = self.all([&fold.loop_cond, &fold.loop_step, &fold.result], bound);
                bound.truncate(bound.len() - 2);
                inner
            }
            Expr::List(list) => self.all(&list.elements, bound),
            Expr::Map(map) => {
                let entries = map.entries.iter().map(|entry| match &entry.expr {
                    EntryExpr::MapEntry(entry) => [Some(&entry.key), Some(&entry.value)],
                    EntryExpr::StructField(field) => [Some(&field.value), None],
                });
                self.all(entries.flatten().flatten(), bound)
            }
            Expr::Literal(_) => Ok(Shape::Value),
            Expr::Struct(made) => Err(made.type_name.clone()),
            Expr::Unspecified => Err("an empty condition".to_owned()),
        }
    }

    fn all(
        &self,
        expressions: impl IntoIterator<Item = &'a IdedExpr>,
        bound: &mut Bound<'a>,
    ) -> Result<Shape<'a>, String> {
        for expression in expressions {
            self.shape(expression, bound)?;
        }
        Ok(Shape::Value)
    }

    fn variable(&self, name: &str, bound: &Bound<'a>) -> Result<Shape<'a>, String> {
        let local = bound.iter().rev().find(|(known, _)| *known == name);
        match (name, local) {
            (_, Some((_, shape))) => Ok(*shape),
            ("report" | "last", _) => Ok(Shape::Report),
            ("archive", _) => Ok(Shape::Archive),
            ("field", _) if self.field => Ok(Shape::Field),
            ("row", _) => self.row.map(Shape::Row).ok_or_else(|| name.to_owned()),
            _ if scene::PLAIN.contains(&name) => Ok(Shape::Value),
            _ => Err(name.to_owned()),
        }
    }

    fn member(&self, of: Shape<'a>, name: &str) -> Result<Shape<'a>, String> {
        let column = |section: &Section| section.fields.iter().any(|field| field.in_conditions == name);
        let shape = match of {
            Shape::Report => match self.form.table(name) {
                Some(section) => Some(Shape::Table(section)),
                None => {
                    let outside = self.form.sections.iter().filter(|section| section.table.is_none());
                    outside.into_iter().any(column).then_some(Shape::Value)
                }
            },
            Shape::Row(section) => column(section).then_some(Shape::Value),
            Shape::Archive => scene::is_fact(name).then_some(Shape::Value),
            Shape::Field => scene::OF_FIELD.contains(&name).then_some(Shape::Value),
            Shape::Table(_) | Shape::Value => None,
        };
        shape.ok_or_else(|| name.to_owned())
    }
}

/// Operators are written with signs; of the standard functions only these are used.
fn is_function(name: &str) -> bool {
    let is_operator = !name.starts_with(|c: char| c.is_ascii_alphabetic());
    is_operator || ["size", "startsWith", "endsWith", "contains"].contains(&name) || functions::NAMES.contains(&name)
}
