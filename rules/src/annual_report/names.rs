//! 类型检查 Names and types in conditions: a condition that speaks of a field, a fact or a function
//! that does not exist, or compares a text with a number, would be silent for ever, so it is refused
//! when the table of rules is loaded.

use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue, MapExpr, operators};

use super::form::{FieldType, Form, Section};
use super::functions::{self, Type};
use super::{parameters, scene};

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
#[derive(Clone, Debug, PartialEq)]
enum Shape<'a> {
    Report,
    Archive,
    Parameters,
    Field,
    Table(&'a str),
    Row(&'a str),
    Int,
    Text,
    Bool,
    List(Box<Self>),
    /// Values by text.
    Map(Box<Self>),
    /// Element of an empty list.
    Any,
}

impl From<Type> for Shape<'_> {
    fn from(of: Type) -> Self {
        match of {
            Type::Int => Self::Int,
            Type::Text => Self::Text,
            Type::Bool => Self::Bool,
            Type::Ints => Self::List(Box::new(Self::Int)),
            Type::Texts => Self::List(Box::new(Self::Text)),
            Type::IntByText => Self::Map(Box::new(Self::Int)),
        }
    }
}

impl From<FieldType> for Shape<'_> {
    fn from(of: FieldType) -> Self {
        match of {
            FieldType::Integer | FieldType::MoneyWan | FieldType::Percent => Self::Int,
            FieldType::Bool => Self::Bool,
            _ => Self::Text,
        }
    }
}

impl Shape<'_> {
    /// Whether one may stand where the other is due.
    fn fits(&self, due: &Self) -> bool {
        match (self, due) {
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::List(one), Self::List(other)) | (Self::Map(one), Self::Map(other)) => one.fits(other),
            (one, other) => one == other,
        }
    }

    const fn word(&self) -> &'static str {
        match self {
            Self::Report => "a report",
            Self::Archive => "the archive",
            Self::Parameters => "the parameters",
            Self::Field => "a field",
            Self::Table(_) => "a table",
            Self::Row(_) => "a row",
            Self::Int => "a number",
            Self::Text => "a text",
            Self::Bool => "yes or no",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Any => "anything",
        }
    }
}

/// Variables bound by `exists`, `all`, `map` and `filter`, innermost last.
type Bound<'a> = Vec<(&'a str, Shape<'a>)>;
type Checked<'a> = Result<Shape<'a>, String>;

impl<'a> Names<'a> {
    /// What is wrong with an expression that is to give one of these.
    pub(super) fn fault(&self, expression: &'a IdedExpr, due: &[Type]) -> Option<String> {
        match self.shape(expression, &mut Vec::new()) {
            Err(fault) => Some(fault),
            Ok(found) if due.iter().any(|due| found.fits(&Shape::from(*due))) => None,
            Ok(found) => Some(format!("gives {}", found.word())),
        }
    }

