//! 命令行 The commands, their flags, and an example of each.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};
use services::generate::PENALISED_PER_MILLE;

/// 秦信 Credit supervision of a province in one server: register, credit records, search, annual reports.
#[derive(Parser)]
#[command(name = "qinxin", version, about, after_help = "示例 Example:\n  qinxin demo --data-dir ./data")]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// Flags that every command takes.
#[derive(Args, Clone, Default)]
pub struct Common {
    /// 数据目录 Folder of the embedded database, the index and the reports of imports [default: ./data]
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// 数据库地址 sqlite:FILE or postgres://… [default: SQLite in the data folder]
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// 配置文件 Configuration file [default: ./qinxin.toml if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Flags of the commands that serve.
#[derive(Args, Clone, Default)]
pub struct Serving {
    /// 监听地址 Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<String>,
    /// 运行模式 development or production [default: development]
    #[arg(long, value_enum)]
    pub mode: Option<Mode>,
}

/// 运行模式 How much a stranger is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// GraphiQL and introspection are open.
    Development,
    /// No GraphiQL, no introspection.
    Production,
}

#[derive(Subcommand)]
pub enum Command {
    /// 演示 Fill an empty database with demo data, then serve
    #[command(after_help = "示例 Example:\n  qinxin demo --listen 127.0.0.1:8080")]
    Demo(Serving),
    /// 服务 Serve the graph
    #[command(
        after_help = "示例 Example:\n  qinxin serve --database-url postgres://qinxin@localhost/qinxin --mode production"
    )]
    Serve(Serving),
    /// 迁移 Bring the database to the present schema
    #[command(after_help = "示例 Example:\n  qinxin migrate --database-url postgres://qinxin@localhost/qinxin")]
    Migrate,
    /// 导入 Take data over from other systems
    Import {
        #[command(subcommand)]
        source: Source,
    },
    /// 造数 Make realistic data of all families
    #[command(after_help = "示例 Example:\n  qinxin generate --enterprises 100000 --seed 7")]
    Generate {
        /// 户数 Number of enterprises
        #[arg(long, value_name = "N")]
        enterprises: u64,
        /// 种子 The same seed gives the same data
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
        /// 截至日期 Day up to which the data goes, YYYY-MM-DD [default: today]
        #[arg(long, value_name = "DAY")]
        today: Option<chrono::NaiveDate>,
        /// 受罚比例 Of a thousand enterprises, so many are penalised; each of them some four times
        #[arg(long, value_name = "N", default_value_t = PENALISED_PER_MILLE,
            value_parser = clap::value_parser!(u32).range(..=1000))]
        penalised: u32,
    },
    /// 索引 The search index
    Index {
        #[command(subcommand)]
        act: IndexAct,
    },
    /// 年报统计 The statistics of annual reports
    Reports {
        #[command(subcommand)]
        act: ReportsAct,
    },
    /// 账号 Make the first administrators, at the machine
    Account {
        #[command(subcommand)]
        act: AccountAct,
    },
    /// 审计 The audit log
    Audit {
        #[command(subcommand)]
        act: AuditAct,
    },
    /// 密钥 The keys of the encrypted columns
    Keys {
        #[command(subcommand)]
        act: KeysAct,
    },
    /// 智能助手 Train and evaluate what the assistant knows, review what it could not answer
    Assistant {
        #[command(subcommand)]
        act: AssistantAct,
    },
    /// 规则 The rules of annual reports
    Rules {
        #[command(subcommand)]
        act: RulesAct,
    },
    /// 模式 Print the schema
    #[command(after_help = "示例 Example:\n  qinxin schema --federation > schema.federation.graphql")]
    Schema {
        /// 联邦 With the directives of Apollo Federation 2
        #[arg(long)]
        federation: bool,
        /// 权限矩阵 Who may see and do what, instead of the schema
        #[arg(long, conflicts_with = "federation")]
        access: bool,
        /// 错误码表 Every code of a refusal and what it means, instead of the schema
        #[arg(long, conflicts_with_all = ["federation", "access"])]
        errors: bool,
        /// 限额表 Every limit, its default and its bounds, instead of the schema
        #[arg(long, conflicts_with_all = ["federation", "access", "errors"])]
        limits: bool,
    },
    /// 体检 Check the database, the index, the data folder and the assistant
    #[command(after_help = "示例 Example:\n  qinxin doctor --data-dir ./data")]
    Doctor,
    /// 读取 PDF Standard input to what stands on its pages; the server asks itself, so that a file can end no more than that
    #[command(hide = true)]
    ReadPdf,
    /// 配置 Print the configuration in force, secrets masked
    #[command(after_help = "示例 Example:\n  QINXIN_LISTEN=127.0.0.1:9000 qinxin config")]
    Config,
}

