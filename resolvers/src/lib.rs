//! 图 The graph: objects, fields and loaders, one to ten lines a field.
//!
//! Absent on purpose: SQL, transactions, and rules of law.
#![recursion_limit = "512"]

pub mod access;
pub mod annual_report;
pub mod assistant;
pub mod batch;
pub mod bureau;
pub mod catalogue;
pub mod changes;
pub mod connection;
pub mod credit;
pub mod documents;
pub mod enterprise;
pub mod federation;
pub mod feed;
pub mod jobs;
pub mod liaison;
pub mod limits;
pub mod loaders;
pub mod node;
pub mod operations;
pub mod owner;
mod positions;
pub mod region;
pub mod reminder;
pub mod search;
pub mod validation;
pub mod value;
pub mod window;

use async_graphql::{
    MergedObject, MergedSubscription, Request, Response, SDLExportOptions, Schema, SchemaBuilder, ValidationMode,
};
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use schema::cookie::Cookie;
use services::assistant::Assistant;
use services::changes::Changes;
use services::documents::Printery;
use services::filing::FilingDesk;
use services::filing::extract::DataAuthorities;
use services::index::Index;
use services::search::watch::Matches;
use services::slow::SlowOperations;

/// Root of all queries. A merged object looks for a field in one part after the other, and compiling that
/// costs more with every part: hence groups of few.
#[derive(MergedObject, Default)]
pub struct Query(Records, Services, Reports, Administration, Interface, Supervision, Reached);

/// Root of all mutations.
#[derive(MergedObject, Default)]
pub struct Mutation(Accounts, Work, Searches, Filings, Contacts, Publications);

/// 账号 Who one is here.
#[derive(MergedObject, Default)]
pub struct Accounts(
    access::session::SessionMutation,
    access::sessions::SessionsMutation,
    access::users::UserMutation,
    access::identities::IdentityMutation,
);

/// 联络 How enterprises are reached, and who speaks for them.
#[derive(MergedObject, Default)]
pub struct Contacts(liaison::mutation::LiaisonMutation, reminder::mutation::ReminderMutation);

/// 公示 What offices publish about enterprises.
#[derive(MergedObject, Default)]
pub struct Publications(credit::notice::NoticeMutation);

/// 联络 What is asked about it.
#[derive(MergedObject, Default)]
pub struct Reached(
    liaison::log::LiaisonQuery,
    reminder::campaign::ReminderQuery,
    reminder::subscription::SubscriptionQuery,
);

/// 办理 What is done by those who have signed in.
#[derive(MergedObject, Default)]
pub struct Work(
    access::clients::ClientMutation,
    access::trusted::TrustedMutation,
    access::reveal::RevealMutation,
    jobs::JobMutation,
);

/// 检索 What is done with searches.
#[derive(MergedObject, Default)]
pub struct Searches(search::export::ExportMutation, search::saved::SavedSearchMutation);

/// 年报监管 What the bureau asks about annual reports.
#[derive(MergedObject, Default)]
pub struct Supervision(
    bureau::zero_value::ZeroValueQuery,
    bureau::progress::ProgressQuery,
    bureau::analysis::AnalysisQuery,
    bureau::comparison::ComparisonQuery,
    bureau::letters::LetterQuery,
);

/// 年报办理 What filers do with their reports, and the bureau about them.
#[derive(MergedObject, Default)]
pub struct Filings(
    annual_report::file::FilingMutation,
    ReportFiles,
    annual_report::extract::ExtractMutation,
    annual_report::employment_file::EmploymentMutation,
    bureau::mutation::BureauMutation,
    documents::DocumentMutation,
);

/// 年报文件 What filers do by files.
#[derive(MergedObject, Default)]
pub struct ReportFiles(annual_report::branch_file::BranchFileMutation, annual_report::statement::StatementMutation);

/// 年报 What is asked about annual reports that are being filled in.
#[derive(MergedObject, Default)]
pub struct Reports(
    annual_report::draft::DraftQuery,
    annual_report::form::FormQuery,
    annual_report::filing::FilingQuery,
    annual_report::extract::ExtractQuery,
    annual_report::branch_file::BranchFileQuery,
    annual_report::employment::EmploymentQuery,
    documents::DocumentQuery,
);

