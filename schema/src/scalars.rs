//! 标量 Date, Decimal, Uscc and RegionCode. A value that cannot be read is refused with the value,
//! the form that is expected and how to mend it.

use std::str::FromStr;

use async_graphql::{Description, InputType, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime as Instant, NaiveDate, SecondsFormat, Utc};

use crate::Code;

/// 日期 A Beijing day, `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Description)]
pub struct Date(pub NaiveDate);

/// 时间 An instant with its zone, RFC 3339, such as `2026-06-30T16:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Description)]
pub struct DateTime(pub Instant<Utc>);

/// 十进制数 An exact decimal number, written as a string such as `"1234.56"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Description)]
pub struct Decimal(pub rust_decimal::Decimal);

/// 统一社会信用代码 Unified social credit code, 18 characters with a check character (GB 32100-2015).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Description)]
pub struct Uscc(pub rules::uscc::Uscc);

/// 行政区划代码 A region of GB/T 2260, six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Description)]
pub struct RegionCode(pub rules::region::RegionCode);

/// 不符 Why a value is none of a scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// The value, the expected form and how to mend it, in Chinese.
    pub message: String,
    /// A stable word for the kind of fault, where the scalar tells several apart.
    pub reason: Option<&'static str>,
}

impl Unfit {
    fn form(value: &Value, form: &str) -> Self {
        Self { message: format!("值 {} 不正确，{form}。", shown(value)), reason: None }
    }

    fn told(message: String) -> Self {
        Self { message, reason: None }
    }
}

impl<T: InputType> From<Unfit> for InputValueError<T> {
    fn from(unfit: Unfit) -> Self {
        let error = Self::custom(unfit.message).with_extension("code", Code::InvalidInput.as_str());
        match unfit.reason {
            Some(reason) => error.with_extension("reason", reason),
            None => error,
        }
    }
}

/// A value as a client wrote it, cut where it becomes long.
pub fn shown(value: &Value) -> String {
    const LONGEST: usize = 80;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Whether a value is one of the scalar called `name`; one that is not known here takes anything.
///
/// # Errors
/// What is wrong with the value.
pub fn check(name: &str, value: &Value) -> Result<(), Unfit> {
    let fits = |fits: bool, form: &str| if fits { Ok(()) } else { Err(Unfit::form(value, form)) };
    match name {
        "Date" => Date::read(value).map(drop),
        "DateTime" => DateTime::read(value).map(drop),
        "Decimal" => Decimal::read(value).map(drop),
        "Uscc" => Uscc::read(value).map(drop),
        "RegionCode" => RegionCode::read(value).map(drop),
        "Int" => fits(as_int(value).is_some(), "应为 -2147483648 到 2147483647 的整数"),
        "Float" => fits(matches!(value, Value::Number(_)), "应为数字"),
        "Boolean" => fits(matches!(value, Value::Boolean(_)), "应为 true 或 false"),
        "String" => text(value, false),
        "ID" => text(value, true),
        _ => Ok(()),
    }
}

fn as_int(value: &Value) -> Option<i32> {
    let Value::Number(number) = value else { return None };
    i32::try_from(number.as_i64()?).ok()
}

/// NUL is in no text of a register, and PostgreSQL cannot even be asked for it.
fn text(value: &Value, may_be_number: bool) -> Result<(), Unfit> {
    match value {
        Value::String(text) if text.contains('\0') => {
            Err(Unfit::told("文本不能含有空字符（U+0000），请删去后重试。".to_owned()))
        }
        Value::String(_) => Ok(()),
        Value::Number(number) if may_be_number && number.is_i64() => Ok(()),
        _ => Err(Unfit::form(value, "应为字符串")),
    }
}

const DATE_FORM: &str = "应为字符串形式的日期 \"YYYY-MM-DD\"，例如 \"2026-06-30\"";

impl Date {
    fn read(value: &Value) -> Result<Self, Unfit> {
        let Value::String(text) = value else { return Err(Unfit::form(value, DATE_FORM)) };
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        // The parser also takes signs, blanks and short numbers.
        day.filter(|day| day.to_string() == *text).map(Self).ok_or_else(|| Unfit::form(value, DATE_FORM))
    }
}

const DECIMAL_FORM: &str = "应为数字或字符串形式的十进制数，例如 \"1234.56\"";

impl Decimal {
    fn read(value: &Value) -> Result<Self, Unfit> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(Unfit::form(value, DECIMAL_FORM)),
        };
        // The parser also takes underscores between digits.
        let number = rust_decimal::Decimal::from_str(&text).ok().filter(|_| !text.contains('_'));
        number.map(Self).ok_or_else(|| Unfit::form(value, DECIMAL_FORM))
    }
}

