//! 摘要 A 64-bit digest of a row's values, by which a later run sees whether the dump still says
//! the same: FNV-1a, which is short, has no keys and never changes between versions.

const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// No byte of UTF-8, so that two values never run into each other.
const END_OF_VALUE: u8 = 0xff;

/// The digest of the values so far.
#[derive(Clone, Copy, Debug)]
pub struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(OFFSET_BASIS)
    }
}

impl Digest {
    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(PRIME);
    }

    /// Takes a text.
    pub fn text(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.byte(byte));
        self.byte(END_OF_VALUE);
    }

    /// Takes a whole number.
    pub fn number(&mut self, number: i64) {
        number.to_le_bytes().into_iter().for_each(|byte| self.byte(byte));
        self.byte(END_OF_VALUE);
    }

    /// Takes the absence of a value.
    pub fn nothing(&mut self) {
        self.byte(END_OF_VALUE);
        self.byte(END_OF_VALUE);
    }

    /// The digest as the database stores it.
    pub const fn get(self) -> i64 {
        self.0.cast_signed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(take: impl FnOnce(&mut Digest)) -> i64 {
        let mut digest = Digest::default();
        take(&mut digest);
        digest.get()
    }

    #[test]
    fn is_the_published_function() {
        let mut digest = Digest::default();
        b"foobar".iter().for_each(|byte| digest.byte(*byte));
        assert_eq!(digest.0, 0x8594_4171_f739_67e8);
    }

    #[test]
    fn tells_values_and_their_order_apart() {
        let digests = [
            of(|d| (d.text("甲"), d.text("乙")).1),
            of(|d| (d.text("乙"), d.text("甲")).1),
            of(|d| (d.text("甲乙"), d.text("")).1),
            of(|d| (d.text("甲乙"), d.nothing()).1),
            of(|d| d.text("甲乙")),
            of(|d| d.number(0)),
            of(|d| d.nothing()),
        ];
        for (at, one) in digests.iter().enumerate() {
            assert!(!digests[at + 1..].contains(one), "digest {at} comes twice");
        }
    }
}
