//! 造行 The threads that make blocks of rows, and the order in which the writer gets them.

use std::collections::VecDeque;
use std::sync::Arc;

use entities::vault::VaultError;
use tokio::sync::mpsc::{Receiver, channel};

use super::block::Block;
use super::identity::World;
use super::{GenerateError, credit, cross_region, notices, registry, reports};

/// Enterprises of one block: enough that a table's rows fill whole statements.
const BLOCK: u64 = 2_000;

/// Blocks that a thread may be ahead of the writer.
const AHEAD: usize = 1;

/// 造行线程 Threads that take turns: block after block comes from one after the other.
pub struct Makers {
    turns: VecDeque<Receiver<Result<Block, VaultError>>>,
    rest: u64,
}

impl Makers {
    /// Starts `threads` threads that make `enterprises` enterprises.
    pub fn start(world: World, enterprises: u64, threads: usize) -> Self {
        let world = Arc::new(world);
        let start = |thread: usize| {
            let (sender, receiver) = channel(AHEAD);
            let world = Arc::clone(&world);
            tokio::task::spawn_blocking(move || {
                let starts = (thread as u64 * BLOCK..enterprises).step_by(threads * BLOCK as usize);
                for start in starts {
                    // A writer that is gone needs no more blocks.
                    if sender.blocking_send(block(&world, start, enterprises)).is_err() {
                        break;
                    }
                }
            });
            receiver
        };
        Self { turns: (0..threads).map(start).collect(), rest: enterprises.div_ceil(BLOCK) }
    }

    /// The next block, `None` after the last one.
    ///
    /// # Errors
    /// The thread whose turn it is ended early, or could not seal.
    pub async fn next(&mut self) -> Result<Option<Block>, GenerateError> {
        if self.rest == 0 {
            return Ok(None);
        }
        self.rest -= 1;
        let mut turn = self.turns.pop_front().ok_or(GenerateError::Interrupted)?;
        let block = turn.recv().await.ok_or(GenerateError::Interrupted)??;
        self.turns.push_back(turn);
        Ok(Some(block))
    }
}

fn block(world: &World, start: u64, enterprises: u64) -> Result<Block, VaultError> {
    let mut block = Block::default();
    for index in start..enterprises.min(start + BLOCK) {
        let mut dice = world.records(index);
        let subject = registry::register(world, index, &mut dice, &mut block)?;
        credit::write(&subject, &mut dice, &mut block);
        reports::write(&subject, &mut dice, &mut block)?;
        cross_region::write(&subject, &mut world.cross_region(index), &mut block);
        notices::write(&subject, &mut world.notices(index), &mut block);
    }
    Ok(block)
}
