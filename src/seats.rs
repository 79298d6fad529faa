//! 席位 How much a serving thread takes on at once: more is refused at once instead of waiting in vain.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use services::crowd::{Crowd, Member};

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

/// 流 Connections that stay open to be told things: so many in all, and so many of one address.
#[derive(Clone)]
pub struct Streams {
    all: Seats,
    sources: Crowd,
    most: usize,
}

impl Streams {
    /// So many in all, and so many of one address.
    pub fn new(all: usize, of_source: usize) -> Self {
        Self { all: Seats::new(all), sources: Crowd::default(), most: of_source }
    }

    /// A place until it is dropped, if one is free.
    pub fn take(&self, source: &str) -> Option<Stream> {
        let seat = self.all.take()?;
        self.sources.join(source, self.most).map(|member| Stream { _seat: seat, _member: member })
    }
}

/// A place of a stream.
pub struct Stream {
    _seat: Seat,
    _member: Member,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_bounded_in_all_and_by_address() {
        let (streams, one, other) = (Streams::new(3, 2), "192.0.2.1", "192.0.2.2");
        let (first, second) = (streams.take(one), streams.take(one));
        assert!(first.is_some() && second.is_some() && streams.take(one).is_none());
        let third = streams.take(other);
        assert!(third.is_some() && streams.take(other).is_none());
        drop((first, second, third));
        assert!(streams.take(one).is_some());
    }

    #[test]
    fn a_seat_is_free_again_when_it_is_left() {
        let seats = Seats::new(1);
        let seat = seats.take();
        assert!(seat.is_some() && seats.take().is_none());
        drop(seat);
        assert!(seats.take().is_some());
    }
}
