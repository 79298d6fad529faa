//! 代码 Unified social credit codes (GB 32100-2015) that are distinct by construction.
//!
//! A run takes consecutive places of one fixed shuffled order of organisation codes, beginning at a
//! place given by the seed. Two seeds meet only if their stretches overlap, and no code meets those
//! of the register's practice: real ones begin with digits, `MA` or `MB`. Companies of other provinces that
//! stand in no register here begin with `N`.

use chrono::NaiveDate;
use rules::uscc::{Uscc, registration_number};
use rules::vocabulary::EnterpriseKind;

/// Characters of a code by value (GB 32100-2015, 4.2.1).
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Second characters after `M`: letters that are not in use.
const SECOND: &[u8; 19] = b"CDEFGHJKLMNPQRTUWXY";

/// Characters after the first two.
const FREE: u32 = 6;

/// 容量 Organisation codes of the order, and so the most enterprises of one run.
pub const CAPACITY: u64 = SECOND.len() as u64 * 31_u64.pow(FREE);

/// Half of the smallest even number of bits that holds the capacity.
const HALF: u32 = 17;

/// 三证合一 From this day on enterprises are registered under a unified code (国办发〔2015〕50号).
const UNIFIED: NaiveDate = NaiveDate::from_ymd_opt(2015, 10, 1).expect("a day");

/// 两证整合 The same for individual households (工商个字〔2016〕167号).
const UNIFIED_FOR_HOUSEHOLDS: NaiveDate = NaiveDate::from_ymd_opt(2016, 12, 1).expect("a day");

/// 代码段 The stretch of codes of one seed.
pub struct Codes {
    first: u64,
}

impl Codes {
    /// The stretch of a seed.
    pub fn new(seed: u64) -> Self {
        Self { first: mixed(seed) % CAPACITY }
    }

    /// The code of the enterprise at `index`, issued by an authority of `region`.
    /// `None` past the capacity or if the region has not six digits.
    pub fn at(&self, index: u64, kind: EnterpriseKind, region: u32) -> Option<Uscc> {
        self.code(index, b'M', kind, region)
    }

    /// The code of a company that is not in the register; no enterprise of a run ever has it.
    pub fn stranger(&self, index: u64, region: u32) -> Option<Uscc> {
        self.code(index, b'N', EnterpriseKind::LimitedCompany, region)
    }

    /// 注册号 What the enterprise at `index` was registered under if it is older than the unified code: authority,
    /// kind and number (GS 15-2006), distinct for ten million enterprises.
    pub fn registration_number(
        &self,
        index: u64,
        kind: EnterpriseKind,
        region: u32,
        established_on: NaiveDate,
    ) -> Option<String> {
        const NUMBERS: u64 = 10_000_000;
        let (digit, unified) = match kind {
            EnterpriseKind::IndividualHousehold => (6, UNIFIED_FOR_HOUSEHOLDS),
            EnterpriseKind::ForeignInvested | EnterpriseKind::RepresentativeOffice => (4, UNIFIED),
            _ => (1, UNIFIED),
        };
        let number = ((self.first + index) % NUMBERS) * 7_654_321 % NUMBERS;
        (established_on < unified)
            .then(|| registration_number::completed(&format!("{region:06}{digit}{number:07}")))
            .flatten()
    }

    fn code(&self, index: u64, letter: u8, kind: EnterpriseKind, region: u32) -> Option<Uscc> {
        if index >= CAPACITY {
            return None;
        }
        let organisation = organisation(letter, shuffled((self.first + index) % CAPACITY));
        let text = std::str::from_utf8(&organisation).ok()?;
        Uscc::from_prefix(&format!("9{}{region:06}{text}", category(kind))).ok()
    }
}

/// 机构类别 Category under the department 9 市场监管 (GB 32100-2015, table 1).
const fn category(kind: EnterpriseKind) -> char {
    match kind {
        EnterpriseKind::IndividualHousehold => '2',
        EnterpriseKind::FarmersCooperative => '3',
        _ => '1',
    }
}

