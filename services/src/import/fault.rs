//! 行错误 What can be wrong with a row of the dump: a stable code, the column, and a sentence that
//! says how to mend it.

/// 错误代码 Kind of a fault; codes are part of the contract and never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// A quote that is never closed, or that stands where none may stand.
    BrokenQuoting,
    /// Fewer columns than the header names.
    TooFewColumns,
    /// More columns than the header names.
    TooManyColumns,
    /// Bytes that are no text in the encoding of the file.
    InvalidEncoding,
    /// 控制字符 A control character within a text.
    ControlCharacter,
    /// An empty field that must not be empty.
    MissingValue,
    /// A text longer than the register holds.
    TooLong,
    /// Something else than a number.
    InvalidNumber,
    /// An amount or number of persons below zero.
    NegativeAmount,
    /// 统一社会信用代码 of another length.
    UsccLength,
    /// 统一社会信用代码 with a character that cannot stand there.
    UsccCharacter,
    /// 统一社会信用代码 whose last character does not follow from the others.
    UsccCheckCharacter,
    /// No day of the calendar.
    ImpossibleDate,
    /// Two days in the wrong order.
    DateOrder,
    /// 行政区划 that GB/T 2260 does not have.
    UnknownRegion,
    /// 行业 that GB/T 4754-2017 does not have.
    UnknownIndustry,
    /// A word that is not in `legacy_words.toml`.
    UnknownWord,
    /// A record of an enterprise that is not there.
    MissingParent,
    /// The same key on an earlier row of the dump.
    DuplicateKey,
    /// The database has another row under this key.
    Conflict,
    /// A value that must be encrypted could not be.
    Unsealed,
}

impl Code {
    /// The code as text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BrokenQuoting => "BROKEN_QUOTING",
            Self::TooFewColumns => "TOO_FEW_COLUMNS",
            Self::TooManyColumns => "TOO_MANY_COLUMNS",
            Self::InvalidEncoding => "INVALID_ENCODING",
            Self::ControlCharacter => "CONTROL_CHARACTER",
            Self::MissingValue => "MISSING_VALUE",
            Self::TooLong => "TOO_LONG",
            Self::InvalidNumber => "INVALID_NUMBER",
            Self::NegativeAmount => "NEGATIVE_AMOUNT",
            Self::UsccLength => "USCC_LENGTH",
            Self::UsccCharacter => "USCC_CHARACTER",
            Self::UsccCheckCharacter => "USCC_CHECK_CHARACTER",
            Self::ImpossibleDate => "IMPOSSIBLE_DATE",
            Self::DateOrder => "DATE_ORDER",
            Self::UnknownRegion => "UNKNOWN_REGION",
            Self::UnknownIndustry => "UNKNOWN_INDUSTRY",
            Self::UnknownWord => "UNKNOWN_WORD",
            Self::MissingParent => "MISSING_PARENT",
            Self::DuplicateKey => "DUPLICATE_KEY",
            Self::Conflict => "CONFLICT",
            Self::Unsealed => "UNSEALED",
        }
    }
}

/// A fault of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Name of the column, empty when the row as a whole is at fault.
    pub column: &'static str,
    /// Kind.
    pub code: Code,
    /// 中文 What is wrong and how to mend it.
    pub message: String,
}

/// 拒收行 A row that was not taken, with its faults in the order of the columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Physical line on which the row begins, counted from 1.
    pub line: u64,
    /// What the file says.
    pub original: String,
    /// At least one.
    pub faults: Vec<Fault>,
}

impl Reject {
    /// The sentence of the first fault, then the others.
    pub fn message(&self) -> String {
        let mut faults = self.faults.iter();
        let mut message = faults.next().map(|first| first.message.clone()).unwrap_or_default();
        for (number, Fault { column, code, message: other }) in faults.enumerate() {
            message.push_str(if number == 0 { "该行还有：" } else { "" });
            message.push_str(&format!("{column}（{}）{other}", code.as_str()));
        }
        message
    }
}