#[derive(Clone, Subcommand)]
pub enum AssistantAct {
    /// 训练 Learn from the stored reports what sound figures look like; takes effect with the next start
    #[command(after_help = "示例 Example:\n  qinxin assistant train --seed 2026 --most 60000")]
    Train {
        #[command(flatten)]
        reports: LearnedReports,
        /// 轮数 Passes over the reports
        #[arg(long, value_name = "N", default_value_t = 24)]
        epochs: usize,
        /// 输出目录 Folder for the weights and their evaluation [default: assistant in the data folder]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// 评测 Recall of planted mistakes by layer, and of questions with a known topic
    #[command(after_help = "示例 Example:\n  qinxin assistant evaluate --questions ./questions.tsv")]
    Evaluate {
        #[command(flatten)]
        reports: LearnedReports,
        /// 问题文件 Questions with their topics, one a line: question, tab, topic or -
        #[arg(long, value_name = "FILE")]
        questions: Option<PathBuf>,
        /// 只评问答 Leave the figures out; needs no database
        #[arg(long)]
        only_questions: bool,
        /// 机器可读 Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// 复盘 Group the questions that got no answer, for the next round of topics
    #[command(after_help = "示例 Example:\n  qinxin assistant review --days 30")]
    Review {
        /// 天数 Days back from today
        #[arg(long, value_name = "N", default_value_t = 30)]
        days: u64,
        /// 上限 Questions looked at, most often asked first
        #[arg(long, value_name = "N", default_value_t = 2_000)]
        most: i64,
        /// 机器可读 Print as JSON
        #[arg(long)]
        json: bool,
    },
}

/// Which reports are learnt from or measured on.
#[derive(Args, Clone, Copy)]
pub struct LearnedReports {
    /// 种子 The same seed and reports give the same result
    #[arg(long, value_name = "S", default_value_t = 2026)]
    pub seed: u64,
    /// 报告年度 Reports of this year only [default: every year]
    #[arg(long, value_name = "YEAR")]
    pub year: Option<i32>,
    /// 上限 Reports taken, evenly from the whole
    #[arg(long, value_name = "N", default_value_t = 60_000)]
    pub most: usize,
    /// 误报率 Share of sound reports that may be spoken about
    #[arg(long, value_name = "SHARE", default_value_t = 0.03)]
    pub false_alarms: f64,
    /// 每种差错 Reports into which each kind of mistake is planted
    #[arg(long, value_name = "N", default_value_t = 400)]
    pub each: usize,
}

#[derive(Clone, Subcommand)]
pub enum RulesAct {
    /// 比对 What would change on the reports of a year if other rules took the place of these
    #[command(after_help = "示例 Example:\n  qinxin rules diff --new ./rules --year 2025")]
    Diff {
        /// 旧规则 A table or a folder of tables [default: the rules in force]
        #[arg(long, value_name = "PATH")]
        old: Option<PathBuf>,
        /// 新规则 A table or a folder of tables [default: the rules in force]
        #[arg(long, value_name = "PATH")]
        new: Option<PathBuf>,
        /// 报告年度 Year whose stored reports are judged
        #[arg(long)]
        year: i32,
        /// 机器可读 Print as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
pub enum AccountAct {
    /// 建立 Make an account with a role; its first password is printed once
    #[command(
        after_help = "示例 Example:\n  qinxin account create --login sec01 --name 李明 --role SECURITY_ADMINISTRATOR --region 610000\n  \
                      qinxin account create --login li --name 李娜 --role LIAISON --region 610000 --enterprise 91610113MA6TXB2N3N"
    )]
    Create {
        /// 账号名 3 to 64 letters, digits or . - _ @
        #[arg(long)]
        login: String,
        /// 姓名 Name of its owner
        #[arg(long)]
        name: String,
        /// 角色 SYSTEM_ADMINISTRATOR, SECURITY_ADMINISTRATOR, AUDIT_ADMINISTRATOR
        #[arg(long)]
        role: String,
        /// 辖区 Region code of six digits
        #[arg(long, value_name = "CODE")]
        region: String,
        /// 所属主体 Unified social credit code of the enterprise of a liaison
        #[arg(long, value_name = "USCC")]
        enterprise: Option<String>,
    },
}

#[derive(Clone, Copy, Subcommand)]
pub enum ReportsAct {
    /// 重算 Count everything anew beside what is in force; goes on where a run was broken off
    #[command(after_help = "示例 Example:\n  qinxin reports rebuild")]
    Rebuild,
    /// 复核 Count everything and compare it with the statistics; ends with 1 if the two differ
    #[command(after_help = "示例 Example:\n  qinxin reports recount")]
    Recount,
}

#[derive(Clone, Copy, Subcommand)]
pub enum AuditAct {
    /// 核验 Walk along the chain and name the first entry that is not what was written
    #[command(after_help = "示例 Example:\n  qinxin audit verify")]
    Verify,
}

#[derive(Clone, Copy, Subcommand)]
pub enum KeysAct {
    /// 轮换 Add a key and encrypt everything anew with it; servers go on meanwhile, and an interrupted run is
    /// brought to its end by the next one
    #[command(after_help = "示例 Example:\n  qinxin keys rotate")]
    Rotate,
    /// 列出 Show every key and how many values are encrypted with it
    #[command(after_help = "示例 Example:\n  qinxin keys list")]
    List,
}

#[derive(Subcommand)]
pub enum Source {
    /// 旧系统 The six CSV files of the old systems
    #[command(after_help = "示例 Example:\n  qinxin import legacy ./dump --rejects ./rejects.csv --json")]
    Legacy {
        /// 目录 Folder with enterprises.csv, licences.csv, inspections.csv, penalties.csv, abnormals.csv, reports.csv
        dir: PathBuf,
        /// 拒收文件 Where rows that cannot be taken over are written [default: rejects.csv in the data folder]
        #[arg(long, value_name = "FILE")]
        rejects: Option<PathBuf>,
        /// 部分导入 Files of the dump may be absent, as long as one of the six is there
        #[arg(long)]
        partial: bool,
        /// 机器可读 Print the summary as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Clone, Subcommand)]
pub enum IndexAct {
    /// 重建 Build the index anew beside the live one, then switch
    #[command(after_help = "示例 Example:\n  qinxin index rebuild")]
    Rebuild,
    /// 状态 Show how far the index has followed
    #[command(after_help = "示例 Example:\n  qinxin index status")]
    Status,
    /// 核对 Compare the index with the database, record by record, and mend what differs
    #[command(after_help = "示例 Example:\n  qinxin index verify --report-only")]
    Verify {
        /// 只报告 Change nothing; end with 1 if the two differ
        #[arg(long)]
        report_only: bool,
    },
    /// 复制 Take a copy of the index of another node instead of building one
    #[command(after_help = "示例 Example:\n  qinxin index seed --from /mnt/node1/data/index")]
    Seed {
        /// 来源目录 Folder of the other index
        #[arg(long)]
        from: PathBuf,
    },
}
