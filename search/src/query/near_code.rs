//! 代码纠错 Codes that were meant by one that cannot be: the check character of a unified social
//! credit code (GB 32100-2015) tells that one character is wrong, missing, one too many or swapped
//! with the next, and leaves one candidate for each place.

use std::collections::BTreeSet;

use rules::uscc;

/// Characters of a whole code.
const LENGTH: usize = 18;
/// 代码字符集 The characters of the standard: digits and capitals without I, O, S, V, Z.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The codes that are one mistake away from these letters; none if they are a correct code, or too
/// far from one.
pub fn candidates(letters: &[char]) -> Vec<String> {
    let typed: Vec<char> = letters.iter().map(char::to_ascii_uppercase).collect();
    let found: BTreeSet<String> = match typed.len() {
        LENGTH if is_right(&typed) => BTreeSet::new(),
        LENGTH => replaced(&typed).chain(swapped(&typed)).collect(),
        17 => inserted(&typed).collect(),
        19 => removed(&typed).collect(),
        _ => BTreeSet::new(),
    };
    found.into_iter().map(|code| code.to_ascii_lowercase()).collect()
}

fn is_right(code: &[char]) -> bool {
    right(code.to_vec()).is_some()
}

fn right(code: Vec<char>) -> Option<String> {
    let text: String = code.into_iter().collect();
    let (body, check) = text.split_at_checked(LENGTH - 1)?;
    let body: &[u8; 17] = body.as_bytes().try_into().ok()?;
    let expected = char::from(uscc::check_character(body)?);
    check.chars().eq([expected]).then_some(text)
}

fn replaced(typed: &[char]) -> impl Iterator<Item = String> {
    (0..LENGTH).flat_map(move |place| {
        ALPHABET.chars().filter_map(move |letter| {
            let mut code = typed.to_vec();
            code[place] = letter;
            right(code)
        })
    })
}

fn swapped(typed: &[char]) -> impl Iterator<Item = String> {
    (1..LENGTH).filter_map(move |place| {
        let mut code = typed.to_vec();
        code.swap(place - 1, place);
        right(code)
    })
}

fn inserted(typed: &[char]) -> impl Iterator<Item = String> {
    (0..LENGTH).flat_map(move |place| {
        ALPHABET.chars().filter_map(move |letter| {
            let mut code = typed.to_vec();
            code.insert(place, letter);
            right(code)
        })
    })
}

fn removed(typed: &[char]) -> impl Iterator<Item = String> {
    (0..=LENGTH).filter_map(move |place| {
        let mut code = typed.to_vec();
        code.remove(place);
        right(code)
    })
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
            wrong[place] = ALPHABET.chars().nth(other).expect("31 characters");
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
    fn other_lengths_have_none() {
        for text in ["", "9161", &"9".repeat(20), "９１６１０１１２ＭＡ６ＴＸＹＺＡ"] {
            assert!(candidates(&text.chars().collect::<Vec<_>>()).is_empty(), "{text}");
        }
    }
}
