//! 限额 What one request may cost, for clients to read.

use async_graphql::{Object, SimpleObject};
use schema::limits::Limits;

/// Gives the limits that concern a client to the graph, each under its own name.
macro_rules! told {
    ($($(#[$doc:meta])+ $name:ident,)+) => {
        /// 服务限额 The limits in force; what exceeds one is refused with a code.
        #[derive(SimpleObject)]
        pub struct ServiceLimits { $($(#[$doc])+ pub $name: i32,)+ }

        impl ServiceLimits {
            fn of(limits: &Limits) -> Self {
                Self { $($name: i32::try_from(limits.$name).unwrap_or(i32::MAX),)+ }
            }
        }
    };
}

told! {
    /// 请求体字节数
    body_bytes,
    /// 上传请求体字节数（multipart）
    upload_bytes,
    /// 一次上传的文件数
    uploads,
    /// 语句字节数
    document_bytes,
    /// 语句词数
    tokens,
    /// 字段层数
    depth,
    /// 估算规模 Fields that an answer may hold, pages counted in full.
    complexity,
    /// 别名数
    aliases,
    /// 根字段数
    root_fields,
    /// 单个字段的指令数
    directives,
    /// 批量请求数 0 if batches are not taken.
    batch,
    /// `_entities` 引用数
    entities,
    /// 其他列表输入的项数
    list_items,
    /// 一次批量核查的户数
    credit_checks,
    /// 每页条数
    page_size,
    /// 默认每页条数
    default_page_size,
    /// 处理时限（秒）
    execution_seconds,
    /// 接口用户同时处理的请求数
    concurrent_requests,
    /// 一次导出的行数 Of clerks, approvers, heads and inspectors.
    export_rows,
    /// 一次导出的行数 Of analysts.
    analyst_export_rows,
    /// 一次导出的行数 Of partner clients.
    partner_export_rows,
    /// 24 小时内的导出次数 Of an account or partner client.
    daily_exports,
    /// 每个账号保存的检索数
    saved_searches,
}

/// Root field of limits.
#[derive(Default)]
pub struct LimitsQuery;

#[Object]
impl LimitsQuery {
    /// 服务限额
    async fn service_limits(&self) -> ServiceLimits {
        ServiceLimits::of(schema::limits())
    }
}