/// 管理 What administrators and operators ask.
#[derive(MergedObject, Default)]
pub struct Administration(
    access::query::AccessQuery,
    access::sessions::SessionQuery,
    access::rights::RightsQuery,
    jobs::JobQuery,
    operations::OperationsQuery,
);

/// 记录 What the register holds.
#[derive(MergedObject, Default)]
pub struct Records(
    enterprise::query::EnterpriseQuery,
    credit::query::CreditQuery,
    node::NodeQuery,
    federation::FederationQuery,
    region::RegionQuery,
);

/// 接口 What those who build on the graph ask about it.
#[derive(MergedObject, Default)]
pub struct Interface(
    catalogue::CatalogueQuery,
    access::usage::UsageQuery,
    access::trusted::TrustedQuery,
    limits::LimitsQuery,
    feed::FeedQuery,
);

/// 服务 What is worked out on request.
#[derive(MergedObject, Default)]
pub struct Services(
    search::query::SearchQuery,
    search::saved::SavedSearchQuery,
    annual_report::figures::FigureQuery,
    assistant::AssistantQuery,
);

/// Root of all subscriptions, area by area.
#[derive(MergedSubscription, Default)]
pub struct Subscription(
    changes::ChangeSubscription,
    jobs::JobSubscription,
    search::matched::MatchSubscription,
    assistant::AssistantSubscription,
);

/// 图 The schema with its loaders. Whoever uses it compiles none of its resolvers: they are
/// instantiated here, once.
#[derive(Clone)]
pub struct Graph(Schema<Query, Mutation, Subscription>);

/// 配线 What the graph works with.
#[derive(Clone)]
pub struct Wiring {
    /// Readers of the database.
    pub loaders: loaders::Loaders,
    /// The search index.
    pub index: Index,
    /// The assistant.
    pub assistant: Assistant,
    /// Sessions and keys.
    pub desk: access::Desk,
    /// Where a browser carries its session.
    pub cookie: Cookie,
    /// What is wrong with a document that is to be registered.
    pub documents: access::trusted::DocumentCheck,
    /// Who tells of what is recorded.
    pub changes: Changes,
    /// Who tells of new matches of saved searches.
    pub matches: Matches,
    /// Who is asked for figures of the year.
    pub authorities: DataAuthorities,
    /// Operations that took long.
    pub slow: SlowOperations,
    /// Where documents are printed.
    pub printery: Printery,
    /// Where reports are filed.
    pub filing: FilingDesk,
}

impl Graph {
    /// The graph of one serving thread.
    pub fn new(mode: ValidationMode, wiring: Wiring) -> Self {
        let Wiring {
            authorities,
            loaders,
            index,
            assistant,
            desk,
            cookie,
            documents,
            changes,
            matches,
            slow,
            printery,
            filing,
        } = wiring;
        let builder = builder(mode).data(authorities).data(loaders).data(index).data(assistant).data(printery);
        let builder = builder.data(desk).data(cookie).data(documents).data(changes).data(matches);
        Self(builder.data(slow).data(filing).finish())
    }

    /// Answers one request.
    pub fn execute(&self, request: Request) -> BoxFuture<'_, Response> {
        Box::pin(self.0.execute(request))
    }

    /// Answers one request as often as there is something to tell.
    pub fn execute_stream(&self, request: Request) -> BoxStream<'static, Response> {
        Box::pin(self.0.execute_stream(request))
    }
}

/// The schema with its limits, still without loaders.
fn builder(mode: ValidationMode) -> SchemaBuilder<Query, Mutation, Subscription> {
    let bounds = schema::limits();
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .enable_federation()
        .limit_depth(bounds.depth)
        .limit_complexity(bounds.complexity)
        .limit_directives(bounds.directives)
        .validation_mode(mode)
}

/// 模式文本 The schema definition, with the directives of Federation 2 if asked for.
pub fn sdl(federation: bool) -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items();
    let graph = builder(ValidationMode::Strict).finish();
    graph.sdl_with_options(if federation { options.federation() } else { options })
}
