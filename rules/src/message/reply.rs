//! 上行短信 What somebody wants who answers a reminder.

/// 退订用语 Words by which reminders are refused, as the whole of an answer (通信短信息服务管理规定 art. 20 asks for a way
/// that is easy).
const REFUSALS: [&str; 14] = [
    "退订",
    "退定",
    "退",
    "取消订阅",
    "取消",
    "拒收",
    "不再接收",
    "不要再发",
    "T",
    "TD",
    "N",
    "STOP",
    "UNSUBSCRIBE",
    "QX",
];

/// 退订 Whether an answer refuses more reminders. Only one that says nothing else does: whoever writes more is read by a
/// person, and is no refusal because a word occurs in it.
pub fn refuses(answer: &str) -> bool {
    let half_width = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    };
    let letters = answer.chars().map(half_width).filter(|c| c.is_alphanumeric());
    let plain: String = letters.flat_map(char::to_uppercase).collect();
    let plain = plain.strip_prefix("回复").unwrap_or(&plain);
    REFUSALS.contains(&plain.trim_end_matches("谢谢"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_that_is_a_refusal_refuses() {
        for answer in ["退订", " 【退订】。", "td", "ＴＤ", "Stop!", "stop\n", "回复TD", "退订，谢谢", "t"]
        {
            assert!(refuses(answer), "{answer}");
        }
        for answer in
            ["", "  ", "已报", "怎么退订", "我没有退订", "不要停", "T1", "收到", "STOP SENDING BILLS", "退订码abc"]
        {
            assert!(!refuses(answer), "{answer}");
        }
    }
}
