//! A call that arrives twice acts once.
//!
//! When the page reloads while a call is under way, the webview sends the call again. What opens
//! windows and asks its owner must not do so twice: the second arrival waits for the first and
//! gets the same answer.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

/// Calls under way, and the last few that ended.
pub struct Flights<K, T> {
    inner: Mutex<Inner<K, T>>,
    /// How many ended ones are remembered.
    remembered: usize,
    /// Whether an answer is worth remembering.
    keeps: fn(&T) -> bool,
}

struct Inner<K, T> {
    cells: HashMap<K, Arc<OnceCell<T>>>,
    ended: VecDeque<K>,
}

impl<K: Clone + Eq + Hash, T: Clone> Flights<K, T> {
    /// Joins calls that are under way, and forgets them when they end.
    pub fn joining() -> Self {
        Self::new(0, |_| false)
    }

    fn new(remembered: usize, keeps: fn(&T) -> bool) -> Self {
        Self {
            inner: Mutex::new(Inner {
                cells: HashMap::new(),
                ended: VecDeque::new(),
            }),
            remembered,
            keeps,
        }
    }

    /// Runs the work, or waits for the work of the same key and returns what it led to.
    pub async fn run<F: Future<Output = T>>(&self, key: K, work: F) -> T {
        // On the heap: it may hold a whole use case, and stands here, in the cell and in the caller.
        let work = Box::pin(work);
        let cell = Arc::clone(self.lock().cells.entry(key.clone()).or_default());
        let mut ran = false;
        let answer = cell
            .get_or_init(|| async {
                ran = true;
                work.await
            })
            .await
            .clone();
        if ran {
            let mut inner = self.lock();
            if !(self.keeps)(&answer) {
                inner.cells.remove(&key);
                return answer;
            }
            inner.ended.push_back(key);
            while inner.ended.len() > self.remembered {
                if let Some(oldest) = inner.ended.pop_front() {
                    inner.cells.remove(&oldest);
                }
            }
        }
        answer
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner<K, T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clone + Eq + Hash, V: Clone, E: Clone> Flights<K, Result<V, E>> {
    /// Joins calls under way, and answers the last `remembered` as they were answered, however that was: what is
    /// tried again is another intent.
    pub fn once(remembered: usize) -> Self {
        Self::new(remembered, |_| true)
    }

    /// Joins calls under way, and answers the last `remembered` that succeeded as they were answered.
    ///
    /// A failure is forgotten: nothing was done, and whoever asks again, such as after closing a
    /// window by mistake, means it.
    pub fn remembering(remembered: usize) -> Self {
        Self::new(remembered, Result::is_ok)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn a_second_arrival_waits_and_gets_the_same_answer() {
        let flights = Arc::new(Flights::<u8, u32>::joining());
        let (runs, go) = (Arc::new(AtomicU32::new(0)), Arc::new(Notify::new()));
        let call = || {
            let (flights, runs, go) = (Arc::clone(&flights), Arc::clone(&runs), Arc::clone(&go));
            tokio::spawn(async move {
                flights
                    .run(1, async {
                        let run = runs.fetch_add(1, Ordering::SeqCst) + 1;
                        go.notified().await;
                        run
                    })
                    .await
            })
        };
        let (first, second) = (call(), call());
        tokio::task::yield_now().await;
        go.notify_one();
        assert_eq!(first.await.expect("no panic"), 1);
        assert_eq!(second.await.expect("no panic"), 1);
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn an_ended_call_is_answered_again_only_when_remembered() {
        let joining = Flights::<u8, u32>::joining();
        assert_eq!(joining.run(1, async { 1 }).await, 1);
        assert_eq!(joining.run(1, async { 2 }).await, 2);

        let remembering = Flights::<u8, Result<u32, &str>>::remembering(2);
        assert_eq!(remembering.run(1, async { Ok(1) }).await, Ok(1));
        assert_eq!(remembering.run(1, async { Ok(2) }).await, Ok(1));
        assert_eq!(remembering.run(2, async { Ok(3) }).await, Ok(3));
        assert_eq!(remembering.run(3, async { Ok(4) }).await, Ok(4));
        assert_eq!(
            remembering.run(1, async { Ok(5) }).await,
            Ok(5),
            "the oldest is forgotten"
        );
    }

    #[tokio::test]
    async fn a_failure_is_not_remembered() {
        let remembering = Flights::<u8, Result<u32, &str>>::remembering(2);
        assert_eq!(
            remembering.run(1, async { Err("closed") }).await,
            Err("closed")
        );
        assert_eq!(remembering.run(1, async { Ok(1) }).await, Ok(1));
        assert_eq!(remembering.run(1, async { Err("closed") }).await, Ok(1));
    }

    #[tokio::test]
    async fn what_is_done_once_is_not_tried_again() {
        let once = Flights::<u8, Result<u32, &str>>::once(2);
        assert_eq!(once.run(1, async { Err("stopped") }).await, Err("stopped"));
        assert_eq!(once.run(1, async { Ok(1) }).await, Err("stopped"));
    }

    #[tokio::test]
    async fn different_keys_do_not_wait_for_each_other() {
        let flights = Arc::new(Flights::<u8, u32>::joining());
        let stuck = tokio::spawn({
            let flights = Arc::clone(&flights);
            async move { flights.run(1, std::future::pending()).await }
        });
        assert_eq!(flights.run(2, async { 2 }).await, 2);
        stuck.abort();
    }
}
