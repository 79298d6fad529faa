//! 输入 Every value that a request gives is held against the schema before anything runs, so that a
//! refusal can name the input (`filter.registeredCapitalWan.gte`), the value and the form that is
//! expected, and name all of them at once.
//!
//! Literals are checked once a document, variables with every request. What a document itself has
//! wrong (unknown fields and arguments, variables in the wrong place) is left to validation.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    BaseType, Directive, ExecutableDocument, InputValueDefinition, OperationDefinition, Selection, SelectionSet, Type,
    TypeKind, VariableDefinition,
};
use async_graphql::parser::{Pos, Positioned};
use async_graphql::{Name, Number, ServerError, Value, Variables};
use async_graphql_value::Value as Literal;
use schema::scalars::{self, Unfit};
use schema::{Code, limits};

use super::chinese;
use super::needs;
use super::plan::coded;
use super::types::{KeyField, Types, named};

/// Faults that are told at most.
const TOLD: usize = 20;
/// Words of an enum that are offered at most.
const OFFERED: usize = 12;

/// 输入类型 The types of a schema, as far as inputs need them.
pub struct Inputs {
    /// The types of the schema.
    pub types: Types,
    /// Whether words of the schema are offered in place of wrong ones.
    offers: bool,
}

impl Inputs {
    /// The inputs of a schema; `offers` allows refusals to list its words.
    pub fn new(types: Types, offers: bool) -> Self {
        Self { types, offers }
    }

    /// Checks the literals of a document, and finds the variables that stand where a default holds
    /// (`orderBy: {field: NAME, direction: $d}`), each with that default: the library would take an absent
    /// one for null.
    ///
    /// # Errors
    /// Every literal that does not fit.
    pub fn check_literals(&self, document: &ExecutableDocument) -> Result<Vec<(Name, Value)>, Vec<ServerError>> {
        let mut desk = Desk { inputs: self, faults: Vec::new(), defaults: Vec::new() };
        for (_, operation) in document.operations.iter() {
            desk.selection(needs::root(operation.node.ty), &operation.node.selection_set.node);
            for definition in &operation.node.variable_definitions {
                desk.default_value(&definition.node);
            }
        }
        for fragment in document.fragments.values() {
            desk.selection(&fragment.node.type_condition.node.on.node, &fragment.node.selection_set.node);
        }
        let defaults = std::mem::take(&mut desk.defaults);
        desk.verdict().map(|()| defaults)
    }

    /// Checks what a request gives for the variables of its operation.
    ///
    /// # Errors
    /// Every variable that is missing or does not fit.
    pub fn check_variables(&self, operation: &OperationDefinition, given: &Variables) -> Result<(), Vec<ServerError>> {
        let mut desk = Desk { inputs: self, faults: Vec::new(), defaults: Vec::new() };
        for definition in &operation.variable_definitions {
            desk.variable(&definition.node, definition.pos, given);
        }
        desk.verdict()
    }

    /// `，应为 A、B 或 C` where the schema may be told, and no more words than one reads.
    fn offer<'w>(&self, preface: &str, words: impl Iterator<Item = &'w str>) -> String {
        let words: Vec<&str> = if self.offers { words.collect() } else { Vec::new() };
        match words.split_last() {
            None => String::new(),
            _ if words.len() > OFFERED => {
                format!("，{preface} {} 等 {} 个之一", words[..OFFERED].join("、"), words.len())
            }
            Some((last, [])) => format!("，{preface} {last}"),
            Some((last, others)) => format!("，{preface} {} 或 {last}", others.join("、")),
        }
    }
}

/// Where a value stands: the name of its argument or variable, and the way into it.
struct Place {
    pos: Pos,
    path: Vec<String>,
}

impl Place {
    /// `filter.statuses[0]`
    fn text(&self) -> String {
        self.path.join(".").replace(".[", "[")
    }
}

/// Gathers the faults of one request.
struct Desk<'s> {
    inputs: &'s Inputs,
    faults: Vec<ServerError>,
    /// Variables that stand where a default holds.
    defaults: Vec<(Name, Value)>,
}