impl Uscc {
    fn read(value: &Value) -> Result<Self, Unfit> {
        let Value::String(text) = value else {
            return Err(Unfit::form(value, "应为 18 位统一社会信用代码字符串"));
        };
        rules::uscc::Uscc::parse(text).map(Self).map_err(|error| Unfit {
            message: format!("统一社会信用代码 {} 不正确：{}", shown(value), error.message()),
            reason: Some(error.code()),
        })
    }
}

const INSTANT_FORM: &str = "应为带时区的时间字符串（RFC 3339），例如 \"2026-06-30T16:00:00Z\"";

impl DateTime {
    fn read(value: &Value) -> Result<Self, Unfit> {
        let Value::String(text) = value else { return Err(Unfit::form(value, INSTANT_FORM)) };
        let instant = Instant::parse_from_rfc3339(text).map_err(|_| Unfit::form(value, INSTANT_FORM))?;
        Ok(Self(instant.with_timezone(&Utc)))
    }
}

const REGION_FORM: &str = "应为 6 位行政区划代码字符串（GB/T 2260），例如 \"610100\"";

impl RegionCode {
    fn read(value: &Value) -> Result<Self, Unfit> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(Unfit::form(value, REGION_FORM)),
        };
        let code = rules::region::RegionCode::from_str(&text).map_err(|_| Unfit::form(value, REGION_FORM))?;
        match rules::region::find(code) {
            Some(_) => Ok(Self(code)),
            None => Err(Unfit::told(format!("行政区划代码 \"{code}\" 不存在，请用 regions 查询有效代码。"))),
        }
    }
}

#[Scalar(use_type_description)]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self::read(&value)?)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

#[Scalar(use_type_description)]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self::read(&value)?)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

#[Scalar(use_type_description)]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self::read(&value)?)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.normalize().to_string())
    }
}

#[Scalar(use_type_description)]
impl ScalarType for Uscc {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self::read(&value)?)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

#[Scalar(use_type_description)]
impl ScalarType for RegionCode {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self::read(&value)?)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_value_names_it_and_the_form() {
        let message = |scalar, value: serde_json::Value| {
            check(scalar, &Value::from_json(value).expect("a value")).err().map(|unfit| unfit.message)
        };
        for (scalar, value) in [
            ("Date", serde_json::json!("2026-02-28")),
            ("Decimal", serde_json::json!(1.5)),
            ("Uscc", serde_json::json!("91130481MLBX06C34B")),
            ("RegionCode", serde_json::json!("610100")),
            ("Int", serde_json::json!(-7)),
            ("ID", serde_json::json!(7)),
            ("_Any", serde_json::json!({})),
        ] {
            assert_eq!(message(scalar, value), None, "{scalar}");
        }
        for (scalar, value) in [
            ("Date", serde_json::json!("2026-02-30")),
            ("Date", serde_json::json!("2026- 2- 3")),
            ("Date", serde_json::json!("+202-01-01")),
            ("ID", serde_json::json!(1.5)),
            ("Decimal", serde_json::json!("abc")),
            ("Uscc", serde_json::json!("91130481MLBX06C34C")),
            ("RegionCode", serde_json::json!("99")),
            ("Int", serde_json::json!(3_000_000_000_u64)),
            ("Boolean", serde_json::json!("true")),
        ] {
            let written = value.to_string();
            let told = message(scalar, value).expect("a refusal");
            assert!(told.contains(&written), "{scalar} does not name the value: {told}");
            // A code tells which of its rules is broken instead of the whole form.
            assert!(told.contains('应') || scalar == "Uscc", "{scalar} does not tell the form: {told}");
        }
        assert!(message("String", serde_json::json!("a\0b")).is_some());
    }
}
