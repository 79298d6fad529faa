//! 语句清单 Files in which tools list the documents of a client.

use serde_json::Value;

/// 清单条目 A document with what its manifest calls it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// 标识 Of Apollo's tools the id, of others the hash under which it stands.
    pub id: Option<String>,
    /// 操作名
    pub name: Option<String>,
    /// 语句
    pub document: String,
}

impl From<String> for Listed {
    fn from(document: String) -> Self {
        Self { document, ..Self::default() }
    }
}

/// The documents of a manifest: the persisted query manifest of Apollo (`{"operations": [{"body": "…"}]}`),
/// or an object of documents by their hash as Relay and graphql-codegen write it.
///
/// # Errors
/// What is wrong with the file, in Chinese.
pub fn documents(file: &[u8]) -> Result<Vec<Listed>, String> {
    let manifest: Value = serde_json::from_slice(file)
        .map_err(|error| format!("清单不是有效的 JSON：{error}。请上传工具生成的原文件。"))?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let of_apollo = |one: &Value| {
        let told = |key: &str| one.get(key).and_then(text);
        Some(Listed { id: told("id"), name: told("name"), document: told("body")? })
    };
    let by_hash = |(hash, document): (&String, &Value)| {
        Some(Listed { id: Some(hash.clone()), name: None, document: text(document)? })
    };
    let documents: Option<Vec<Listed>> = match (manifest.get("operations"), &manifest) {
        (Some(Value::Array(operations)), _) => operations.iter().map(of_apollo).collect(),
        (None, Value::Object(documents)) => documents.iter().map(by_hash).collect(),
        _ => None,
    };
    documents.ok_or_else(|| {
        "清单的形式不符：应为 {\"operations\": [{\"body\": \"…\"}]} 或 {\"哈希\": \"语句\"}，请上传工具生成的原文件。"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_of_both_kinds_are_read() {
        let apollo = r#"{"format": "apollo-persisted-query-manifest", "version": 1,
            "operations": [{"id": "1", "name": "A", "type": "query", "body": "query A { a }"}]}"#;
        let told = |word: &str| Some(word.to_owned());
        let listed = Listed { id: told("1"), name: told("A"), document: "query A { a }".to_owned() };
        assert_eq!(documents(apollo.as_bytes()), Ok(vec![listed]));
        let listed = Listed { id: told("ab12"), name: None, document: "{ b }".to_owned() };
        assert_eq!(documents(br#"{"ab12": "{ b }"}"#), Ok(vec![listed]));
        for wrong in ["", "[]", r#"{"operations": [{"name": "A"}]}"#, r#"{"operations": 7}"#, r#"{"a": 7}"#] {
            assert!(documents(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