impl Desk<'_> {
    fn verdict(mut self) -> Result<(), Vec<ServerError>> {
        self.faults.truncate(TOLD);
        if self.faults.is_empty() { Ok(()) } else { Err(self.faults) }
    }

    fn report(&mut self, place: &Place, unfit: Unfit) {
        let mut error = ServerError::new(format!("{}：{}", place.text(), unfit.message), Some(place.pos));
        let extensions = error.extensions.get_or_insert_default();
        extensions.set("input", place.text());
        if let Some(reason) = unfit.reason {
            extensions.set("reason", reason);
        }
        self.faults.push(coded(error, Code::InvalidInput));
    }

    fn selection(&mut self, on: &str, set: &SelectionSet) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let Some(definition) = self.inputs.types.field(on, &field.node.name.node) else { continue };
                    let given = &field.node.arguments;
                    for InputValueDefinition { name, ty, .. } in definition.arguments.iter().map(|one| &one.node) {
                        let value = given.iter().find(|(given, _)| given.node == name.node).map(|(_, value)| value);
                        if let Some(value) = value {
                            self.literal(&name.node, &ty.node, value);
                        }
                    }
                    self.directives(&field.node.directives);
                    self.selection(named(&definition.ty.node.base), &field.node.selection_set.node);
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let on = condition.map_or(on, |condition| condition.node.on.node.as_str());
                    self.selection(on, &fragment.node.selection_set.node);
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    /// `@include(if:)` and `@skip(if:)`, the only directives that a document may hold.
    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        let ty = Type { base: BaseType::Named(Name::new("Boolean")), nullable: false };
        for directive in directives {
            if let Some(value) = directive.node.get_argument("if") {
                self.literal("if", &ty, value);
            }
        }
    }

    fn literal(&mut self, name: &str, ty: &Type, value: &Positioned<Literal>) {
        let mut place = Place { pos: value.pos, path: vec![name.to_owned()] };
        self.value(&mut place, ty, &value.node);
    }

    fn default_value(&mut self, definition: &VariableDefinition) {
        if let Some(value) = &definition.default_value {
            let mut place = Place { pos: value.pos, path: vec![format!("${}", definition.name.node)] };
            self.value(&mut place, &definition.var_type.node, &value.node);
        }
    }

    fn variable(&mut self, definition: &VariableDefinition, pos: Pos, given: &Variables) {
        let (name, ty) = (&definition.name.node, &definition.var_type.node);
        let mut place = Place { pos, path: vec![format!("${name}")] };
        match given.get(name) {
            Some(value) => self.value(&mut place, ty, value),
            None if ty.nullable || definition.default_value.is_some() => {}
            None => self.report(&place, told(format!("未提供，类型 {ty} 不能为空，请在 variables 中给出。"))),
        }
    }

    fn value<V: Given>(&mut self, place: &mut Place, ty: &Type, value: &V) {
        match (&ty.base, value.look()) {
            (_, Look::Variable(_)) => {}
            (_, Look::Null) if ty.nullable => {}
            (_, Look::Null) => self.report(place, told(format!("不能为空，应为 {ty}。"))),
            (BaseType::List(item), Look::List(values)) => self.list(place, item, values),
            (BaseType::List(item), _) => self.value(place, item, value),
            (BaseType::Named(name), look) => self.named_value(place, name, look),
        }
    }

    fn list<V: Given>(&mut self, place: &mut Place, item: &Type, values: &[V]) {
        let most = if named(&item.base) == "_Any" { limits().entities } else { limits().list_items };
        if values.len() > most {
            self.report(place, told(format!("列表最多 {most} 项，实际 {} 项，请分批请求。", values.len())));
            return;
        }
        for (index, value) in values.iter().enumerate() {
            place.path.push(format!("[{index}]"));
            self.value(place, item, value);
            place.path.pop();
        }
    }

    fn named_value<V: Given>(&mut self, place: &mut Place, name: &Name, look: Look<'_, V>) {
        let inputs = self.inputs;
        match (inputs.types.get(name), look) {
            (Some(TypeKind::InputObject(object)), Look::Object(given)) => {
                self.object(place, name, &object.fields, given)
            }
            (Some(TypeKind::InputObject(_)), _) => self.report(place, told(format!("应为 {name} 对象。"))),
            (Some(TypeKind::Enum(kind)), look) => {
                let words = || kind.values.iter().map(|word| word.node.value.node.as_str());
                let given = match look {
                    Look::Word(word) => Some(word),
                    Look::Text(word) if V::TEXT_IS_WORD => Some(word),
                    _ => None,
                };
                if !given.is_some_and(|given| words().any(|word| word == given)) {
                    let offer = inputs.offer("应为", words());
                    self.report(place, told(format!("值 {} 不在 {name} 的可选值之内{offer}。", look.shown())));
                }
            }
            (Some(TypeKind::Scalar), look) if name == "_Any" => self.entity(place, look),
            // A scalar of the schema or of the specification; another type is no input.
            (Some(TypeKind::Scalar) | None, look) => {
                if let Err(unfit) = scalars::check(name, &look.plain()) {
                    self.report(place, unfit);
                }
            }
            _ => {}
        }
    }

    /// A representation of an entity, by which another subgraph refers to it. The library would refuse
    /// the whole answer for one that is malformed.
    fn entity<V: Given>(&mut self, place: &Place, look: Look<'_, V>) {
        let inputs = self.inputs;
        let entities = match inputs.types.get("_Entity") {
            Some(TypeKind::Union(union)) => union.members.as_slice(),
            _ => &[],
        };
        let Look::Object(given) = look else {
            return self
                .report(place, told("应为对象，例如 {\"__typename\": \"Enterprise\", \"uscc\": \"…\"}。".to_owned()));
        };
        let text = |key: &str| match given.get(key).map(Given::look) {
            Some(Look::Text(text)) => Some(text),
            _ => None,
        };
        let named = text("__typename").filter(|named| entities.iter().any(|one| one.node == *named));
        let keys = inputs.types.keys(named.unwrap_or_default());
        if named.is_none() {
            let offer = inputs.offer("应为", entities.iter().map(|one| one.node.as_str()));
            self.report(place, told(format!("__typename 不是本子图的实体{offer}。")));
        } else if !keys.iter().any(|key| has(given, &key.fields)) {
            let keys: Vec<&str> = keys.iter().map(|key| key.text.as_str()).collect();
            self.report(place, told(format!("缺少字符串形式的键，应给出 {} 之一。", keys.join("、"))));
        }
    }

    fn object<V: Given>(
        &mut self,
        place: &mut Place,
        name: &Name,
        fields: &[Positioned<InputValueDefinition>],
        given: &IndexMap<Name, V>,
    ) {
        let names = || fields.iter().map(|field| field.node.name.node.as_str());
        if let Some(unknown) = given.keys().find(|key| !names().any(|known| known == key.as_str())) {
            let offer = self.inputs.offer("可用的字段为", names());
            self.report(place, told(format!("{name} 没有字段“{}”{offer}。", chinese::cut(unknown))));
        }
        for InputValueDefinition { name, ty, default_value, .. } in fields.iter().map(|field| &field.node) {
            place.path.push(name.node.to_string());
            match given.get(&name.node) {
                Some(value) => {
                    if let (Some(default), Look::Variable(name)) = (default_value, value.look()) {
                        self.defaults.push((name.clone(), default.node.clone()));
                    }
                    self.value(place, &ty.node, value);
                }
                None if ty.node.nullable || default_value.is_some() => {}
                None if self.inputs.offers => self.report(place, told(format!("未提供，类型 {} 不能为空。", ty.node))),
                None => self.report(place, told("未提供，不能为空。".to_owned())),
            }
            place.path.pop();
        }
    }
}

