//! 短信 The gateway for short messages: a port, an adapter that speaks HTTP, and a file in its place on machines
//! without one.
//!
//! SMS-1: a message has one id however often it is sent; a gateway that has it already sends it no second time.
//! SMS-2: whether a message was taken is told apart from whether that is known: what is not known is asked after, never
//! sent again at once.
//! SMS-3: neither a log nor an error shows a telephone number or a text.

mod file;
mod http;
mod settings;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use serde::Serialize;

pub use file::FileGateway;
pub use http::HttpGateway;
pub use settings::{SmsSettings, faults};

/// 短信 One message to one number.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// 编号 Ours, by which the gateway knows it again.
    pub id: String,
    /// 模板 What kind of text it is, as agreed with the gateway.
    pub template: &'static str,
    /// 手机号码
    pub phone: String,
    /// 内容
    pub text: String,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Message({} {})", self.id, self.template)
    }
}

/// 提交结果 What became of a message that was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// 已接收
    Accepted,
    /// 拒收 For good, with the word of the gateway.
    Refused(String),
    /// 未接收 Surely not taken: it may be sent again later.
    NotTaken(String),
    /// 不明 It may have been taken.
    Unknown(String),
}

/// 回执 What a gateway knows of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// 未知编号 It never took it.
    NeverTaken,
    /// 等待中
    Waiting,
    /// 已送达
    Delivered,
    /// 未送达 With the word of the gateway.
    Failed(String),
}

/// Why there are no receipts now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the gateway does not answer: {0}")]
pub struct Unanswered(pub String);

/// 短信网关 Who takes messages. The time is an argument, because this room has no clock.
pub trait Gateway: Send + Sync {
    /// Hands a message over.
    fn send<'a>(&'a self, message: &'a Message, now: DateTime<Utc>) -> BoxFuture<'a, Sent>;

    /// Asks what became of messages, by their ids, in their order.
    fn receipts<'a>(&'a self, ids: &'a [String], now: DateTime<Utc>)
    -> BoxFuture<'a, Result<Vec<Receipt>, Unanswered>>;
}
