//! 随机数 The random numbers of training and evaluation, the same on every machine for one seed.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// 随机数 A stream of random numbers.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A place in a list of this length; 0 in an empty one.
    pub fn below(&mut self, length: usize) -> usize {
        if length == 0 { 0 } else { self.0.random_range(0..length) }
    }

    /// Whether something happens that happens so often in a hundred.
    pub fn percent(&mut self, n: usize) -> bool {
        self.below(100) < n
    }

    /// A number of the interval from -1 to 1.
    pub fn symmetric(&mut self) -> f32 {
        self.0.random_range(-1.0_f32..1.0)
    }

    /// Brings a list into another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}
