//! 提问的边界 What may be asked: something to read, and not a whole document.

use crate::QuestionError;

/// 最多字数 Characters that a question may have.
pub const MAX_QUESTION_CHARS: usize = 2_000;

/// The question without white space around it.
///
/// # Errors
/// [`QuestionError`] if nothing can be seen or if it is too long.
pub(crate) fn checked(question: &str) -> Result<&str, QuestionError> {
    let visible = |c: char| !c.is_whitespace() && !c.is_control() && !is_invisible(c);
    if !question.chars().any(visible) {
        return Err(QuestionError::Empty);
    }
    let length = question.chars().count();
    if length > MAX_QUESTION_CHARS {
        return Err(QuestionError::TooLong { length });
    }
    Ok(question.trim())
}

/// Zero-width and direction marks, which come with text copied from chats.
const fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}
