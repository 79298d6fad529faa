//! 年度报告 Annual reports: forms by filer, filing windows, prefilling and checking
//! (企业信息公示暂行条例 art. 8 to 12; 个体工商户年度报告暂行办法; 农民专业合作社年度报告公示办法).
//!
//! Forms and rules are tables in `data/annual_report`; code holds only how they are read.
//! Absent on purpose: any way to submit a report; `services` does, after [`decide`] has allowed it.

mod comparison;
mod contact;
mod correct;
mod draft;
mod evaluate;
mod facts;
mod finding;
mod form;
mod form_table;
mod functions;
mod kind;
mod known;
mod life;
mod names;
mod overlay;
mod parameters;
mod propose;
mod published;
mod rule_table;
mod scene;
mod sheet;
mod since;
mod standards;
mod template;
mod told;
mod touched;
mod value;

#[cfg(test)]
mod cases;
#[cfg(test)]
mod catalogue_cases;

pub(crate) use functions::ROOT as CONDITIONS;
pub(crate) use template::Template;

pub use comparison::{Changed, Comparison, Example};
pub use draft::{Confidence, Draft, DraftValue, Source, prefill, prefill_with};
pub use evaluate::{Judgement, validate, validate_fields};
pub use facts::{
    Archive, EmploymentNeed, EquityTransfer, Guarantee, Holder, Investment, LastReport, Licence, Parent,
    SocialInsurance, Website, Witness,
};
pub use finding::{Finding, Proposal, Severity};
pub use form::{Choices, Field, FieldType, Form, MAX_ROWS, Publish, Section, Table, form};
pub use kind::{FilerKind, Window, window, year_end};
pub use known::of_report as reported_values;
pub use life::{FilingStage, FilingStep, LifeFacts, LifeRefusal, Listing, ReportChangePhase, decide, listing_of};
pub use parameters::{Parameter, of_year as parameters};
pub use propose::field as proposal;
pub use published::{Unpublished, normalized, published, reported};
pub use rule_table::{Case, Rule, RuleTableError, Rulebook, rules};
pub use told::{FigureSource, FigureSourceState, Told, ToldFigure, Wording, differs, wording};
pub use value::{FieldValue, Path, Values, cell};
