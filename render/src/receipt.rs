//! 年度报告报送回执 Says on one page that a report was taken, when, and by whom.

use chrono::{DateTime, Utc};
use rules::annual_report::{FilerKind, FilingStep, Window};
use serde::Serialize;

use crate::press::{Press, Printed, RenderError};
use crate::words::{Common, Stamp, written_day, written_instant};

const TITLE: &str = "年度报告报送回执";

/// 回执 What was filed.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// 出具信息
    pub stamp: Stamp,
    /// 回执编号
    pub number: String,
    /// 经营主体名称
    pub filer: String,
    /// 统一社会信用代码
    pub uscc: String,
    /// 申报主体类型
    pub kind: FilerKind,
    /// 报告年度
    pub year: i32,
    /// 报告版本
    pub version: i32,
    /// 步骤 By which step the version came about.
    pub step: FilingStep,
    /// 报送时间
    pub submitted_at: DateTime<Utc>,
    /// 是否逾期
    pub is_late: bool,
    /// 报送期限
    pub window: Option<Window>,
    /// 报送内容摘要 SHA-256 in hexadecimal, as it stands in the audit log.
    pub digest: String,
}

#[derive(Serialize)]
struct Data<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    number: &'a str,
    filer: &'a str,
    statement: String,
    facts: Vec<[String; 2]>,
}

impl Press {
    /// 打印回执
    ///
    /// # Errors
    /// A fault of the template.
    pub fn receipt(&self, receipt: &Receipt) -> Result<Printed, RenderError> {
        let data = Data {
            common: Common::new(TITLE, &receipt.stamp),
            number: &receipt.number,
            filer: &receipt.filer,
            statement: receipt.statement(),
            facts: receipt.facts(),
        };
        self.set("receipt.typ", &receipt.stamp.code, &data)
    }
}

impl Receipt {
    fn statement(&self) -> String {
        let you = if self.kind == FilerKind::Individual { "你户" } else { "你单位" };
        let (year, at) = (self.year, written_instant(self.submitted_at));
        let (given, what) = match self.step {
            FilingStep::Correct => ("更正", "其中应当公示和选择公示的内容已按更正后的内容向社会公示"),
            FilingStep::Modify => ("修改", "其中应当公示和选择公示的内容已按修改后的内容向社会公示"),
            FilingStep::Save | FilingStep::Submit => ("报送", "其中应当公示和选择公示的内容已向社会公示"),
        };
        format!("{you}{given}的{year}年度报告已于{at}（北京时间）收到，{what}。特此回执。")
    }

    fn facts(&self) -> Vec<[String; 2]> {
        let term = match &self.window {
            Some(window) => format!("（报送期限{}至{}）", written_day(window.from), written_day(window.to)),
            None => String::new(),
        };
        let step = match self.step {
            FilingStep::Correct => "期限内更正",
            FilingStep::Modify => "期限后修改",
            FilingStep::Save | FilingStep::Submit => "首次报送",
        };
        let facts = [
            ("经营主体名称", self.filer.clone()),
            ("统一社会信用代码", self.uscc.clone()),
            ("申报主体类型", self.kind.term().to_owned()),
            ("报告年度", format!("{}年度", self.year)),
            ("收到时间", format!("{}（北京时间）", written_instant(self.submitted_at))),
            ("是否逾期", format!("{}{term}", if self.is_late { "逾期报送" } else { "按期报送" })),
            ("报告版本", format!("第{}版（{step}）", self.version)),
            ("登记机关", self.stamp.authority.clone()),
            ("报送内容摘要\n（SHA-256）", halves(&self.digest)),
        ];
        facts.map(|(name, value)| [name.to_owned(), value]).into()
    }
}

/// A digest on two lines.
fn halves(digest: &str) -> String {
    digest
        .split_at_checked(digest.len() / 2)
        .map_or_else(|| digest.to_owned(), |(first, second)| format!("{first}\n{second}"))
}
