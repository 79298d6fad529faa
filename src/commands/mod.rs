//! 命令 What each command of the command line does.

mod account;
mod assistant;
mod audit;
mod doctor;
mod import;
mod index;
mod keys;
mod reports;
mod rules;

use std::io::{IsTerminal, Write};

use anyhow::{Context, Result, anyhow};
use chrono::NaiveDate;
use entities::Database;
use services::generate::{Generated, PENALISED_PER_MILLE, generate_penalised};
use services::ports::Clock;
use services::setup;
use services::vault;

use crate::authorities;
use crate::cli::{AuditAct, Cli, Command, Mode, Serving, Source};
use crate::config::{Config, masked};
use crate::folder::{self, FolderLock};
use crate::progress::Bar;
use crate::serve;
use crate::traces::Traces;

/// Enterprises of the demo.
const DEMO_ENTERPRISES: u64 = 20_000;
/// Seed of the demo.
const DEMO_SEED: u64 = 2026;
/// Connections of a command that does not serve.
const CONNECTIONS: u32 = 4;

/// Runs the command.
///
/// # Errors
/// Whatever the command could not do, as a sentence for the operator.
pub async fn run(cli: Cli) -> Result<()> {
    if matches!(cli.command, Command::ReadPdf) {
        return services::statement::pdf::answer(std::io::stdin().lock(), std::io::stdout().lock()).map_err(Into::into);
    }
    let serving = match &cli.command {
        Command::Demo(serving) | Command::Serve(serving) => serving.clone(),
        _ => Serving::default(),
    };
    let config = Config::load(&cli.common, &serving)?;
    let _traces = match cli.command {
        Command::Schema { .. } | Command::Config => None,
        _ => start_log(&config)?,
    };
    schema::limits::put_in_force(config.limits.clone());
    let clock = Clock::System;
    match cli.command {
        Command::Demo(_) => demo(config, clock).await,
        Command::Serve(_) => serve_command(config, clock).await,
        Command::Migrate => migrate(&config, clock).await,
        Command::Import { source: Source::Legacy { dir, rejects, partial, json } } => {
            import::legacy(&config, &dir, rejects, partial, json, clock).await
        }
        Command::Generate { enterprises, seed, today, penalised } => {
            let today = today.unwrap_or_else(|| clock.today());
            generate(&config, &Wanted { enterprises, seed, today, penalised }, clock).await
        }
        Command::Index { act } => index::run(&config, act, clock).await,
        Command::Reports { act } => reports::run(&config, act).await,
        Command::Account { act } => account::run(&config, act, clock).await,
        Command::Audit { act: AuditAct::Verify } => audit::verify(&config).await,
        Command::Assistant { act } => assistant::run(&config, act, clock).await,
        Command::Rules { act } => rules::run(&config, act, clock).await,
        Command::Keys { act } => keys::run(&config, act, clock).await,
        Command::Schema { access: true, .. } => print(&schema::access::TABLE.matrix()),
        Command::Schema { errors: true, .. } => print(&schema::Code::table()),
        Command::Schema { limits: true, .. } => print(&schema::limits::Limits::table()),
        Command::Schema { federation, .. } => print(&resolvers::sdl(federation)),
        Command::Doctor => doctor::run(&config, clock).await,
        Command::ReadPdf => Ok(()),
        Command::Config => print(&toml(&config.masked())?),
    }
}

/// The causes of an error on one line each, with what to do where it is known.
pub fn explain(error: &anyhow::Error) -> String {
    let mut lines: Vec<String> = Vec::new();
    for cause in error.chain() {
        let line = masked_text(&cause.to_string());
        if lines.last() != Some(&line) {
            lines.push(line);
        }
    }
    let text = lines.join("\n  原因：");
    let lower = text.to_lowercase();
    let advice = if lower.contains("disk is full") || lower.contains("no space left") {
        "\n  处理：磁盘已满，数据未受影响。请清理空间后重试。"
    } else if lower.contains("database is locked") {
        "\n  处理：数据库正被其他进程写入，请稍后重试或停止该进程。"
    } else if lower.contains("lock timeout") {
        "\n  处理：数据表正被其他会话锁住，请等待或结束该会话后重试。"
    } else if lower.contains("pool timed out")
        || lower.contains("connection refused")
        || lower.contains("lookup address")
    {
        "\n  处理：连接不上数据库服务器，请检查地址、端口和网络，并确认数据库已启动。"
    } else if lower.contains("authentication failed") {
        "\n  处理：数据库不接受该用户名或密码，请核对 --database-url。"
    } else if lower.contains("unable to open database file") {
        "\n  处理：请检查数据目录是否存在、是否有写权限。"
    } else if lower.contains("file is not a database") || lower.contains("malformed") {
        "\n  处理：该文件不是有效的数据库或已损坏，请从备份恢复，或用 --data-dir 指定新的目录。"
    } else {
        ""
    };
    format!("{text}{advice}")
}

