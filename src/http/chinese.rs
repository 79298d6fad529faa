//! 译文 What the GraphQL library says of a document, in Chinese.
//!
//! The library tells its faults in English sentences with the names in quotes. A sentence is known
//! by what stands around the names; one that is not known is shown behind a Chinese preface.

use std::borrow::Cow;

use async_graphql::parser::Error;

/// The library's sentences without what is quoted, and ours with `{0}`, `{1}`… for the quoted.
const SENTENCES: &[(&str, &str)] = &[
    (r#"Unknown field "" on type ""."#, "类型 {1} 没有字段“{0}”，请核对字段名。"),
    (r#"Cannot query field "" on type ""."#, "类型 {1} 没有字段“{0}”，请核对字段名。"),
    (r#"Unknown argument "" on field "" of type ""."#, "类型 {2} 的字段 {1} 没有参数“{0}”，请核对参数名。"),
    (r#"Unknown argument "" on directive ""."#, "指令 @{1} 没有参数“{0}”，请核对参数名。"),
    (r#"Unknown type """#, "没有类型“{0}”，请核对类型名。"),
    (r#"Unknown directive """#, "没有指令“@{0}”，可用的指令为 @include 与 @skip。"),
    (r#"Unknown fragment: """#, "没有片段“{0}”，请在查询中定义它或改正名称。"),
    ("Schema is not configured for mutations.", "本接口目前只提供查询，不接受 mutation。"),
    ("Schema is not configured for subscription.", "本接口目前只提供查询，不接受 subscription。"),
    ("Schema is not configured for subscriptions.", "本接口目前只提供查询，不接受 subscription。"),
    ("Subscriptions are not supported on this transport.", "此通道不支持 subscription。"),
    (r#"Duplicate directive """#, "指令“@{0}”在同一处重复使用，请只保留一个。"),
    (r#"Directive "" may not be used on """#, "指令“@{0}”不能用在此处（{1}）。"),
    (r#"Directive "" argument "" of type "" is required but not provided"#, "指令 {0} 缺少必填参数“{1}”（类型 {2}）。"),
    (r#"Field "" argument "" of type "" is required but not provided"#, "字段 {0} 缺少必填参数“{1}”，请补上。"),
    (
        r#"Field "" must not have a selection since type "" has no subfields"#,
        "字段 {0} 的类型 {1} 没有下级字段，请去掉花括号。",
    ),
    (
        r#"Field "" of type "" must have a selection of subfields"#,
        "字段 {0} 的类型 {1} 需要选择下级字段，请在花括号中列出。",
    ),
    (r#"Fragment "" is never used"#, "片段“{0}”没有使用，请删去或引用它。"),
    (r#"Fragment "" cannot condition non composite type """#, "片段“{0}”不能以 {1} 为条件，它没有下级字段。"),
    (r#"Fragment cannot condition non composite type """#, "片段不能以 {0} 为条件，它没有下级字段。"),
    (
        r#"Fragment "" cannot be spread here as objects of type "" can never be of type """#,
        "片段“{0}”不能用在此处：{1} 不可能是 {2}。",
    ),
    (
        r#"Fragment cannot be spread here as objects of type "" can never be of type """#,
        "片段不能用在此处：{0} 不可能是 {1}。",
    ),
    (r#"Variable "" is not defined by operation """#, "操作 {1} 没有声明变量 {0}，请在操作名后声明它。"),
    (r#"Variable "" is not defined"#, "没有声明变量 {0}，请在操作名后的括号中声明它。"),
    (r#"Variable "" is not used by operation """#, "操作 {1} 声明了变量 {0} 而没有使用，请删去或使用它。"),
    (r#"Variable "" is not used"#, "声明了变量 {0} 而没有使用，请删去或使用它。"),
    // The library names the type of the position first and that of the declaration second.
    (
        r#"Variable "" of type "" used in position expecting type """#,
        "变量 ${0} 声明为 {2}，而此处需要 {1}，请改正声明。",
    ),
    (r#"Variable "" cannot be of non-input type """#, "变量 ${0} 的类型 {1} 不能作为输入。"),
    (r#"There can only be one argument named """#, "参数“{0}”重复，请只保留一个。"),
    (r#"There can only be one variable named """#, "变量“{0}”重复声明，请只保留一个。"),
    (r#"Invalid value for argument "", expected type """#, "参数 {0} 的值不符合类型 {1}。"),
    (r#"Invalid default value for argument: "", expected type """#, "变量 {0} 的默认值不符合类型 {1}。"),
    (
        r#"Fields "" conflict because "" and "" are different fields. Use different aliases on the fields to fetch both if this was intentional."#,
        "结果名“{0}”同时用于 {1} 与 {2}，请为其中一个使用别名。",
    ),
    (
        r#"Fields "" conflict because they have differing arguments. Use different aliases on the fields to fetch both if this was intentional."#,
        "字段“{0}”以不同的参数出现了两次，请为其中一个使用别名。",
    ),
    (
        r#"The recursion depth of the query cannot be greater than """#,
        "查询嵌套或片段互相引用过深，最多 {0} 层，请检查片段是否循环引用。",
    ),
    (r#"The number of directives on the field "" cannot be greater than """#, "字段 {0} 上的指令过多，最多 {1} 个。"),
    (r#"Unknown variable type """#, "变量的类型 {0} 不存在，请核对类型名。"),
    ("Query is too complex.", "预计结果过多，请减少嵌套的列表或分页大小。"),
    ("Query is nested too deep.", "查询嵌套过深，请减少层级。"),
];

/// How the library begins when an input has a wrong value.
pub const WRONG_INPUT: &str = "Expected input type ";

/// What strangers are told of a document that does not fit the schema: the place is told beside it, and
/// anything more would teach them the schema word by word.
const STRANGERS: &str = "查询语句与模式不符，请对照接口文档核对此处的字段、参数与变量类型。";

/// A sentence of ours without what the library puts around it when an input cannot be read.
pub fn without_preface(sentence: &str) -> &str {
    let told = sentence.strip_prefix("Failed to parse ").and_then(|rest| rest.split_once("\": "));
    without_context(told.map_or(sentence, |(_, told)| told))
}

fn without_context(sentence: &str) -> &str {
    sentence.split_once(" (occurred while parsing ").map_or(sentence, |(told, _)| told)
}

/// A sentence of the library in Chinese. Without `suggests` it names nothing of the schema.
pub fn sentence(english: &str, suggests: bool) -> String {
    let english = without_context(english);
    if let Some(fault) = english.strip_prefix(WRONG_INPUT).and_then(wrong_input) {
        return fault;
    }
    let (fault, offered) = english.split_once(" Did you mean ").unwrap_or((english, ""));
    let (frame, quoted) = unquoted(fault);
    if !suggests {
        return STRANGERS.to_owned();
    }
    let mut chinese = match SENTENCES.iter().find(|(known, _)| *known == frame) {
        Some((_, sentence)) => filled(sentence, &quoted),
        None => format!("查询语句与模式不符：{}", cut(fault)),
    };
    if !offered.is_empty() {
        chinese.push_str("您要找的可能是 ");
        chinese.push_str(&offered.trim_end_matches('?').replace(", ", "、"));
        chinese.push('。');
    }
    chinese
}

/// From `"Int", found "x".`
fn wrong_input(told: &str) -> Option<String> {
    let (ty, found) = told.trim_end_matches('.').split_once(", found ")?;
    Some(format!("值 {} 不符合类型 {}，请检查所用的变量及其声明。", cut(found), ty.trim_matches('"')))
}

/// A text with its quoted parts taken out, and those parts.
fn unquoted(text: &str) -> (String, Vec<&str>) {
    let (mut frame, mut quoted) = (String::with_capacity(text.len()), Vec::new());
    for (at, part) in text.split(['"', '`']).enumerate() {
        if at % 2 == 0 {
            frame.push_str(part);
        } else {
            frame.push_str("\"\"");
            quoted.push(part);
        }
    }
    (frame, quoted)
}

fn filled(sentence: &str, quoted: &[&str]) -> String {
    let fill = |text: String, (at, part): (usize, &&str)| text.replace(&format!("{{{at}}}"), &cut(part));
    quoted.iter().enumerate().fold(sentence.to_owned(), fill)
}

/// A name of a client as far as one reads it.
pub fn cut(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// What is wrong with a document that cannot be parsed.
pub fn parse_failure(error: &Error) -> String {
    match error {
        Error::Syntax { message, start, .. } => {
            // The parser draws the place over several lines; the last one says what it looked for.
            let wanted = cut(message.rsplit("= ").next().unwrap_or_default().trim());
            let place = format!("第{}行第{}列", start.line, start.column);
            format!("查询语句在{place}有语法错误（{wanted}），请检查括号、引号与字段写法。")
        }
        Error::MultipleOperations { .. } => "匿名操作只能单独出现，请为每个操作命名。".to_owned(),
        Error::OperationDuplicated { operation, .. } => format!("操作“{}”重复定义，请改名。", cut(operation)),
        Error::FragmentDuplicated { fragment, .. } => format!("片段“{}”重复定义，请改名。", cut(fragment)),
        Error::MissingOperation => "查询语句中没有操作，请写出 { … } 或 query { … }。".to_owned(),
        Error::RecursionLimitExceeded => "查询语句嵌套过深，请减少层级。".to_owned(),
        other => format!("查询语句无法解析：{other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_and_offers_only_where_they_may_be_told() {
        let english = r#"Unknown field "nam" on type "Enterprise". Did you mean "name", "id"?"#;
        assert_eq!(sentence(english, false), STRANGERS);
        assert!(sentence(english, true).ends_with("您要找的可能是 \"name\"、\"id\"。"));
        assert!(sentence(english, true).starts_with("类型 Enterprise 没有字段“nam”"));
        let wrong = "Expected input type \"Kind\", found null. (occurred while parsing \"[Kind!]\")";
        assert_eq!(sentence(wrong, false), "值 null 不符合类型 Kind，请检查所用的变量及其声明。");
        assert_eq!(without_preface("Failed to parse \"Uscc\": 值 null 不正确。"), "值 null 不正确。");
        assert_eq!(sentence("Something new", true), "查询语句与模式不符：Something new");
    }

    #[test]
    fn every_sentence_uses_what_it_is_given() {
        for (english, chinese) in SENTENCES {
            let quoted = english.matches("\"\"").count();
            for at in 0..3 {
                assert!(at < quoted || !chinese.contains(&format!("{{{at}}}")), "{english}");
            }
        }
    }
}
