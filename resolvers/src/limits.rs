//! 限额 What one request may cost, for clients to read.

use async_graphql::{Object, SimpleObject};
use schema::limits;

/// 服务限额 The limits in force; what exceeds one is refused with a code.
#[derive(SimpleObject)]
pub struct ServiceLimits {
    /// 请求体字节数
    pub body_bytes: i32,
    /// 语句字节数
    pub document_bytes: i32,
    /// 字段层数
    pub depth: i32,
    /// 估算规模 Fields that an answer may hold, pages counted in full.
    pub complexity: i32,
    /// 别名数
    pub aliases: i32,
    /// 根字段数
    pub root_fields: i32,
    /// 单个字段的指令数
    pub directives: i32,
    /// 批量请求数
    pub batch: i32,
    /// `_entities` 引用数
    pub entities: i32,
    /// 其他列表输入的项数
    pub list_items: i32,
    /// 每页条数
    pub page_size: i32,
    /// 默认每页条数
    pub default_page_size: i32,
    /// 处理时限（秒）
    pub execution_seconds: i32,
    /// 接口用户同时处理的请求数
    pub concurrent_requests: i32,
}

fn int(limit: usize) -> i32 {
    i32::try_from(limit).unwrap_or(i32::MAX)
}

/// Root field of limits.
#[derive(Default)]
pub struct LimitsQuery;

#[Object]
impl LimitsQuery {
    /// 服务限额
    async fn service_limits(&self) -> ServiceLimits {
        ServiceLimits {
            body_bytes: int(limits::BODY_BYTES),
            document_bytes: int(limits::DOCUMENT_BYTES),
            depth: int(limits::DEPTH),
            complexity: int(limits::COMPLEXITY),
            aliases: int(limits::ALIASES),
            root_fields: int(limits::ROOT_FIELDS),
            directives: int(limits::DIRECTIVES),
            batch: int(limits::BATCH),
            entities: int(limits::ENTITIES),
            list_items: int(limits::LIST),
            page_size: limits::PAGE,
            default_page_size: limits::DEFAULT_PAGE,
            execution_seconds: i32::try_from(limits::SECONDS).unwrap_or(i32::MAX),
            concurrent_requests: int(limits::CLIENT_REQUESTS),
        }
    }
}