    fn shape(&self, expression: &'a IdedExpr, bound: &mut Bound<'a>) -> Checked<'a> {
        match &expression.expr {
            Expr::Ident(name) => self.variable(name, bound),
            Expr::Select(select) => {
                let operand = self.shape(&select.operand, bound)?;
                let member = self.member(&operand, &select.field)?;
                Ok(if select.test { Shape::Bool } else { member })
            }
            Expr::Call(call) => self.call(call, bound),
            Expr::Comprehension(fold) => self.fold(fold, bound),
            Expr::List(list) => {
                let mut element = Shape::Any;
                for item in &list.elements {
                    element = same("a list", element, self.shape(item, bound)?)?;
                }
                Ok(Shape::List(Box::new(element)))
            }
            Expr::Map(map) => self.map(map, bound),
            Expr::Literal(literal) => match literal {
                LiteralValue::Boolean(_) => Ok(Shape::Bool),
                LiteralValue::Int(_) => Ok(Shape::Int),
                LiteralValue::String(_) => Ok(Shape::Text),
                _ => Err("only whole numbers, texts, true and false are written".to_owned()),
            },
            Expr::Struct(made) => Err(no(&made.type_name)),
            Expr::Unspecified => Err("an empty condition".to_owned()),
        }
    }

    fn variable(&self, name: &str, bound: &Bound<'a>) -> Checked<'a> {
        let local = bound.iter().rev().find(|(known, _)| *known == name);
        match (name, local) {
            (_, Some((_, shape))) => Ok(shape.clone()),
            ("report" | "last", _) => Ok(Shape::Report),
            ("archive", _) => Ok(Shape::Archive),
            ("parameters", _) => Ok(Shape::Parameters),
            ("field", _) if self.field => Ok(Shape::Field),
            ("row", _) => self.row.map(|section| Shape::Row(&section.name)).ok_or_else(|| no(name)),
            _ => scene::type_of_plain(name).map(Shape::from).ok_or_else(|| no(name)),
        }
    }

    fn member(&self, of: &Shape<'a>, name: &'a str) -> Checked<'a> {
        let column = |section: &Section| {
            let field = section.fields.iter().find(|field| field.in_conditions == name);
            field.map(|field| Shape::from(field.field_type))
        };
        let shape = match of {
            Shape::Report => match self.form.table(name) {
                Some(section) => Some(Shape::Table(&section.name)),
                None => self.form.sections.iter().filter(|section| section.table.is_none()).find_map(column),
            },
            Shape::Row(table) => self.form.table(table).and_then(column),
            Shape::Archive => scene::type_of_fact(name).map(Shape::from),
            Shape::Parameters => parameters::type_of(name).map(Shape::from),
            Shape::Field => scene::type_of_field(name).map(Shape::from),
            _ => None,
        };
        shape.ok_or_else(|| no(name))
    }

    /// `exists`, `all`, `map` and `filter`, which are folds over a list.
    fn fold(&self, fold: &'a ComprehensionExpr, bound: &mut Bound<'a>) -> Checked<'a> {
        let item = match self.shape(&fold.iter_range, bound)? {
            Shape::Table(table) => Shape::Row(table),
            Shape::List(element) => *element,
            Shape::Map(_) => Shape::Text,
            other => return Err(format!("{} has no elements", other.word())),
        };
        let start = self.shape(&fold.accu_init, bound)?;
        bound.push((&fold.accu_var, start.clone()));
        bound.push((&fold.iter_var, item));
        let step = self.shape(&fold.loop_cond, bound).and_then(|_| self.shape(&fold.loop_step, bound));
        let place = bound.len() - 2;
        let result = step.and_then(|step| same("a fold", start, step)).and_then(|folded| {
            bound[place].1 = folded;
            self.shape(&fold.result, bound)
        });
        bound.truncate(place);
        result
    }

    fn map(&self, map: &'a MapExpr, bound: &mut Bound<'a>) -> Checked<'a> {
        let mut value = Shape::Any;
        for entry in &map.entries {
            let EntryExpr::MapEntry(entry) = &entry.expr else { return Err(no("a structure")) };
            same("a key", Shape::Text, self.shape(&entry.key, bound)?)?;
            value = same("a map", value, self.shape(&entry.value, bound)?)?;
        }
        Ok(Shape::Map(Box::new(value)))
    }

    fn call(&self, call: &'a CallExpr, bound: &mut Bound<'a>) -> Checked<'a> {
        let operands = call.target.as_deref().into_iter().chain(&call.args);
        let operands = operands.map(|operand| self.shape(operand, bound)).collect::<Result<Vec<_>, _>>()?;
        let name = call.func_name.as_str();
        if let Some((due, result)) = functions::signature(name) {
            let due: Vec<Shape<'_>> = due.iter().map(|due| Shape::from(*due)).collect();
            let fits = due.len() == operands.len() && operands.iter().zip(&due).all(|(found, due)| found.fits(due));
            return if fits { Ok(Shape::from(result)) } else { Err(misuse(name, &operands)) };
        }
        operator(name, &operands)
    }
}

fn no(name: &str) -> String {
    format!("no {name} here")
}

fn misuse(name: &str, operands: &[Shape<'_>]) -> String {
    let words: Vec<&str> = operands.iter().map(Shape::word).collect();
    format!("{name} does not take {}", words.join(" and "))
}

/// The more telling of two shapes that must be one.
fn same<'a>(what: &str, one: Shape<'a>, other: Shape<'a>) -> Checked<'a> {
    if !one.fits(&other) {
        return Err(format!("{what} holds {} and {}", one.word(), other.word()));
    }
    let is_vague = |shape: &Shape<'_>| match shape {
        Shape::List(element) | Shape::Map(element) => **element == Shape::Any,
        shape => *shape == Shape::Any,
    };
    Ok(if is_vague(&one) { other } else { one })
}

/// What an operator or standard function gives.
fn operator<'a>(name: &str, operands: &[Shape<'a>]) -> Checked<'a> {
    use Shape::{Bool, Int, List, Map, Table, Text};
    let refused = || misuse(name, operands);
    match (name, operands) {
        (operators::LOGICAL_AND | operators::LOGICAL_OR, [Bool, Bool])
        | (operators::LOGICAL_NOT | operators::NOT_STRICTLY_FALSE, [Bool])
        | (
            operators::LESS | operators::LESS_EQUALS | operators::GREATER | operators::GREATER_EQUALS,
            [Int, Int] | [Text, Text],
        )
        | ("startsWith" | "endsWith" | "contains", [Text, Text]) => Ok(Bool),
        (operators::EQUALS | operators::NOT_EQUALS, [one @ (Int | Text | Bool), other]) if one.fits(other) => Ok(Bool),
        (
            operators::ADD | operators::SUBSTRACT | operators::MULTIPLY | operators::DIVIDE | operators::MODULO,
            [Int, Int],
        )
        | (operators::NEGATE, [Int])
        | ("size", [Text | List(_) | Table(_)]) => Ok(Int),
        (operators::ADD, [Text, Text]) => Ok(Text),
        (operators::ADD, [one @ List(_), other @ List(_)]) => same(name, one.clone(), other.clone()),
        (operators::IN, [one, List(element)]) if one.fits(element) => Ok(Bool),
        (operators::IN, [Text, Map(_)]) => Ok(Bool),
        (operators::INDEX, [Map(value), Text]) => Ok((**value).clone()),
        (operators::CONDITIONAL, [Bool, one, other]) => same(name, one.clone(), other.clone()),
        _ if is_known(name) => Err(refused()),
        _ => Err(no(&format!("{name}()"))),
    }
}

/// Operators are written with signs; of the standard functions only these are used.
fn is_known(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_alphabetic())
        || ["size", "startsWith", "endsWith", "contains"].contains(&name)
}
