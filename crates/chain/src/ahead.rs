//! Scripts derived ahead, on a thread of their own.
//!
//! Deriving a script costs about as much as a request to a local server (one elliptic curve
//! addition per step, BIP-0032), so the two are done side by side.

use std::task::{Context, Poll};

use bitcoin::ScriptBuf;
use tokio::sync::mpsc;

/// Scripts that wait at most. More would be derived in vain at the end of a side.
const WAITING: usize = 64;

/// What comes next on a side.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Derived {
    /// A script and its index.
    Script(u32, ScriptBuf),
    /// There are no more.
    End,
    /// The iterator broke off. That must not be mistaken for its end.
    Broken,
}

/// An iterator of scripts that runs ahead. Its thread ends when this is dropped.
pub(crate) struct Ahead {
    scripts: mpsc::Receiver<Derived>,
}

impl Ahead {
    /// Starts to derive. Has to be called inside of a runtime.
    pub(crate) fn start(scripts: Box<dyn Iterator<Item = (u32, ScriptBuf)> + Send>) -> Self {
        let (send, receive) = mpsc::channel(WAITING);
        tokio::task::spawn_blocking(move || {
            for (index, script) in scripts {
                if send.blocking_send(Derived::Script(index, script)).is_err() {
                    return;
                }
            }
            // Nobody waiting for the end is no failure.
            let _ = send.blocking_send(Derived::End);
        });
        Self { scripts: receive }
    }

    /// Returns the next script once it is there.
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Derived> {
        self.scripts
            .poll_recv(cx)
            .map(|next| next.unwrap_or(Derived::Broken))
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::fake::script;

    async fn next(ahead: &mut Ahead) -> Derived {
        poll_fn(|cx| ahead.poll_next(cx)).await
    }

    #[tokio::test]
    async fn scripts_come_in_order_and_then_the_end() {
        let mut ahead = Ahead::start(Box::new((5..8).map(|i| (i, script(i)))));
        for i in 5..8 {
            assert_eq!(next(&mut ahead).await, Derived::Script(i, script(i)));
        }
        assert_eq!(next(&mut ahead).await, Derived::End);
    }

    #[tokio::test]
    async fn an_iterator_that_breaks_off_is_no_end() {
        let mut ahead = Ahead::start(Box::new((0..).map(|i| {
            assert!(i < 2, "this panic is part of the test");
            (i, script(i))
        })));
        next(&mut ahead).await;
        next(&mut ahead).await;
        assert_eq!(next(&mut ahead).await, Derived::Broken);
    }

    #[tokio::test]
    async fn an_endless_iterator_waits_for_its_reader() {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let mut ahead = Ahead::start(Box::new((0..).map(|i| {
            MADE.store(i + 1, Ordering::SeqCst);
            (i, script(i))
        })));
        for taken in 1..=200 {
            next(&mut ahead).await;
            let made = MADE.load(Ordering::SeqCst) as usize;
            // Those that wait, and one in hand.
            assert!(made <= taken + WAITING + 1, "{made} made, {taken} taken");
        }
    }
}
