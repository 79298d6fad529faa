//! 限额 What one request may cost. One table, checked at the door and while a document is read.

/// 请求体 Bytes of a request's body at most.
pub const BODY_BYTES: usize = 256 * 1024;
/// 语句 Bytes of a document at most.
pub const DOCUMENT_BYTES: usize = 64 * 1024;
/// 深度 Levels of fields at most.
pub const DEPTH: usize = 16;
/// 估算规模 Fields that the answer may hold, pages counted in full.
pub const COMPLEXITY: usize = 60_000;
/// 别名 Aliases in a document at most.
pub const ALIASES: usize = 30;
/// 根字段 Fields at the root of an operation at most.
pub const ROOT_FIELDS: usize = 20;
/// 指令 Directives on one field at most.
pub const DIRECTIVES: usize = 4;
/// 批量 Requests of a batch at most.
pub const BATCH: usize = 10;
/// 实体 Representations in `_entities` at most.
pub const ENTITIES: usize = 200;
/// 列表 Items of any other list among the inputs at most.
pub const LIST: usize = 2_000;
/// 分页 Rows of a page at most.
pub const PAGE: i32 = 100;
/// 分页 Rows of a page when neither `first` nor `last` is given.
pub const DEFAULT_PAGE: i32 = 20;
/// 时限 Seconds that a request may take.
pub const SECONDS: u64 = 20;
/// 时限 Seconds within which the head of a request, and then its body, must have arrived.
pub const HEAD_SECONDS: u64 = 30;
/// 时限 See [`HEAD_SECONDS`].
pub const BODY_SECONDS: u64 = 10;
/// 并发 Requests of one partner client that are answered at the same time at most.
pub const CLIENT_REQUESTS: usize = 64;
/// 并发 Requests that one serving thread answers at the same time at most; more are refused at once.
pub const THREAD_REQUESTS: usize = 2_048;
/// 连接 Open connections of one serving thread at most.
pub const CONNECTIONS: usize = 4_096;
