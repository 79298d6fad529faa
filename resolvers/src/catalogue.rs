//! 接口目录 What the graph offers to those who build on it: its operations, what will go, what changed from
//! release to release, and documents to copy. Read from the SDL itself, once.

use std::sync::LazyLock;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{FieldDefinition, TypeKind, TypeSystemDefinition};
use async_graphql::{Description, Enum, Object, SimpleObject, Value};
use chrono::NaiveDate;
use rules::access::Act;
use schema::access::{Policy, TABLE};
use schema::releases::{self, Release, VERSION, Weight};
use schema::scalars::Date;
use schema::{Answer, Code, Failure};

/// 操作类型
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ApiOperationKind {
    /// 查询
    Query,
    /// 变更
    Mutation,
    /// 订阅
    Subscription,
}

/// 接口操作 A root field.
#[derive(SimpleObject, Clone)]
pub struct ApiOperation {
    /// 类型
    pub kind: ApiOperationKind,
    /// 名称
    pub name: String,
    /// 说明
    pub description: String,
    /// 写法 Its arguments and its type, as in the SDL.
    pub signature: String,
    /// 所需权限 Null if everybody may use it.
    pub act: Option<Act>,
}

/// 弃用 A field, an argument or a word that will go.
#[derive(SimpleObject, Clone, Debug, PartialEq)]
pub struct ApiDeprecation {
    /// 位置 Schema coordinate.
    pub coordinate: String,
    /// 原因 And what to use instead.
    pub reason: String,
    /// 保留至 The last day on which it is served, as the reason tells.
    pub until: Option<Date>,
}

/// 示例 A document to copy.
#[derive(SimpleObject, Clone)]
pub struct ApiExample {
    /// 名称 Of the operation.
    pub name: String,
    /// 说明
    pub title: String,
    /// 语句
    pub document: String,
}

/// 错误码 A code of `extensions.code`.
#[derive(SimpleObject, Clone)]
pub struct ApiErrorCode {
    /// 错误码
    pub code: &'static str,
    /// 说明 What it means and how to mend it.
    pub explanation: &'static str,
}

/// 影响程度 What a change means for those who have written a client.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Weight")]
pub enum SchemaChangeWeight {
    /// 不兼容
    Breaking,
    /// 需留意
    Dangerous,
    /// 兼容
    Safe,
}

/// 变更 One change of the contract.
#[derive(SimpleObject)]
pub struct SchemaChange {
    /// 影响程度
    pub weight: SchemaChangeWeight,
    /// 位置 Schema coordinate.
    pub coordinate: String,
    /// 说明
    pub message: String,
}

/// 版本 A release of the contract and what it changed.
#[derive(SimpleObject)]
pub struct SchemaRelease {
    /// 版本号
    pub version: String,
    /// 发布日期 Null for what is served but not released yet.
    pub released_on: Option<Date>,
    /// 变更 Breaking ones first.
    pub changes: Vec<SchemaChange>,
}

/// 接口目录 What the graph offers.
#[derive(Description)]
pub struct ApiCatalogue;

#[Object(use_type_description)]
impl ApiCatalogue {
    /// 版本号
    async fn version(&self) -> &str {
        VERSION
    }

    /// 模式文本 The whole SDL; with the directives of Federation 2 if asked for.
    #[graphql(complexity = "1000")]
    async fn sdl(&self, #[graphql(desc = "是否含联邦指令", default)] federation: bool) -> &str {
        if federation { &FEDERATION } else { &PLAIN }
    }

    /// 接口操作 In the order of the SDL.
    #[graphql(complexity = "50 * child_complexity")]
    async fn operations(&self) -> &[ApiOperation] {
        &CONTENTS.operations
    }

    /// 弃用
    #[graphql(complexity = "10 * child_complexity")]
    async fn deprecations(&self) -> &[ApiDeprecation] {
        &CONTENTS.deprecations
    }

    /// 示例
    #[graphql(complexity = "10 * child_complexity")]
    async fn examples(&self) -> Vec<ApiExample> {
        EXAMPLES.iter().filter_map(|document| example(document)).collect()
    }

    /// 错误码
    #[graphql(complexity = "30 * child_complexity")]
    async fn error_codes(&self) -> Vec<ApiErrorCode> {
        let one = |code: &Code| ApiErrorCode { code: code.as_str(), explanation: code.explanation() };
        Code::ALL.iter().map(one).collect()
    }
}

static PLAIN: LazyLock<String> = LazyLock::new(|| crate::sdl(false));
static FEDERATION: LazyLock<String> = LazyLock::new(|| crate::sdl(true));
static RELEASES: LazyLock<Vec<Release>> = LazyLock::new(|| releases::all(&PLAIN));

const EXAMPLES: [&str; 7] = [
    include_str!("../../schema/examples/enterprise_by_code.graphql"),
    include_str!("../../schema/examples/nested_list_of_city.graphql"),
    include_str!("../../schema/examples/filtered_list_with_total.graphql"),
    include_str!("../../schema/examples/three_levels.graphql"),
    include_str!("../../schema/examples/search.graphql"),
    include_str!("../../schema/examples/annual_report_draft.graphql"),
    include_str!("../../schema/examples/ask_assistant.graphql"),
];

/// A document whose comment at its head tells what it is.
fn example(document: &str) -> Option<ApiExample> {
    let comments = document.lines().take_while(|line| line.starts_with('#'));
    let title: Vec<&str> = comments.map(|line| line.trim_start_matches('#').trim()).collect();
    let operation = document.lines().find(|line| line.starts_with("query "))?;
    let name = operation.trim_start_matches("query ").split(['(', ' ']).next()?;
    Some(ApiExample { name: name.to_owned(), title: title.join(""), document: document.to_owned() })
}