/// Connection strings in an error never show a password.
fn masked_text(text: &str) -> String {
    text.split(' ')
        .map(|word| if word.contains("://") { masked(word) } else { word.to_owned() })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Writes to the standard output; a reader that has gone is no error, a full disk is one.
fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn toml(config: &Config) -> Result<String> {
    Ok(toml::to_string_pretty(config)?)
}

/// Starts the log, and the traces if there is an address for them.
fn start_log(config: &Config) -> Result<Option<Traces>> {
    use tracing_subscriber::EnvFilter;
    use tracing_subscriber::prelude::*;
    let filter = EnvFilter::try_new(&config.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    let traces = Traces::of(config)?;
    let sent = traces.as_ref().map(Traces::layer);
    match config.mode {
        Mode::Development => tracing_subscriber::registry().with(sent).with(log.with_filter(filter)).init(),
        Mode::Production => tracing_subscriber::registry().with(sent).with(log.json().with_filter(filter)).init(),
    }
    Ok(traces)
}

/// Opens the database; an embedded one takes the data folder with it.
async fn open(config: &Config, purpose: &str) -> Result<(Database, Option<FolderLock>)> {
    let lock = if config.is_embedded() { Some(folder::take(&config.data_dir, purpose)?) } else { None };
    Ok((connect(config).await?, lock))
}

async fn connect(config: &Config) -> Result<Database> {
    let url = config.url();
    Database::connect(&url, CONNECTIONS).await.with_context(|| format!("无法打开数据库 {}", masked(&url)))
}

/// The database in its present schema, with the keys of its encrypted columns.
async fn prepared(config: &Config, db: Database, clock: Clock) -> Result<Database> {
    setup::prepare(&db).await.context("数据库迁移失败")?;
    let bar = Bar::new();
    let opened = vault::open(db, &config.key_path(), clock.now(), &bar).await;
    bar.finish();
    opened.map_err(keys::told)
}

async fn demo(config: Config, clock: Clock) -> Result<()> {
    let _lock = folder::wait(&config.data_dir, "demo", config.start_wait_seconds).await?;
    let db = prepared(&config, connect(&config).await?, clock).await?;
    if setup::is_empty(&db).await? {
        print(&format!("正在生成演示数据（{DEMO_ENTERPRISES} 户）…\n"))?;
        made(&db, &Wanted::demo(clock.today())).await?;
        reports::anew(&db).await?;
        index::rebuild(&config, &db).await?;
    }
    reports::ensure(&db).await?;
    let authorities = authorities::of_demo(&config, &db, clock)?;
    serve::serve(config, db, clock, authorities).await
}

async fn serve_command(config: Config, clock: Clock) -> Result<()> {
    let _lock = folder::wait(&config.data_dir, "serve", config.start_wait_seconds).await?;
    let db = prepared(&config, connect(&config).await?, clock).await?;
    reports::ensure(&db).await?;
    let authorities = authorities::connected(&config)?;
    serve::serve(config, db, clock, authorities).await
}

async fn migrate(config: &Config, clock: Clock) -> Result<()> {
    let (db, _lock) = open(config, "migrate").await?;
    let db = prepared(config, db, clock).await?;
    db.vault().ring().map_err(|error| keys::told(error.into()))?;
    print(&format!("数据库已是最新结构：{}\n", masked(&config.url())))
}

/// What is to be made.
struct Wanted {
    enterprises: u64,
    seed: u64,
    today: NaiveDate,
    penalised: u32,
}

impl Wanted {
    fn demo(today: NaiveDate) -> Self {
        Self { enterprises: DEMO_ENTERPRISES, seed: DEMO_SEED, today, penalised: PENALISED_PER_MILLE }
    }
}

async fn generate(config: &Config, wanted: &Wanted, clock: Clock) -> Result<()> {
    let (db, _lock) = open(config, "generate").await?;
    let db = prepared(config, db, clock).await?;
    let made = made(&db, wanted).await?;
    services::bureau::rebuild::rebuild(&db, &services::ports::Silent).await.context("年报统计未能计算")?;
    setup::shrink_log(&db).await;
    print(&format!("{}\n", serde_json::to_string_pretty(&made)?)).context("数据已经生成，但结果无法写到标准输出")
}

async fn made(db: &Database, wanted: &Wanted) -> Result<Generated> {
    let bar = Bar::new();
    let Wanted { enterprises, seed, today, penalised } = *wanted;
    let generated = generate_penalised(db, enterprises, seed, today, penalised, &bar).await;
    bar.finish();
    generated.map_err(|error| anyhow!("{}（{}）", error.message(), error.code()))
}
