//! 代码纠错 Codes that were meant by one that cannot be: the check character of a unified social
//! credit code (GB 32100-2015), and that of the registration number before it (MOD 11,10), tells that one
//! character is wrong, missing, one too many or swapped with the next, and leaves one candidate for each place.

use std::collections::BTreeSet;

use rules::uscc::{self, registration_number};

/// 编号规则 What codes of a kind look like.
struct Rule {
    /// Characters of a whole code.
    length: usize,
    /// 代码字符集
    alphabet: &'static str,
    /// Whether the check character is right.
    is_right: fn(&str) -> bool,
}

/// 统一社会信用代码 Digits and capitals without I, O, S, V, Z.
const USCC: Rule = Rule { length: 18, alphabet: "0123456789ABCDEFGHJKLMNPQRTUWXY", is_right: is_uscc };

/// 注册号
const NUMBER: Rule =
    Rule { length: registration_number::LENGTH, alphabet: "0123456789", is_right: registration_number::is_valid };

fn is_uscc(code: &str) -> bool {
    let Some((body, check)) = code.split_at_checked(USCC.length - 1) else { return false };
    let Ok(body) = <&[u8; 17]>::try_from(body.as_bytes()) else { return false };
    uscc::check_character(body).is_some_and(|expected| check.chars().eq([char::from(expected)]))
}

/// The codes that are one mistake away from these letters; none if they are a correct code, or too
/// far from one.
pub fn candidates(letters: &[char]) -> Vec<String> {
    let typed: Vec<char> = letters.iter().map(char::to_ascii_uppercase).collect();
    USCC.candidates(&typed).into_iter().map(|code| code.to_ascii_lowercase()).collect()
}

/// The registration numbers that are one mistake away from these digits.
pub fn numbers(digits: &[char]) -> Vec<String> {
    NUMBER.candidates(digits).into_iter().collect()
}

impl Rule {
    fn candidates(&self, typed: &[char]) -> BTreeSet<String> {
        match typed.len() {
            length if length == self.length && self.right(typed.to_vec()).is_some() => BTreeSet::new(),
            length if length == self.length => self.replaced(typed).chain(self.swapped(typed)).collect(),
            length if length + 1 == self.length => self.inserted(typed).collect(),
            length if length == self.length + 1 => self.removed(typed).collect(),
            _ => BTreeSet::new(),
        }
    }

    fn right(&self, code: Vec<char>) -> Option<String> {
        let text: String = code.into_iter().collect();
        (self.is_right)(&text).then_some(text)
    }

    fn replaced(&self, typed: &[char]) -> impl Iterator<Item = String> {
        (0..self.length).flat_map(move |place| {
            self.alphabet.chars().filter_map(move |letter| {
                let mut code = typed.to_vec();
                code[place] = letter;
                self.right(code)
            })
        })
    }

    fn swapped(&self, typed: &[char]) -> impl Iterator<Item = String> {
        (1..self.length).filter_map(move |place| {
            let mut code = typed.to_vec();
            code.swap(place - 1, place);
            self.right(code)
        })
    }

    fn inserted(&self, typed: &[char]) -> impl Iterator<Item = String> {
        (0..self.length).flat_map(move |place| {
            self.alphabet.chars().filter_map(move |letter| {
                let mut code = typed.to_vec();
                code.insert(place, letter);
                self.right(code)
            })
        })
    }

    fn removed(&self, typed: &[char]) -> impl Iterator<Item = String> {
        (0..=self.length).filter_map(move |place| {
            let mut code = typed.to_vec();
            code.remove(place);
            self.right(code)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(body: &str) -> String {
        let bytes: &[u8; 17] = body.as_bytes().try_into().expect("17 characters");
        format!("{body}{}", char::from(uscc::check_character(bytes).expect("a check character")))
    }

    proptest! {
        #[test]
        fn one_mistake_is_mended(body in "91610[0-9]{3}[0-9ABCDEFGHJKLMNPQRTUWXY]{9}", place in 0_usize..18, other in 0_usize..31) {
            let right = code(&body);
            let typed: Vec<char> = right.chars().collect();
            let mut wrong = typed.clone();
            wrong[place] = USCC.alphabet.chars().nth(other).expect("31 characters");
            let mut missing = typed.clone();
            missing.remove(place);
            let mut doubled = typed.clone();
            doubled.insert(place, typed[place]);
            let mut swapped = typed.clone();
            swapped.swap(place.max(1) - 1, place.max(1));
            for mistaken in [wrong, missing, doubled, swapped] {
                let found = candidates(&mistaken);
                prop_assert!(mistaken == typed || found.contains(&right.to_ascii_lowercase()), "{mistaken:?}");
                prop_assert!(found.len() <= 60);
            }
        }
    }

    #[test]
    fn one_mistake_in_a_registration_number_is_mended() {
        let right = registration_number::completed("61010010000123").expect("a number");
        for mistaken in [
            right.replacen('2', "7", 1),
            right.replacen('3', "", 1),
            right.replacen("12", "21", 1),
            right.replacen('1', "11", 1),
        ] {
            let found = numbers(&mistaken.chars().collect::<Vec<_>>());
            // MOD 11,10 does not catch every two digits that change places.
            let is_caught = !registration_number::is_valid(&mistaken);
            assert_eq!(found.contains(&right), is_caught, "{mistaken}: {found:?}");
            assert!(found.len() <= 30, "{found:?}");
        }
        assert!(numbers(&right.chars().collect::<Vec<_>>()).is_empty());
    }

    #[test]
    fn other_lengths_have_none() {
        for text in ["", "9161", &"9".repeat(20), "９１６１０１１２ＭＡ６ＴＸＹＺＡ"] {
            assert!(candidates(&text.chars().collect::<Vec<_>>()).is_empty(), "{text}");
        }
    }
}