/// What an SDL tells.
#[derive(Default)]
pub struct Contents {
    /// Root fields, in the order of the SDL.
    pub operations: Vec<ApiOperation>,
    /// What will go.
    pub deprecations: Vec<ApiDeprecation>,
}

/// What our own tells.
pub static CONTENTS: LazyLock<Contents> = LazyLock::new(|| contents(&PLAIN));

/// Reads an SDL; a text that is none tells nothing.
pub fn contents(sdl: &str) -> Contents {
    let mut contents = Contents::default();
    let definitions = parse_schema(sdl).map(|document| document.definitions).unwrap_or_default();
    for definition in definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let ty = definition.node.name.node.as_str();
        match &definition.node.kind {
            TypeKind::Object(object) => {
                let fields = object.fields.iter().map(|field| &field.node);
                if let Some(kind) = kind(ty) {
                    // Those of federation are for gateways.
                    let told = fields.clone().filter(|field| !field.name.node.starts_with('_'));
                    contents.operations.extend(told.map(|field| operation(kind, ty, field)));
                }
                fields.for_each(|field| contents.field(ty, field));
            }
            TypeKind::Interface(interface) => {
                interface.fields.iter().for_each(|field| contents.field(ty, &field.node));
            }
            TypeKind::Enum(words) => {
                let word = words.values.iter().map(|word| (&word.node.value.node, &word.node.directives));
                word.for_each(|(word, directives)| contents.deprecated(format!("{ty}.{word}"), directives));
            }
            TypeKind::InputObject(input) => {
                let fields = input.fields.iter().map(|field| (&field.node.name.node, &field.node.directives));
                fields.for_each(|(field, directives)| contents.deprecated(format!("{ty}.{field}"), directives));
            }
            TypeKind::Scalar | TypeKind::Union(_) => {}
        }
    }
    contents
}

type Directives = [async_graphql::Positioned<async_graphql::parser::types::ConstDirective>];

impl Contents {
    fn field(&mut self, ty: &str, field: &FieldDefinition) {
        let name = &field.name.node;
        self.deprecated(format!("{ty}.{name}"), &field.directives);
        for argument in field.arguments.iter().map(|argument| &argument.node) {
            self.deprecated(format!("{ty}.{name}({}:)", argument.name.node), &argument.directives);
        }
    }

    fn deprecated(&mut self, coordinate: String, directives: &Directives) {
        let Some(found) = directives.iter().find(|one| one.node.name.node == "deprecated") else { return };
        let reason = match found.node.get_argument("reason").map(|reason| &reason.node) {
            Some(Value::String(reason)) => reason.clone(),
            _ => String::new(),
        };
        let until = until(&reason);
        self.deprecations.push(ApiDeprecation { coordinate, reason, until });
    }
}

/// The day in `…，保留至 2027-06-30`.
fn until(reason: &str) -> Option<Date> {
    let day = reason.split("保留至").nth(1)?.trim_start().get(..10)?;
    NaiveDate::parse_from_str(day, "%Y-%m-%d").ok().map(Date)
}

fn kind(ty: &str) -> Option<ApiOperationKind> {
    match ty {
        "Query" => Some(ApiOperationKind::Query),
        "Mutation" => Some(ApiOperationKind::Mutation),
        "Subscription" => Some(ApiOperationKind::Subscription),
        _ => None,
    }
}

fn operation(kind: ApiOperationKind, ty: &str, field: &FieldDefinition) -> ApiOperation {
    let name = field.name.node.to_string();
    let argument = |argument: &async_graphql::Positioned<async_graphql::parser::types::InputValueDefinition>| {
        let default = argument.node.default_value.as_ref().map(|value| format!(" = {}", value.node));
        format!("{}: {}{}", argument.node.name.node, argument.node.ty.node, default.unwrap_or_default())
    };
    let arguments: Vec<String> = field.arguments.iter().map(argument).collect();
    let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
    let act = match TABLE.policy(ty, &name) {
        Some(Policy::Act(act)) => Some(act),
        _ => None,
    };
    let description = field.description.as_ref().map(|text| text.node.clone()).unwrap_or_default();
    ApiOperation { kind, signature: format!("{name}{arguments}: {}", field.ty.node), name, description, act }
}

/// Root fields of the catalogue.
#[derive(Default)]
pub struct CatalogueQuery;

#[Object]
impl CatalogueQuery {
    /// 接口目录 What the graph offers to those who build on it.
    async fn api_catalogue(&self) -> ApiCatalogue {
        ApiCatalogue
    }

    /// 接口变更 Releases newer than `since`, newest first; all that are kept without it.
    #[graphql(complexity = "200 + 20 * child_complexity")]
    async fn schema_changes(
        &self,
        #[graphql(desc = "版本号，只列出其后的版本")] since: Option<String>,
    ) -> Answer<Vec<SchemaRelease>> {
        let found = releases::newer(&RELEASES, since.as_deref()).ok_or_else(|| {
            let known: Vec<&str> = releases::kept().collect();
            let message = format!("没有这个版本，可用的版本为 {}。", known.join("、"));
            Failure::refused(Code::InvalidInput, message)
        })?;
        Ok(found.iter().map(SchemaRelease::of).collect())
    }
}

impl SchemaRelease {
    fn of(release: &Release) -> Self {
        let change = |change: &releases::Change| SchemaChange {
            weight: change.weight.into(),
            coordinate: change.coordinate.clone(),
            message: change.message.clone(),
        };
        let day = release.on.and_then(|day| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok());
        Self {
            version: release.version.to_owned(),
            released_on: day.map(Date),
            changes: release.changes.iter().map(change).collect(),
        }
    }
}
