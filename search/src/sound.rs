//! 拼音 How names sound: syllables and initials, with the other readings of characters that have
//! several, because 重庆 is typed `chongqing` and 重型 `zhongxing`.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use pinyin::ToPinyinMulti;

/// Most readings of one character that are kept, the usual one first.
const MAX_READINGS: usize = 3;
/// 多音字 Characters that names use with more than one reading. Most others have rare readings, too, by which
/// nobody looks for them.
const POLYPHONES: &str = "重行长乐厦藏盛调都柏朝传单会角卷系校种仇区解曾翟堡泊缪尉车佛率省强降挑的";
/// Longest syllable, `zhuang`.
const MAX_SYLLABLE: usize = 6;
/// Most ways in which letters are taken apart into syllables.
const MAX_SPLITS: usize = 4;
/// Longest run of letters that is taken apart.
const MAX_LETTERS: usize = 64;

/// Unified ideographs.
const IDEOGRAPHS: std::ops::RangeInclusive<char> = '\u{4E00}'..='\u{9FFF}';

/// Every syllable that some character is read as.
static SYLLABLES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let characters = IDEOGRAPHS.filter_map(|character| character.to_pinyin_multi());
    characters.flatten().map(|one| typed(one.plain())).collect()
});

/// 字音 How a character is read.
#[derive(Clone, Default)]
struct Sounds {
    syllables: Vec<&'static str>,
    initials: Vec<char>,
}

/// The sounds of each unified ideograph, by its place in the block: every name that is indexed asks for them.
static SOUNDS: LazyLock<Vec<Sounds>> = LazyLock::new(|| IDEOGRAPHS.map(Sounds::of).collect());

/// Reads the tables now, so that no question waits for them.
pub fn load() {
    LazyLock::force(&SYLLABLES);
    LazyLock::force(&SOUNDS);
}

impl Sounds {
    fn of(character: char) -> Self {
        let most = if POLYPHONES.contains(character) { MAX_READINGS } else { 1 };
        let mut sounds = Self::default();
        for syllable in character.to_pinyin_multi().into_iter().flatten().map(|one| typed(one.plain())) {
            if sounds.syllables.len() < most && !sounds.syllables.contains(&syllable) {
                sounds.syllables.push(syllable);
                let initial = syllable.chars().next().filter(|initial| !sounds.initials.contains(initial));
                sounds.initials.extend(initial);
            }
        }
        if sounds.initials.is_empty() {
            sounds.initials.push(character);
        }
        sounds
    }
}

/// The sounds of an ideograph of the block.
fn known(character: char) -> Option<&'static Sounds> {
    let place = u32::from(character).checked_sub(u32::from(*IDEOGRAPHS.start()))?;
    SOUNDS.get(place as usize)
}

/// A syllable as it is typed: the keyboard has no ü.
fn typed(plain: &'static str) -> &'static str {
    match plain {
        "lü" => "lv",
        "nü" => "nv",
        "lüe" => "lve",
        "nüe" => "nve",
        other => other,
    }
}

/// 读音 The syllables of a character, without tone; none if it is no Chinese character.
pub fn readings(character: char) -> Cow<'static, [&'static str]> {
    match known(character) {
        Some(sounds) => Cow::Borrowed(&sounds.syllables),
        None if character.is_ascii() => Cow::Borrowed(&[]),
        None => Cow::Owned(Sounds::of(character).syllables),
    }
}

/// 首字母 The letters that a character may be abbreviated by; a letter or digit is its own.
pub fn initials(character: char) -> Cow<'static, [char]> {
    match known(character) {
        Some(sounds) => Cow::Borrowed(&sounds.initials),
        None => Cow::Owned(Sounds::of(character).initials),
    }
}

/// Ways to read Latin letters as syllables, the one with the longest syllables first: `xian` is
/// `xian` or `xi an`. None if a letter is left over.
pub fn splits(letters: &[char]) -> Vec<Vec<String>> {
    let mut splits = Vec::new();
    if letters.len() <= MAX_LETTERS && letters.iter().all(char::is_ascii_lowercase) {
        split(letters, &reach(letters), 0, &mut Vec::new(), &mut splits);
    }
    splits
}

/// From which places the rest of the letters can be read to the end.
fn reach(letters: &[char]) -> Vec<bool> {
    let mut ends = vec![false; letters.len() + 1];
    ends[letters.len()] = true;
    for from in (0..letters.len()).rev() {
        ends[from] = lengths(letters, from).any(|length| ends[from + length]);
    }
    ends
}

fn lengths(letters: &[char], from: usize) -> impl Iterator<Item = usize> {
    let longest = MAX_SYLLABLE.min(letters.len() - from);
    (1..=longest).rev().filter(move |length| is_syllable(&letters[from..from + length]))
}

/// 嗯 is read `ng`; without a vowel a syllable would be found within others.
fn is_syllable(letters: &[char]) -> bool {
    letters.iter().any(|letter| "aeiouv".contains(*letter))
        && SYLLABLES.contains(letters.iter().collect::<String>().as_str())
}

fn split(letters: &[char], ends: &[bool], from: usize, read: &mut Vec<String>, splits: &mut Vec<Vec<String>>) {
    if splits.len() == MAX_SPLITS {
        return;
    }
    if from == letters.len() {
        splits.push(read.clone());
        return;
    }
    for length in lengths(letters, from).filter(|length| ends[from + length]) {
        read.push(letters[from..from + length].iter().collect());
        split(letters, ends, from + length, read, splits);
        read.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split_text(text: &str) -> Vec<String> {
        let letters: Vec<char> = text.chars().collect();
        splits(&letters).iter().map(|split| split.join(" ")).collect()
    }

    #[test]
    fn letters_are_read_as_syllables() {
        assert_eq!(split_text("chengbang"), ["cheng bang"]);
        assert!(split_text("xian").contains(&"xian".to_owned()) && split_text("xian").contains(&"xi an".to_owned()));
        assert_eq!(split_text("lvye"), ["lv ye"]);
        for text in ["", "abc1", "cbsm", "xianz"] {
            assert!(split_text(text).iter().all(String::is_empty), "{text}: {:?}", split_text(text));
        }
        assert!(splits(&['a'; MAX_LETTERS]).len() <= MAX_SPLITS);
    }

    #[test]
    fn characters_have_all_their_usual_readings() {
        assert!(readings('重').contains(&"chong") && readings('重').contains(&"zhong"));
        assert_eq!([initials('诚'), initials('a'), initials('3')], [&['c'][..], &['a'], &['3']]);
        assert_eq!(readings('绿')[0], "lv");
    }
}