/// Whether a reference gives every field of a key, scalars as texts or numbers.
fn has<V: Given>(given: &IndexMap<Name, V>, fields: &[KeyField]) -> bool {
    fields.iter().all(|field| match given.get(&field.name).map(Given::look) {
        Some(Look::Text(_)) => field.below.is_empty(),
        Some(Look::Object(below)) => !field.below.is_empty() && has(below, &field.below),
        _ => false,
    })
}

fn told(message: String) -> Unfit {
    Unfit { message, reason: None }
}

/// What a value looks like, whether it stands in a document or among the variables.
enum Look<'v, V> {
    Null,
    Number(&'v Number),
    Boolean(bool),
    Text(&'v str),
    /// A word of an enum; variables write it as a text.
    Word(&'v str),
    List(&'v [V]),
    Object(&'v IndexMap<Name, V>),
    /// Given elsewhere, and checked there.
    Variable(&'v Name),
}

trait Given: Sized {
    /// Whether a word of an enum may be written as a text: in JSON, not in a document.
    const TEXT_IS_WORD: bool;

    fn look(&self) -> Look<'_, Self>;
}

macro_rules! given {
    ($value:ty, $text_is_word:literal $(, $more:pat => $look:expr)?) => {
        impl Given for $value {
            const TEXT_IS_WORD: bool = $text_is_word;

            fn look(&self) -> Look<'_, Self> {
                match self {
                    Self::Null => Look::Null,
                    Self::Number(number) => Look::Number(number),
                    Self::Boolean(value) => Look::Boolean(*value),
                    Self::String(text) => Look::Text(text),
                    Self::Enum(word) => Look::Word(word),
                    Self::List(values) => Look::List(values),
                    Self::Object(fields) => Look::Object(fields),
                    Self::Binary(_) => Look::Null,
                    $($more => $look,)?
                }
            }
        }
    };
}

given!(Value, true);
given!(Literal, false, Self::Variable(name) => Look::Variable(name));

impl<V> Look<'_, V> {
    /// The value for a scalar, which is no list and no object.
    fn plain(&self) -> Value {
        match self {
            Self::Number(number) => Value::Number((*number).clone()),
            Self::Boolean(value) => Value::Boolean(*value),
            Self::Text(text) => Value::String((*text).to_owned()),
            Self::Word(word) => Value::Enum(Name::new(word)),
            Self::List(_) => Value::List(Vec::new()),
            Self::Object(_) => Value::Object(IndexMap::new()),
            Self::Null | Self::Variable(_) => Value::Null,
        }
    }

    fn shown(&self) -> String {
        scalars::shown(&self.plain())
    }
}
