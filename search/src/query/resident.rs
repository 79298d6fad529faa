//! 地名加姓名 Questions that are nothing but places and one name, in either order, with gaps or
//! without: `西安马红梅`, `马红梅 西安市雁塔区`. The letters tell, not the words: the dictionary
//! cuts across the edge between the two, and some given names are places themselves.

use crate::words;

/// Longest part of a Chinese person's name.
pub const MAX_NAME: usize = 4;
/// Shortest name of a person.
const MIN_NAME: usize = 2;
/// Longest name of a region, 双江拉祜族佤族布朗族傣族自治县 and one more.
const MAX_PLACE: usize = 16;
/// Longest question that is taken apart like this.
const MAX_LETTERS: usize = 32;

/// 复姓 Surnames of two characters, without those that are brands more often (东方).
const COMPOUND_SURNAMES: [[char; 2]; 12] = [
    ['欧', '阳'],
    ['司', '马'],
    ['上', '官'],
    ['诸', '葛'],
    ['皇', '甫'],
    ['尉', '迟'],
    ['公', '孙'],
    ['令', '狐'],
    ['慕', '容'],
    ['夏', '侯'],
    ['司', '徒'],
    ['呼', '延'],
];

/// A name, and the places beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resident<'a> {
    pub name: &'a [char],
    pub places: Vec<&'a [char]>,
}

impl Resident<'_> {
    /// Whether it rather is a person's name than brand and trade of an enterprise.
    pub fn is_person(&self) -> bool {
        self.name.len() < MAX_NAME || COMPOUND_SURNAMES.iter().any(|surname| self.name.starts_with(surname))
    }
}

/// Every way in which letters are places and one name; none if there is no place.
pub fn residents(letters: &[char]) -> Vec<Resident<'_>> {
    let mut residents = Vec::new();
    if letters.len() > MAX_LETTERS {
        return residents;
    }
    for before in walks(letters) {
        for length in MIN_NAME..=MAX_NAME {
            residents.extend(letters[before.end..].split_at_checked(length).and_then(|(name, rest)| {
                let after = walks(rest).into_iter().find(|walk| walk.end == rest.len())?;
                let places = [before.places.as_slice(), &after.places].concat();
                (!places.is_empty()).then_some(Resident { name, places })
            }));
        }
    }
    residents
}

/// Where the places that letters begin with may end, the beginning itself left out.
pub fn place_ends(letters: &[char]) -> impl Iterator<Item = usize> {
    walks(letters).into_iter().map(|walk| walk.end).filter(|end| *end > 0)
}

/// Places one after the other, and where the last one ends.
#[derive(Clone)]
struct Walk<'a> {
    places: Vec<&'a [char]>,
    end: usize,
}

/// The places that letters begin with: one walk to each end that can be reached.
fn walks(letters: &[char]) -> Vec<Walk<'_>> {
    let mut walks = vec![Walk { places: Vec::new(), end: 0 }];
    let mut next = 0;
    while let Some(walk) = walks.get(next).cloned() {
        next += 1;
        for place in places(&letters[walk.end..]) {
            let end = walk.end + place.len();
            if walks.iter().all(|known| known.end != end) {
                walks.push(Walk { places: [walk.places.as_slice(), &[place]].concat(), end });
            }
        }
    }
    walks
}

/// The places that letters begin with, the shorter first: `西安`, `西安市`.
fn places(letters: &[char]) -> impl Iterator<Item = &[char]> {
    let mut text = String::with_capacity(MAX_PLACE * 3);
    let beginnings = (1..=MAX_PLACE).map_while(|length| letters.get(..length));
    beginnings.filter(move |beginning| {
        text.extend(beginning.last());
        words::is_region(&text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken_apart(text: &str) -> Vec<String> {
        let letters: Vec<char> = text.chars().collect();
        let show = |resident: &Resident<'_>| {
            let parts = [resident.name].into_iter().chain(resident.places.iter().copied());
            parts.map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("|")
        };
        residents(&letters).iter().map(show).collect()
    }

    #[test]
    fn names_are_found_before_and_after_places() {
        for (text, expected) in [
            ("西安马红梅", "马红梅|西安"),
            ("马红梅西安", "马红梅|西安"),
            ("杨建平咸阳", "杨建平|咸阳"),
            ("陕西省西安市雁塔区欧阳建平", "欧阳建平|陕西省|西安市|雁塔区"),
            ("西安王娜雁塔", "王娜|西安|雁塔"),
        ] {
            assert!(taken_apart(text).contains(&expected.to_owned()), "{text}: {:?}", taken_apart(text));
        }
    }

    #[test]
    fn other_questions_are_none() {
        for text in ["", "马", "马红梅", "西安", "西安马", "西安诚邦商贸有限公司", &"西安".repeat(100)]
        {
            assert_eq!(taken_apart(text), [""; 0], "{text}");
        }
    }
}
