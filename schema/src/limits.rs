//! 限额 What one request may cost. One table: its defaults stand here, an installation may set others
//! within the bounds (`[limits]` in the configuration), and `serviceLimits` tells those in force.

use std::fmt::Write;
use std::sync::OnceLock;

use rules::access::Role;
use serde::{Deserialize, Serialize};

/// Declares the table: name, default, bounds, meaning.
macro_rules! limits {
    ($($(#[doc = $meaning:literal])+ $name:ident = $default:literal, $least:literal..=$most:literal;)+) => {
        /// 限额 The limits of an installation; what is not set has its default.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Limits {
            $($(#[doc = $meaning])+ pub $name: usize,)+
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        impl Limits {
            /// Every limit: its name, what it means, its value here, and the least and most that may be set.
            pub fn lines(&self) -> impl Iterator<Item = Line> {
                [$(Line {
                    name: stringify!($name),
                    meaning: concat!($($meaning),+).trim_ascii(),
                    value: self.$name,
                    least: $least,
                    most: $most,
                },)+].into_iter()
            }
        }
    };
}

limits! {
    /// 请求体字节数
    body_bytes = 262_144, 1_024..=16_777_216;
    /// 上传请求体字节数（multipart）
    upload_bytes = 8_388_608, 1_024..=67_108_864;
    /// 一次上传的文件数
    uploads = 4, 0..=32;
    /// 语句字节数
    document_bytes = 65_536, 1_024..=1_048_576;
    /// 语句词数
    tokens = 4_000, 100..=100_000;
    /// 字段层数
    depth = 16, 4..=64;
    /// 估算规模（答复最多含多少字段，分页按满页计）
    complexity = 60_000, 1_000..=1_000_000;
    /// 别名数
    aliases = 30, 0..=1_000;
    /// 根字段数
    root_fields = 20, 1..=200;
    /// 单个字段的指令数
    directives = 4, 2..=32;
    /// 批量请求数，0 为不接受批量
    batch = 5, 0..=100;
    /// _entities 引用数
    entities = 200, 1..=5_000;
    /// 其他列表输入的项数
    list_items = 2_000, 1..=20_000;
    /// 一次批量核查的户数
    credit_checks = 1_000, 1..=2_000;
    /// 每页条数
    page_size = 100, 1..=200;
    /// 默认每页条数
    default_page_size = 20, 1..=200;
    /// 处理时限（秒）
    execution_seconds = 20, 1..=300;
    /// 请求头到齐的时限（秒）
    head_seconds = 30, 1..=300;
    /// 请求体到齐的时限（秒）
    body_seconds = 10, 1..=300;
    /// 每个接口用户同时处理的请求数
    concurrent_requests = 64, 1..=10_000;
    /// 每个服务线程同时处理的请求数
    thread_requests = 2_048, 1..=100_000;
    /// 一个 WebSocket 连接上同时进行的操作数
    socket_operations = 64, 1..=10_000;
    /// 每个服务线程同时保持的推送流数（WebSocket 与 SSE）
    streams = 3_000, 0..=1_000_000;
    /// 每个来源地址同时保持的推送流数
    source_streams = 2_500, 0..=1_000_000;
    /// 每个服务线程的连接数
    connections = 4_096, 1..=1_000_000;
    /// 一次导出的行数（经办、审批、负责人、检查人员），0 为不得导出
    export_rows = 10_000, 0..=1_000_000;
    /// 一次导出的行数（分析人员），0 为不得导出
    analyst_export_rows = 1_000_000, 0..=10_000_000;
    /// 一次导出的行数（接口单位），0 为不得导出
    partner_export_rows = 100_000, 0..=10_000_000;
    /// 每个账号或接口用户 24 小时内的导出次数
    daily_exports = 20, 1..=10_000;
    /// 二次验证在敏感操作前的有效时间（分钟）
    step_up_minutes = 30, 1..=480;
    /// 每个账号保存的检索数
    saved_searches = 100, 0..=10_000;
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Name in the configuration.
    pub name: &'static str,
    /// 含义
    pub meaning: &'static str,
    /// The value.
    pub value: usize,
    /// Least value that may be set.
    pub least: usize,
    /// Most that may be set.
    pub most: usize,
}

impl Limits {
    /// Every line that is out of its bounds, as a sentence for the operator.
    pub fn faults(&self) -> Vec<String> {
        let outside = self.lines().filter(|line| !(line.least..=line.most).contains(&line.value));
        let mut faults: Vec<String> = outside
            .map(|Line { name, meaning, value, least, most }| {
                format!("limits.{name}（{meaning}）为 {value}，应在 {least} 到 {most} 之间。")
            })
            .collect();
        if self.default_page_size > self.page_size {
            faults.push(format!(
                "limits.default_page_size 为 {}，不应超过 limits.page_size（{}）。",
                self.default_page_size, self.page_size
            ));
        }
        faults
    }

    /// 导出行数 Rows that one of these roles may export at once; whoever holds several has the most of them.
    pub fn export_rows_of(&self, roles: impl Iterator<Item = Role>) -> usize {
        let rows = roles.map(|role| match role {
            Role::Clerk | Role::Approver | Role::DivisionChief | Role::Inspector => self.export_rows,
            Role::Analyst => self.analyst_export_rows,
            Role::Partner => self.partner_export_rows,
            Role::Public
            | Role::Liaison
            | Role::Objector
            | Role::Operator
            | Role::SystemAdministrator
            | Role::SecurityAdministrator
            | Role::AuditAdministrator => 0,
        });
        rows.max().unwrap_or_default()
    }

    /// 限额表 The table as a text for reviewers.
    pub fn table() -> String {
        let mut text = String::from("# limits: name, default, least, most, meaning\n");
        for Line { name, meaning, value, least, most } in Self::default().lines() {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{name:<20}{value:>10}{least:>8}{most:>12}  {meaning}");
        }
        text
    }
}

static IN_FORCE: OnceLock<Limits> = OnceLock::new();

/// The limits in force: those of the configuration, read once when the server starts.
pub fn limits() -> &'static Limits {
    IN_FORCE.get_or_init(Limits::default)
}

/// Puts limits in force; `false` if others are already.
pub fn put_in_force(limits: Limits) -> bool {
    *IN_FORCE.get_or_init(|| limits.clone()) == limits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_within_their_bounds() {
        assert_eq!(Limits::default().faults(), Vec::<String>::new());
        let limits = Limits { depth: 1_000, default_page_size: 150, ..Limits::default() };
        let faults = limits.faults();
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].contains("limits.depth") && faults[0].contains("64"), "{faults:?}");
    }

    /// The table of rights and the table of limits tell the same of who may export.
    #[test]
    fn whoever_may_export_has_rows_and_nobody_else() {
        let limits = Limits::default();
        for role in Role::ALL {
            let may = rules::access::rights(*role).acts.contains(&rules::access::Act::ExportSearch);
            assert_eq!(limits.export_rows_of([*role].into_iter()) > 0, may, "{role:?}");
        }
        assert_eq!(limits.export_rows_of([Role::Clerk, Role::Analyst].into_iter()), 1_000_000);
        assert_eq!(limits.export_rows_of([].into_iter()), 0);
    }

    #[test]
    fn unknown_limits_are_refused() {
        assert!(serde_json::from_str::<Limits>(r#"{"depth": 12}"#).is_ok_and(|limits| limits.depth == 12));
        assert!(serde_json::from_str::<Limits>(r#"{"dept": 12}"#).is_err());
    }
}
