//! 脱敏 What is left of personal data for those who may not see all of it.

/// 电话号码 The first three and the last four digits of a mobile number (`139****0001`); of another
/// number all but its last four digits are hidden, signs and blanks stay.
pub fn masked_phone(phone: &str) -> String {
    const KEPT_AT_END: usize = 4;
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let kept_at_start = if digits == 11 && phone.starts_with('1') { 3 } else { 0 };
    let mut seen = 0;
    let mask = |sign: char| {
        if !sign.is_ascii_digit() {
            return sign;
        }
        seen += 1;
        let is_kept = seen <= kept_at_start || (digits > KEPT_AT_END && seen > digits - KEPT_AT_END);
        if is_kept { sign } else { '*' }
    };
    phone.chars().map(mask).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_is_hidden() {
        assert_eq!(masked_phone("13900000001"), "139****0001");
        assert_eq!(masked_phone("029-88881234"), "***-****1234");
        assert_eq!(masked_phone("139 0000 0001"), "139 **** 0001");
        assert_eq!(masked_phone("110"), "***");
        assert_eq!(masked_phone(""), "");
    }
}
