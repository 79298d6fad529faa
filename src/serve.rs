//! 服务 One listener, one serving thread a core, one follower of the outbox.
//!
//! Each serving thread is a runtime of its own with its own connections, loaders and schema: a
//! request never crosses threads, and whatever a level of fields asks for is gathered before the
//! thread turns to the database (`resolvers::batch`).

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::thread::JoinHandle;

use anyhow::{Context, Result, anyhow};
use async_graphql::{Request, Response};
use chrono::TimeDelta;
use entities::Database;
use entities::reference::Authorities;
use entities::vault::Vault;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use resolvers::access::Desk;
use resolvers::{Wiring, loaders::Loaders};
use schema::access::TABLE;
use schema::cookie::Cookie;
use schema::limits;
use services::access::oidc::Providers;
use services::access::sessions::Sessions;
use services::assistant::Assistant;
use services::audit_desk::AuditDesk;
use services::changes::Changes;
use services::crowd::Crowd;
use services::documents::Printery;
use services::filing::FilingDesk;
use services::filing::extract::DataAuthorities;
use services::index::port::SearchPort;
use services::index::quickwit::Quickwit;
use services::index::{Index, Mirror};
use services::jobs::Means;
use services::ports::Clock;
use services::search::watch::Matches;
use services::totals::Totals;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::cli::Mode;
use crate::config::Config;
use crate::connections;
use crate::http;
use crate::http::assets::console_operations;
use crate::http::caller::Who;
use crate::http::documents::{self, Persisted};
use crate::http::inbound_messages::Gatekeeper;
use crate::http::inputs::Inputs;
use crate::http::plan::Plans;
use crate::http::quota::Quotas;
use crate::http::types::Types;
use crate::seats::{Seats, Streams};
use crate::telemetry::{self, Telemetry};

/// 图 What answers requests.
pub trait Graph: Send + Sync {
    /// Answers one request.
    fn execute(&self, request: Request) -> BoxFuture<'_, Response>;
    /// Answers one request as often as there is something to tell.
    fn execute_stream(&self, request: Request) -> BoxStream<'static, Response>;
}

impl Graph for resolvers::Graph {
    fn execute(&self, request: Request) -> BoxFuture<'_, Response> {
        self.execute(request)
    }

    fn execute_stream(&self, request: Request) -> BoxStream<'static, Response> {
        self.execute_stream(request)
    }
}

/// What a serving thread works with; a clone is the same.
#[derive(Clone)]
pub struct Worker {
    /// The schema with every rule of validation.
    pub graph: Arc<dyn Graph>,
    /// The same for documents that have passed all rules before.
    pub validated: Arc<dyn Graph>,
    /// Plans, shared by all threads.
    pub plans: Arc<Plans>,
    /// The time.
    pub clock: Clock,
    /// How much a stranger is shown.
    pub mode: Mode,
    /// The thread's connections.
    pub db: Database,
    /// The search index.
    pub index: Index,
    /// Where metrics are gathered.
    pub metrics: PrometheusHandle,
    /// Sessions and keys, shared by all threads.
    pub desk: Desk,
    /// Where a browser carries its session.
    pub cookie: Cookie,
    /// Quotas of partner clients, shared by all threads.
    pub quotas: Quotas,
    /// Documents kept by their hash, shared by all threads.
    pub persisted: Arc<Persisted>,
    /// Where calls are recorded.
    pub audit: AuditDesk,
    /// What operations take, shared by all threads.
    pub telemetry: Telemetry,
    /// Told when the server stops.
    pub stop: CancellationToken,
    /// What the thread takes on at once.
    pub seats: Seats,
    /// Connections that stay open.
    pub streams: Streams,
    /// Exports that are under way to whoever takes them, shared by all threads.
    pub downloads: Crowd,
    /// Proxies whose word is believed.
    pub trusted_proxies: Arc<[String]>,
    /// Addresses that may read the metrics.
    pub metrics_from: Arc<[String]>,
    /// Origins whose pages may call.
    pub cors_origins: Arc<[String]>,
    /// Knows the gateway of short messages again, shared by all threads; nobody does without a key.
    pub gatekeeper: Option<Gatekeeper>,
}

impl Worker {
    /// Whether a caller is shown the schema: everybody on a desk, in production those who are known.
    pub fn shows_schema(&self, who: &Who) -> bool {
        self.mode == Mode::Development || !who.is_anonymous()
    }
}