/// 主体标识码 The nine characters of GB 11714: eight and their check character.
fn organisation(letter: u8, mut number: u64) -> [u8; 9] {
    let mut code = [letter; 9];
    for place in (2..8).rev() {
        code[place] = ALPHABET[(number % 31) as usize];
        number /= 31;
    }
    code[1] = SECOND[number as usize % SECOND.len()];
    code[8] = organisation_check(&code);
    code
}

/// Check character of GB 11714-1997: values 0 to 35 (digits, then letters), modulus 11.
fn organisation_check(code: &[u8; 9]) -> u8 {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let value = |byte: u8| u32::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' + 10 });
    let sum: u32 = code.iter().zip(WEIGHTS).map(|(byte, weight)| value(*byte) * weight).sum();
    match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + digit as u8,
    }
}

/// A fixed bijection of `0..CAPACITY`: a Feistel network over the next power of four, repeated
/// until the number falls into the range again.
fn shuffled(number: u64) -> u64 {
    let mut number = number;
    loop {
        number = feistel(number);
        if number < CAPACITY {
            return number;
        }
    }
}

fn feistel(number: u64) -> u64 {
    const MASK: u64 = (1 << HALF) - 1;
    let (mut left, mut right) = (number >> HALF, number & MASK);
    for round in 0..4 {
        (left, right) = (right, left ^ (mixed(right << 3 | round) & MASK));
    }
    left << HALF | right
}

/// SplitMix64's finishing steps.
const fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_distinct_and_seeds_do_not_meet() {
        let mut seen = HashSet::new();
        for seed in 0..5 {
            let codes = Codes::new(seed);
            for index in 0..20_000 {
                for code in [codes.at(index, EnterpriseKind::LimitedCompany, 610113), codes.stranger(index, 410105)] {
                    let code = code.expect("a code");
                    assert!(seen.insert(code), "{code} twice");
                }
            }
        }
    }

    #[test]
    fn codes_say_who_issued_them_to_whom() {
        let codes = Codes::new(1);
        let code = |kind| codes.at(0, kind, 610113).expect("a code");
        for (kind, prefix) in [
            (EnterpriseKind::Branch, "91610113M"),
            (EnterpriseKind::IndividualHousehold, "92610113M"),
            (EnterpriseKind::FarmersCooperative, "93610113M"),
        ] {
            assert!(code(kind).as_str().starts_with(prefix));
            assert_eq!(code(kind).region(), 610113);
        }
    }

    #[test]
    fn enterprises_older_than_the_unified_code_have_a_number_of_their_own() {
        let (codes, mut seen) = (Codes::new(1), HashSet::new());
        let number = |index, day| codes.registration_number(index, EnterpriseKind::LimitedCompany, 610_113, day);
        for index in 0..20_000 {
            let number = number(index, UNIFIED.pred_opt().expect("a day")).expect("a number");
            assert!(registration_number::is_valid(&number) && number.starts_with("6101131") && seen.insert(number));
        }
        assert_eq!(number(0, UNIFIED), None);
    }

    #[test]
    fn organisation_codes_carry_their_check_character() {
        // A published example of GB 11714: D2143569-X.
        assert_eq!(organisation_check(b"D2143569?"), b'X');
        assert_eq!(organisation_check(b"00000000?"), b'0');
    }

    #[test]
    fn past_the_capacity_there_are_no_codes() {
        assert!(Codes::new(1).at(CAPACITY - 1, EnterpriseKind::Branch, 610113).is_some());
        assert!(Codes::new(1).at(CAPACITY, EnterpriseKind::Branch, 610113).is_none());
    }

    #[test]
    fn the_shuffle_fits_its_range() {
        const { assert!(CAPACITY <= 1 << (2 * HALF) && CAPACITY * 4 > 1 << (2 * HALF)) };
    }
}
