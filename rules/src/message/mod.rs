//! 短信 Short messages: when they may be sent, how often, what they say, and how it is tried again.
//!
//! MESSAGE-1: no reminder is sent in quiet hours, on public holidays (《通信短信息服务管理规定》 art. 18 asks for consent and lets people
//! refuse), more often than the table says, or to whoever has refused.
//! MESSAGE-2: a code goes out at any hour, and not any more once it is of no use.
//! MESSAGE-3: a message whose fate is not known is asked after before it is sent again.

mod policy;
mod reply;
mod template;

#[cfg(feature = "orm")]
use sea_orm::sea_query::StringLen;

pub use policy::{MessagePolicy, message_policy};
pub use reply::refuses;
pub use template::{LONGEST, ReminderText, SHORTEST, TextFault, Words};

use crate::vocabulary::vocabulary;

vocabulary! {
    /// 短信状态 How far a message is.
    MessageState {
        Queued = "QUEUED" "待发送",
        Sending = "SENDING" "发送中",
        Unknown = "UNKNOWN" "结果待查",
        Sent = "SENT" "已提交",
        Delivered = "DELIVERED" "已送达",
        Failed = "FAILED" "发送失败",
        Skipped = "SKIPPED" "未发送",
    }
}

vocabulary! {
    /// 未发送原因 Why a message was not sent.
    SkipReason {
        Filed = "FILED" "已报送年报",
        NotOwed = "NOT_OWED" "不再负有年报义务",
        OptedOut = "OPTED_OUT" "已退订",
        TooOften = "TOO_OFTEN" "近期已多次提醒",
        Stopped = "STOPPED" "任务已停止",
        Expired = "EXPIRED" "验证码已过期",
    }
}

vocabulary! {
    /// 退订方式 How reminders were refused.
    OptOutWay {
        Liaison = "LIAISON" "联络员办理",
        Token = "TOKEN" "凭短信退订码",
        Reply = "REPLY" "回复短信",
    }
}

impl MessageState {
    /// Whether something is still to be done about it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Sending | Self::Unknown)
    }
}

/// 手机号码 The number of a text that is one mobile number: nobody else gets short messages.
pub fn mobile(text: &str) -> Option<String> {
    crate::telephone::number(text).filter(|number| number.len() == 11 && number.starts_with('1'))
}
