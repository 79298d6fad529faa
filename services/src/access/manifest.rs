//! 语句清单 Files in which tools list the documents of a client.

use serde_json::Value;

/// The documents of a manifest: the persisted query manifest of Apollo (`{"operations": [{"body": "…"}]}`),
/// or an object of documents by their hash as Relay and graphql-codegen write it.
///
/// # Errors
/// What is wrong with the file, in Chinese.
pub fn documents(file: &[u8]) -> Result<Vec<String>, String> {
    let manifest: Value = serde_json::from_slice(file)
        .map_err(|error| format!("清单不是有效的 JSON：{error}。请上传工具生成的原文件。"))?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let documents: Option<Vec<String>> = match (manifest.get("operations"), &manifest) {
        (Some(Value::Array(operations)), _) => operations.iter().map(|one| one.get("body").and_then(text)).collect(),
        (None, Value::Object(by_hash)) => by_hash.values().map(text).collect(),
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
        assert_eq!(documents(apollo.as_bytes()), Ok(vec!["query A { a }".to_owned()]));
        assert_eq!(documents(br#"{"ab12": "{ b }"}"#), Ok(vec!["{ b }".to_owned()]));
        for wrong in ["", "[]", r#"{"operations": [{"name": "A"}]}"#, r#"{"operations": 7}"#, r#"{"a": 7}"#] {
            assert!(documents(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