/// What all serving threads share.
#[derive(Clone)]
struct Shared {
    config: Config,
    clock: Clock,
    index: Index,
    totals: Totals,
    authorities: Authorities,
    data_authorities: DataAuthorities,
    assistant: Assistant,
    plans: Arc<Plans>,
    statements: Arc<AtomicU64>,
    metrics: PrometheusHandle,
    desk: Desk,
    vault: Vault,
    quotas: Quotas,
    persisted: Arc<Persisted>,
    audit: AuditDesk,
    filing: FilingDesk,
    changes: Changes,
    matches: Matches,
    telemetry: Telemetry,
    downloads: Crowd,
    printery: Printery,
    gatekeeper: Option<Gatekeeper>,
    stop: CancellationToken,
}

/// Serves until the process is told to stop.
///
/// # Errors
/// The address is taken, or the database cannot be reached.
pub async fn serve(config: Config, db: Database, clock: Clock, data_authorities: DataAuthorities) -> Result<()> {
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("无法监听 {}，端口可能已被占用，请用 --listen 指定其他地址", config.listen))?;
    services::statement::pdf::read_apart(std::env::current_exe().context("找不到程序自身的文件")?);
    let index = Index::open(&config.index_dir(), config.index_shards);
    let gateway = config.sms_gateway()?;
    let stop = CancellationToken::new();
    let (audit, recording) = AuditDesk::open(db.clone());
    let (filing, storing) = FilingDesk::open(db.clone());
    let (changes, watching) = Changes::open(db.clone(), stop.clone());
    let read_filter = resolvers::search::stored::read;
    let (matches, matching) = Matches::open(db.clone(), index.clone(), read_filter, clock, stop.clone());
    let shared = Shared {
        clock,
        totals: Totals::new(index.clone()),
        authorities: Authorities::load(&db).await?,
        data_authorities,
        assistant: Assistant::of(Some(config.model_dir())),
        plans: Arc::new(plans(config.mode)?),
        statements: Arc::default(),
        metrics: PrometheusBuilder::new().install_recorder().context("指标收集器无法启动")?,
        index: index.clone(),
        desk: Desk { providers: providers(&config)?, sessions: Sessions::new(step_up()), ..Desk::default() },
        vault: db.vault().clone(),
        quotas: Quotas::default(),
        persisted: Arc::default(),
        audit,
        filing: filing.clone(),
        changes,
        matches,
        telemetry: Telemetry::default(),
        downloads: Crowd::default(),
        printery: Printery::new(config.font_dir(), config.public_url.clone()),
        gatekeeper: config.sms_gatekeeper(),
        stop: stop.clone(),
        config,
    };
    let measured = tokio::spawn(telemetry::add_up(shared.metrics.clone(), stop.clone()));
    let recorder = tokio::spawn(recording);
    let clerk = tokio::spawn(storing);
    let watcher = tokio::spawn(watching);
    let matcher = tokio::spawn(matching);
    let means = Means { db: db.clone(), filing, index: index.clone(), read_filter };
    let worker = tokio::spawn(services::jobs::work(means, clock, stop.clone()));
    let messenger = tokio::spawn(services::messages::work(db.clone(), gateway, clock, stop.clone()));
    let expiry = tokio::spawn(services::export::expiry::watch(db.clone(), clock, stop.clone()));
    let counter = tokio::spawn(services::bureau::follow::follow(db.clone(), stop.clone()));
    let unused = tokio::spawn(services::access::unused::watch(db.clone(), clock, stop.clone()));
    second_engine(&shared.config, &index, &db, &stop)?;
    let follower = tokio::spawn(index.follow(db, stop.clone()));
    // Read once, and not while somebody waits.
    tokio::task::spawn_blocking(console_operations);
    let (threads, senders) = start_threads(&shared)?;
    let address = listener.local_addr()?;
    announce(&address, shared.config.mode);
    tokio::select! {
        () = deal(listener, &senders) => {}
        () = told_to_stop() => {}
        () = stop.cancelled() => {}
    }
    tracing::info!("stopping: open requests are finished first");
    stop.cancel();
    drop(senders);
    drop(shared);
    let join =
        |thread: JoinHandle<Result<()>>| thread.join().unwrap_or_else(|_| Err(anyhow!("服务线程异常退出，详见日志")));
    let ended = tokio::task::spawn_blocking(move || threads.into_iter().try_for_each(join)).await?;
    follower.await?;
    watcher.await?;
    matcher.await?;
    worker.await?;
    messenger.await?;
    expiry.await?;
    counter.await?;
    unused.await?;
    measured.await?;
    clerk.await?;
    recorder.await?;
    ended
}

/// For how long a second factor counts as just shown.
fn step_up() -> TimeDelta {
    i64::try_from(limits().step_up_minutes).ok().and_then(TimeDelta::try_minutes).unwrap_or_default()
}

fn providers(config: &Config) -> Result<Providers> {
    Ok(Providers::new(&config.identity_providers, config.public_url.as_deref().unwrap_or_default())?)
}

