//! One question to the node: who is asked, what is counted, what is given when there is no answer.

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use crate::Console;
use crate::ask_error::AskError;
use crate::kept::{Question, Seen};
use crate::node::Node;

impl Console {
    /// Puts a question to the node and counts it.
    pub(crate) async fn asked<T, F, E>(
        &self,
        question: impl FnOnce(Arc<Node>) -> F,
    ) -> Result<T, AskError>
    where
        F: Future<Output = Result<T, E>>,
        AskError: From<E>,
    {
        let node = self.node().await?;
        if let (Some(found), Some(expected)) = (self.picture().other_chain, node.network) {
            return Err(AskError::OtherChain { expected, found });
        }
        let begun = Instant::now();
        // On the heap: it may hold several requests.
        let answer = Box::pin(question(node)).await.map_err(AskError::from);
        let lost = {
            let mut picture = self.picture();
            picture.asked = picture.asked.saturating_add(1);
            match &answer {
                Err(AskError::Node(error)) if !error.is_refusal() => {
                    picture.failed = picture.failed.saturating_add(1);
                    true
                }
                Ok(_) => {
                    picture.took = Some(begun.elapsed());
                    false
                }
                Err(_) => false,
            }
        };
        if lost {
            // Whoever watches looks at once, and says how it is.
            self.wake.notify_one();
        }
        answer
    }

    /// Keeps a good answer; in place of a bad one gives the last good one to the same question.
    pub(crate) fn seen<T: Clone + Send + Sync + 'static>(
        &self,
        question: Question,
        answer: Result<T, AskError>,
    ) -> Result<Seen<T>, AskError> {
        match answer {
            Ok(value) => {
                let at = self.now();
                self.kept().keep(question, at, value.clone());
                Ok(Seen {
                    value,
                    at,
                    problem: None,
                })
            }
            Err(error) if error.leaves_the_old() => match self.kept().find(&question) {
                Some((at, value)) => Ok(Seen {
                    value,
                    at,
                    problem: Some(error),
                }),
                None => Err(error),
            },
            Err(error) => Err(error),
        }
    }
}
