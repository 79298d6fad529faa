//! 熔断器 Leaves a peer alone that does not answer: after a few failures in a row nobody waits for it for a while,
//! then one request tries, and its outcome opens the way or closes it again, for twice as long.
//!
//! A state machine with the time as argument. The crates for it (`failsafe`, `recloser`, `tower-resilience`) read the
//! machine's clock themselves, so that tests would have to sleep.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// Rests grow no longer than this many times the first one.
const LONGEST: i32 = 8;

/// 状态 Whether requests go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 闭合 They do; so many in a row have failed.
    Closed {
        /// In a row.
        failures: u32,
    },
    /// 断开 They do not, until the rest is over.
    Open {
        /// Since when.
        since: DateTime<Utc>,
        /// How long.
        rest: TimeDelta,
    },
    /// 试探 One has been let through to try.
    Trying {
        /// Since when.
        since: DateTime<Utc>,
        /// How long the rest before it was.
        rest: TimeDelta,
    },
}

/// 断开中 The peer is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the peer is left alone for {} s", .0.num_seconds())]
pub struct Resting(pub TimeDelta);

/// 设置 When it opens, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Failures in a row that open it.
    pub failures: u32,
    /// The first rest.
    pub rest: TimeDelta,
}

/// One step: whether a request may go, and the state afterwards.
///
/// # Errors
/// How long the peer is still left alone.
pub fn asked(state: State, now: DateTime<Utc>) -> Result<State, Resting> {
    match state {
        State::Closed { .. } => Ok(state),
        // Whoever tried and never came back, because its request was given up, stands in nobody's way for long.
        State::Open { since, rest } | State::Trying { since, rest } => match left(since, rest, now) {
            Some(left) => Err(Resting(left)),
            None => Ok(State::Trying { since: now, rest }),
        },
    }
}

/// What is left of a rest. A request that began before it waits for all of it; a clock that was set back further than
/// that ends it.
fn left(since: DateTime<Utc>, rest: TimeDelta, now: DateTime<Utc>) -> Option<TimeDelta> {
    let past = now - since;
    (-rest <= past && past < rest).then(|| rest - past.max(TimeDelta::zero()))
}

/// One step: the state after an outcome.
pub fn told(state: State, rule: Rule, is_fine: bool, now: DateTime<Utc>) -> State {
    if is_fine {
        return State::Closed { failures: 0 };
    }
    match state {
        State::Closed { failures } if failures + 1 < rule.failures => State::Closed { failures: failures + 1 },
        State::Closed { .. } => State::Open { since: now, rest: rule.rest },
        State::Trying { rest, .. } => State::Open { since: now, rest: (rest * 2).min(rule.rest * LONGEST) },
        // It was asked before it opened.
        State::Open { .. } => state,
    }
}

/// 熔断器 The state of one peer, shared by all threads.
#[derive(Debug)]
pub struct Breaker {
    rule: Rule,
    state: Mutex<State>,
}

impl Breaker {
    /// Closed.
    pub const fn new(rule: Rule) -> Self {
        Self { rule, state: Mutex::new(State::Closed { failures: 0 }) }
    }

    /// Whether a request may go; its outcome is to be told.
    ///
    /// # Errors
    /// How long the peer is still left alone.
    pub fn ask(&self, now: DateTime<Utc>) -> Result<(), Resting> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = asked(*state, now)?;
        Ok(())
    }

    /// The outcome of a request that was let through.
    pub fn tell(&self, is_fine: bool, now: DateTime<Utc>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = told(*state, self.rule, is_fine, now);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RULE: Rule = Rule { failures: 3, rest: TimeDelta::seconds(30) };

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000 + seconds, 0).expect("an instant")
    }

    #[test]
    fn it_opens_after_failures_in_a_row_and_tries_again_after_a_rest() {
        let breaker = Breaker::new(RULE);
        for _ in 0..2 {
            breaker.ask(at(0)).expect("closed");
            breaker.tell(false, at(0));
        }
        breaker.ask(at(1)).expect("still closed");
        breaker.tell(true, at(1));
        for second in 2..5 {
            breaker.ask(at(second)).expect("counted anew");
            breaker.tell(false, at(second));
        }
        assert_eq!(breaker.ask(at(5)), Err(Resting(TimeDelta::seconds(29))));
        breaker.ask(at(34)).expect("one tries");
        assert!(breaker.ask(at(34)).is_err(), "one only");
        breaker.tell(false, at(35));
        assert_eq!(breaker.ask(at(65)), Err(Resting(TimeDelta::seconds(30))), "twice as long");
        breaker.ask(at(95)).expect("one tries");
        breaker.tell(true, at(96));
        breaker.ask(at(96)).expect("closed");
    }

    #[test]
    fn a_request_that_began_before_the_rest_waits_for_it() {
        let open = State::Open { since: at(10), rest: RULE.rest };
        assert_eq!(asked(open, at(8)), Err(Resting(RULE.rest)));
        let trying = State::Trying { since: at(-21), rest: RULE.rest };
        assert_eq!(asked(open, at(-21)), Ok(trying), "the clock was set back");
    }

    proptest! {
        /// Whatever happens: after a success everything goes through, it never opens before the failures of the
        /// rule, and no rest is longer than eight times the first.
        #[test]
        fn it_is_never_stuck(steps in prop::collection::vec((0_i64..120, any::<bool>(), any::<bool>()), 1..60)) {
            let breaker = Breaker::new(RULE);
            let (mut now, mut row) = (0, 0);
            for (pause, is_told, is_fine) in steps {
                now += pause;
                match breaker.ask(at(now)) {
                    Err(Resting(left)) => {
                        prop_assert!(row >= RULE.failures);
                        prop_assert!(left > TimeDelta::zero() && left <= RULE.rest * LONGEST);
                    }
                    // A request that is given up tells nothing.
                    Ok(()) if !is_told => {}
                    Ok(()) => {
                        breaker.tell(is_fine, at(now));
                        row = if is_fine { 0 } else { row + 1 };
                        prop_assert_eq!(is_fine && breaker.ask(at(now)).is_err(), false);
                    }
                }
            }
            prop_assert!(breaker.ask(at(now) + RULE.rest * LONGEST).is_ok());
        }
    }
}
