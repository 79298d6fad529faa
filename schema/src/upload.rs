//! 上传 Files that come with a request (GraphQL multipart request specification).
//!
//! The type of the library trusts the text that stands for a file, and panics on one that a client made
//! up. Here such a text is a place in the list of the files that came with this very request.

use async_graphql::{Context, Description, InputValueError, InputValueResult, Scalar, ScalarType, Value};

use crate::{Answer, Code, Failure};

/// What stands for a file among the variables once it has come.
const PREFIX: &str = "file:";

/// 文件 A file of a multipart request; see the GraphQL multipart request specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Description)]
pub struct Upload(usize);

/// 文件 What came.
#[derive(Clone, Debug)]
pub struct File {
    /// 文件名 As the client says; never a place on a disk.
    pub name: String,
    /// 内容类型 As the client says.
    pub content_type: Option<String>,
    /// 内容
    pub content: Vec<u8>,
}

/// 文件 The files of one request, in its data.
#[derive(Debug, Default)]
pub struct Files(pub Vec<File>);

impl Upload {
    /// What stands for the file at `index` among the variables.
    pub fn token(index: usize) -> String {
        format!("{PREFIX}{index}")
    }

    /// The file.
    ///
    /// # Errors
    /// `INVALID_INPUT` if no such file came with the request.
    pub fn file<'c>(self, ctx: &Context<'c>) -> Answer<&'c File> {
        let files = ctx.data_opt::<Files>().map(|files| files.0.as_slice()).unwrap_or_default();
        files.get(self.0).ok_or_else(|| Failure::refused(Code::InvalidInput, FORM))
    }
}

const FORM: &str =
    "没有收到该文件，请以 multipart/form-data 上传（GraphQL multipart request），变量中文件的位置填 null。";

#[Scalar(use_type_description, specified_by_url = "https://github.com/jaydenseric/graphql-multipart-request-spec")]
impl ScalarType for Upload {
    fn parse(value: Value) -> InputValueResult<Self> {
        let index = match &value {
            Value::String(token) => token.strip_prefix(PREFIX).and_then(|index| index.parse().ok()),
            _ => None,
        };
        index.map(Self).ok_or_else(|| InputValueError::custom(FORM).with_extension("code", Code::InvalidInput.as_str()))
    }

    fn to_value(&self) -> Value {
        Value::Null
    }
}
