//! 数据部门 The tax authority and the social-insurance agency: asked for the figures of an enterprise and a year, once
//! its filer has agreed. They answer with figures, with nothing, or not at all; a form works in each case.
//!
//! AUTHORITY-1: nobody waits long: a request is bounded in time and length, and whoever does not answer is left alone
//! for a while ([`crate::breaker`]).
//! AUTHORITY-2: what is not understood is no figure: an answer of the wrong form is refused as a whole.

mod answer;
mod gateway;
mod settings;
pub mod stand_in;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use rules::annual_report::{FigureSource, Told};

pub use answer::{body, read};
pub use gateway::{Gateway, Unusable};
pub use settings::{Settings, SettingsOfAll};

/// 请求 Whose figures of which year, and by whose leave.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// 统一社会信用代码
    pub uscc: &'a str,
    /// 年度
    pub year: i32,
    /// 同意编号 Shown to the authority, which keeps it.
    pub consent: &'a str,
}

/// 未取得 Why there are no figures.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// 未接入 Nobody has said where the authority is.
    #[error("not connected")]
    NotConnected,
    /// 暂停查询 It has not answered of late and is left alone for so many seconds.
    #[error("left alone for {0} s")]
    Resting(i64),
    /// 无应答 No connection, no answer in time, or it says that it cannot answer.
    #[error("no answer")]
    Unanswered {
        /// Whether the time was up; it is not tried at once again.
        is_late: bool,
    },
    /// 答复有误 An answer that is none.
    #[error("an answer of the wrong form: {0}")]
    Garbled(&'static str),
    /// 拒绝 It does not answer us, or not to this.
    #[error("refused with status {0}")]
    Refused(u16),
}

impl Fault {
    /// Whether the authority is to blame, as far as the breaker is concerned.
    const fn is_outage(&self) -> bool {
        matches!(self, Self::Unanswered { .. } | Self::Garbled(_))
    }

    /// Whether it is worth to ask at once again.
    const fn is_passing(&self) -> bool {
        matches!(self, Self::Unanswered { is_late: false })
    }

    /// 等待秒数 After how many seconds it may be tried again, where waiting helps.
    pub const fn retry_after(&self) -> Option<i64> {
        match self {
            Self::Resting(seconds) => Some(*seconds),
            Self::NotConnected | Self::Unanswered { .. } | Self::Garbled(_) | Self::Refused(_) => None,
        }
    }

    /// 说明 What is wrong and what to do, for the person at the form.
    pub fn message(&self, source: FigureSource) -> String {
        let name = source.term();
        match self {
            Self::NotConnected => format!("本系统尚未接入{name}的数据，请自行填写，不影响报送。"),
            Self::Resting(seconds) => {
                format!(
                    "{name}的数据服务近来没有应答，已暂停查询，约{seconds}秒后可以再试；也可以自行填写，不影响报送。"
                )
            }
            Self::Unanswered { is_late: true } => {
                format!("{name}的数据服务没有在规定时间内应答，请稍后再试；也可以自行填写，不影响报送。")
            }
            Self::Unanswered { is_late: false } => {
                format!("{name}的数据服务暂时连接不上，请稍后再试；也可以自行填写，不影响报送。")
            }
            Self::Garbled(_) => {
                format!("{name}的答复不符合约定的格式，未予采用；请自行填写，不影响报送，运维人员会联系对方处理。")
            }
            Self::Refused(_) => {
                format!("{name}拒绝了本次查询；请自行填写，不影响报送，需要时联系运维人员核对接入许可与密钥。")
            }
        }
    }
}

/// 答复 Figures; `None` if the authority knows none of the enterprise and year.
pub type Answer = Result<Option<Told>, Fault>;

/// 端口 Somebody who can be asked.
pub trait Authority: Send + Sync {
    /// Asks for figures.
    fn ask<'a>(&'a self, asked: Asked<'a>, now: DateTime<Utc>) -> BoxFuture<'a, Answer>;

    /// 是否模拟 Whether it only plays the authority.
    fn is_stand_in(&self) -> bool {
        false
    }
}

/// 数据部门 Those that are connected; a clone is the same.
#[derive(Clone, Default)]
pub struct DataAuthorities {
    tax: Option<Arc<dyn Authority>>,
    social_insurance: Option<Arc<dyn Authority>>,
}

impl DataAuthorities {
    /// Those of the configuration.
    ///
    /// # Errors
    /// What the machine lacks.
    pub fn new(settings: &SettingsOfAll) -> Result<Self, Unusable> {
        let gateway = |source, settings: &Option<Settings>| -> Result<Option<Arc<dyn Authority>>, Unusable> {
            let Some(settings) = settings else { return Ok(None) };
            Ok(Some(Arc::new(Gateway::new(source, settings)?)))
        };
        Ok(Self {
            tax: gateway(FigureSource::Tax, &settings.tax)?,
            social_insurance: gateway(FigureSource::SocialInsurance, &settings.social_insurance)?,
        })
    }

    /// Lets somebody play each authority that is not connected.
    #[must_use]
    pub fn or_else(self, play: impl Fn(FigureSource) -> Arc<dyn Authority>) -> Self {
        Self {
            tax: self.tax.or_else(|| Some(play(FigureSource::Tax))),
            social_insurance: self.social_insurance.or_else(|| Some(play(FigureSource::SocialInsurance))),
        }
    }

    /// Who is asked for a source.
    pub fn find(&self, source: FigureSource) -> Option<&dyn Authority> {
        match source {
            FigureSource::Tax => self.tax.as_deref(),
            FigureSource::SocialInsurance => self.social_insurance.as_deref(),
        }
    }

    /// Asks it.
    ///
    /// # Errors
    /// Why there are no figures.
    pub async fn ask(&self, source: FigureSource, asked: Asked<'_>, now: DateTime<Utc>) -> Answer {
        match self.find(source) {
            Some(authority) => authority.ask(asked, now).await,
            None => Err(Fault::NotConnected),
        }
    }
}