fn plans(mode: Mode) -> Result<Plans> {
    let types = Types::of(&resolvers::sdl(false), &resolvers::sdl(true), &TABLE).context("模式文本无法解析")?;
    Ok(Plans::new(Inputs::new(types, mode == Mode::Development)))
}

fn announce(address: &SocketAddr, mode: Mode) {
    println!("秦信已启动  http://{address}/");
    println!("  GraphQL   http://{address}/graphql");
    if mode == Mode::Development {
        println!("  GraphiQL  http://{address}/graphiql");
    }
}

/// Hands connections to the threads in turn.
async fn deal(listener: TcpListener, senders: &[Sender]) {
    let mut turn = 0;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // A small answer should not wait for more bytes.
                let _ = stream.set_nodelay(true);
                turn = (turn + 1) % senders.len();
                // A thread that has gone stops the whole server.
                let _ = senders[turn].send(stream);
            }
            // Out of file handles or a connection that broke before it was taken: others go on.
            Err(error) => {
                tracing::warn!(error = %error, "a connection could not be accepted");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        }
    }
}

async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
}

type Sender = mpsc::UnboundedSender<TcpStream>;
type Thread = JoinHandle<Result<()>>;

fn start_threads(shared: &Shared) -> Result<(Vec<Thread>, Vec<Sender>)> {
    let count = match shared.config.threads {
        Some(count) => count.max(1),
        None => std::thread::available_parallelism().map_or(2, usize::from),
    };
    let mut threads = Vec::with_capacity(count);
    let mut senders = Vec::with_capacity(count);
    for number in 0..count {
        let (sender, receiver) = mpsc::unbounded_channel();
        let shared = shared.clone();
        let thread = std::thread::Builder::new().name(format!("serve-{number}")).spawn(move || {
            let stop = shared.stop.clone();
            let ended = serve_thread(shared, receiver);
            if let Err(error) = &ended {
                tracing::error!(error = ?error, "a serving thread cannot go on");
                stop.cancel();
            }
            ended
        })?;
        threads.push(thread);
        senders.push(sender);
    }
    Ok((threads, senders))
}

/// 第二检索引擎 Quickwit behind the same port: asked by the query box, fed from the outbox, as the settings say.
fn second_engine(config: &Config, index: &Index, db: &Database, stop: &CancellationToken) -> Result<()> {
    let Some(engine) = Quickwit::new(&config.quickwit)?.map(Arc::new) else { return Ok(()) };
    if engine.answers() {
        index.answer_by(Arc::clone(&engine) as Arc<dyn SearchPort>);
    }
    if config.quickwit.feeds {
        tokio::spawn(Mirror::new(engine, &config.index_dir()).follow(db.clone(), stop.clone()));
    }
    Ok(())
}

fn serve_thread(shared: Shared, receiver: mpsc::UnboundedReceiver<TcpStream>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let stop = shared.stop.clone();
        let worker = worker(shared).await?;
        connections::serve(http::router(worker), receiver, stop).await;
        Ok(())
    })
}

async fn worker(shared: Shared) -> Result<Worker> {
    let config = &shared.config;
    let db = Database::counted(&config.url(), config.connections, Arc::clone(&shared.statements)).await?;
    let db = db.with_vault(shared.vault.clone());
    let loaders = Loaders::new(&db, shared.authorities, shared.totals);
    let cookie = Cookie { is_secure: config.mode == Mode::Production };
    let wiring = Wiring {
        authorities: shared.data_authorities,
        loaders,
        index: shared.index.clone(),
        assistant: shared.assistant.clone(),
        desk: shared.desk.clone(),
        cookie,
        documents: documents::check(&shared.plans),
        filing: shared.filing.read_by(&db),
        changes: shared.changes,
        matches: shared.matches,
        slow: shared.telemetry.slow.clone(),
        printery: shared.printery,
    };
    let graph = |mode| -> Arc<dyn Graph> { Arc::new(resolvers::Graph::new(mode, wiring.clone())) };
    Ok(Worker {
        graph: graph(async_graphql::ValidationMode::Strict),
        validated: graph(async_graphql::ValidationMode::Fast),
        plans: shared.plans,
        clock: shared.clock,
        mode: config.mode,
        db,
        index: shared.index,
        metrics: shared.metrics,
        desk: shared.desk,
        cookie,
        quotas: shared.quotas,
        persisted: shared.persisted,
        audit: shared.audit,
        telemetry: shared.telemetry,
        stop: shared.stop,
        seats: Seats::new(limits().thread_requests),
        streams: Streams::new(limits().streams, limits().source_streams),
        downloads: shared.downloads,
        trusted_proxies: config.trusted_proxies.as_slice().into(),
        metrics_from: config.metrics_from.as_slice().into(),
        cors_origins: config.cors_origins.as_slice().into(),
        gatekeeper: shared.gatekeeper,
    })
}
