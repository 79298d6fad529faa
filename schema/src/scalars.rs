//! 标量 Date, Decimal, Uscc and RegionCode. A value that cannot be read is refused with the value,
//! the form that is expected and how to mend it.

use std::str::FromStr;

use async_graphql::{Description, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::NaiveDate;

use crate::Code;

/// 日期 A Beijing day, `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Description)]
pub struct Date(pub NaiveDate);

/// 十进制数 An exact decimal number, written as a string such as `"1234.56"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Description)]
pub struct Decimal(pub rust_decimal::Decimal);

/// 统一社会信用代码 Unified social credit code, 18 characters with a check character (GB 32100-2015).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Description)]
pub struct Uscc(pub rules::uscc::Uscc);

/// 行政区划代码 A region of GB/T 2260, six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Description)]
pub struct RegionCode(pub rules::region::RegionCode);

fn refused<T: async_graphql::InputType>(message: String) -> InputValueError<T> {
    InputValueError::custom(message).with_extension("code", Code::InvalidInput.as_str())
}

fn expected<T: async_graphql::InputType>(value: &Value, form: &str) -> InputValueError<T> {
    let shown: String = value.to_string().chars().take(80).collect();
    refused(format!("值 {shown} 的类型不对，{form}。"))
}

const DATE_FORM: &str = "应为字符串形式的日期 \"YYYY-MM-DD\"，例如 \"2026-06-30\"";

#[Scalar(use_type_description)]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(expected(&value, DATE_FORM)) };
        let strict = text.len() == 10;
        match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            Ok(day) if strict => Ok(Self(day)),
            _ => Err(expected(&value, DATE_FORM)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

const DECIMAL_FORM: &str = "应为数字或字符串形式的十进制数，例如 \"1234.56\"";

#[Scalar(use_type_description)]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = match &value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(expected(&value, DECIMAL_FORM)),
        };
        rust_decimal::Decimal::from_str(&text).map(Self).map_err(|_| expected(&value, DECIMAL_FORM))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.normalize().to_string())
    }
}

#[Scalar(use_type_description)]
impl ScalarType for Uscc {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(expected(&value, "应为 18 位统一社会信用代码字符串"));
        };
        rules::uscc::Uscc::parse(text).map(Self).map_err(|error| {
            let shown: String = text.chars().take(40).collect();
            refused(format!("统一社会信用代码“{shown}”不正确：{}", error.message()))
                .with_extension("reason", error.code())
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

const REGION_FORM: &str = "应为 6 位行政区划代码字符串（GB/T 2260），例如 \"610100\"";

#[Scalar(use_type_description)]
impl ScalarType for RegionCode {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = match &value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(expected(&value, REGION_FORM)),
        };
        let code = rules::region::RegionCode::from_str(&text).map_err(|_| expected(&value, REGION_FORM))?;
        match rules::region::find(code) {
            Some(_) => Ok(Self(code)),
            None => Err(refused(format!("行政区划代码“{code}”不存在，请用 regions 查询有效代码。"))),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}
