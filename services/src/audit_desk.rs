//! 审计登记 Records calls that write nothing themselves, many in one transaction: whoever calls waits
//! until the trace is kept, and shares the wait with those who call at the same time.

use entities::bulk::Session;
use entities::{Database, DatabaseError};
use tokio::sync::{mpsc, oneshot};

use crate::audit::{self, Event};

/// Events of one transaction at most.
const TOGETHER: usize = 500;
/// Events that may wait.
const WAITING: usize = 10_000;

type Waiting = (Event, oneshot::Sender<bool>);

/// 审计登记 A clone is the same desk.
#[derive(Clone)]
pub struct AuditDesk(mpsc::Sender<Waiting>);

impl AuditDesk {
    /// The desk, and the work that has to run as long as there is anybody who calls.
    pub fn open(db: Database) -> (Self, impl Future<Output = ()> + Send) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (Self(sender), keep(db, receiver))
    }

    /// Records an event; `false` if it could not be kept, and then what it tells of must not go on.
    pub async fn record(&self, event: Event) -> bool {
        let (sender, receiver) = oneshot::channel();
        self.0.send((event, sender)).await.is_ok() && receiver.await.unwrap_or(false)
    }
}

async fn keep(db: Database, mut receiver: mpsc::Receiver<Waiting>) {
    let mut waiting = Vec::new();
    while receiver.recv_many(&mut waiting, TOGETHER).await > 0 {
        let (events, senders): (Vec<Event>, Vec<_>) = waiting.drain(..).unzip();
        let kept = write(&db, &events).await;
        if let Err(error) = &kept {
            tracing::error!(error = ?error, "calls could not be recorded");
        }
        for sender in senders {
            // A caller that has gone needs no answer.
            let _ = sender.send(kept.is_ok());
        }
    }
}

async fn write(db: &Database, events: &[Event]) -> Result<(), DatabaseError> {
    let mut session = Session::begin(db).await?;
    audit::append(&mut session, events).await?;
    session.commit().await
}
