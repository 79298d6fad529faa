//! 年度报告书 The report as its form has it, whole or as far as everybody may know it.

use chrono::{DateTime, NaiveDate, Utc};
use rules::annual_report::{Form, Unpublished, Values};
use serde::Serialize;

use crate::layout::{Section, sections};
use crate::press::{Press, Printed, RenderError};
use crate::words::{Common, Stamp, written_day, written_instant};

const TITLE: &str = "年度报告书";

/// 版式 For whom it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// 全本 For the filer and its offices: everything, with what is not published marked.
    Full,
    /// 公示本 For everybody: what is published.
    Public,
}

/// 年度报告书 A version of a report.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// 出具信息
    pub stamp: Stamp,
    /// 经营主体名称
    pub filer: String,
    /// 统一社会信用代码
    pub uscc: String,
    /// 报告年度
    pub year: i32,
    /// 报告版本
    pub version: i32,
    /// 报送时间 Of the version; `None` if it was filed elsewhere.
    pub submitted_at: Option<DateTime<Utc>>,
    /// 报送日期 Of the report.
    pub submitted_on: NaiveDate,
    /// 是否逾期
    pub is_late: bool,
    /// 表单
    pub form: &'a Form,
    /// 填报值
    pub values: &'a Values,
    /// 不公示
    pub unpublished: &'a Unpublished,
    /// 版式
    pub edition: Edition,
}

#[derive(Serialize)]
struct Data<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    uscc: &'a str,
    year: i32,
    edition: &'static str,
    /// Whether the public sees a value is said beside it.
    marks: bool,
    facts: Vec<[String; 2]>,
    sections: Vec<Section>,
}

impl Press {
    /// 打印年度报告书
    ///
    /// # Errors
    /// A fault of the template.
    pub fn report(&self, report: &Report<'_>) -> Result<Printed, RenderError> {
        let data = Data {
            common: Common::new(TITLE, &report.stamp),
            uscc: &report.uscc,
            year: report.year,
            edition: match report.edition {
                Edition::Full => {
                    "本文书为全本。标明“选择不公示”“不公示”的内容不向社会公示，仅供报送人和有管辖权的机关使用，请勿外传。"
                }
                Edition::Public => {
                    "本文书为公示本，只载明向社会公示的内容；“未公示”指未填报、报送人选择不公示，或者依法不公示。"
                }
            },
            marks: report.edition == Edition::Full,
            facts: report.facts(),
            sections: sections(report.form, report.values, report.unpublished, report.edition),
        };
        self.set("report.typ", &report.stamp.code, &data)
    }
}

impl Report<'_> {
    fn facts(&self) -> Vec<[String; 2]> {
        let at = match self.submitted_at {
            Some(at) => format!("{}（北京时间）", written_instant(at)),
            None => written_day(self.submitted_on),
        };
        let late = if self.is_late { "，逾期报送" } else { "" };
        let facts = [
            ("经营主体名称", self.filer.clone()),
            ("统一社会信用代码", self.uscc.clone()),
            ("申报主体类型", self.form.kind.term().to_owned()),
            ("报告年度", format!("{}年度", self.year)),
            ("报送时间", format!("{at}{late}")),
            ("报告版本", format!("第{}版", self.version)),
            ("登记机关", self.stamp.authority.clone()),
        ];
        facts.map(|(name, value)| [name.to_owned(), value]).into()
    }
}
