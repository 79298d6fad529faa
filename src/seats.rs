//! 席位 How much a serving thread takes on at once: more is refused at once instead of waiting in vain.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// 席位 A clone is the same.
#[derive(Clone)]
pub struct Seats {
    taken: Arc<AtomicUsize>,
    most: usize,
}

impl Seats {
    /// So many seats.
    pub fn new(most: usize) -> Self {
        Self { taken: Arc::default(), most }
    }

    /// A seat until it is dropped, if one is free.
    pub fn take(&self) -> Option<Seat> {
        let seat = Seat(Arc::clone(&self.taken));
        let before = seat.0.fetch_add(1, Ordering::Relaxed);
        (before < self.most).then_some(seat)
    }
}

/// A seat.
pub struct Seat(Arc<AtomicUsize>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_is_free_again_when_it_is_left() {
        let seats = Seats::new(1);
        let seat = seats.take();
        assert!(seat.is_some() && seats.take().is_none());
        drop(seat);
        assert!(seats.take().is_some());
    }
}
