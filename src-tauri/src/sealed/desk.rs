//! One task at a time, between the code that asks and the page that answers.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use satchel_secrets::channel::{Channel, End, Half, NONCE_LEN, PUBLIC_LEN};
use satchel_secrets::{Passphrase, SecretVec};
use satchel_wire::session::Theme;
use satchel_wire::{Code, IpcError};
use tauri::ipc::Response;
use tokio::sync::{mpsc, oneshot};

use super::answer::Answer;
use super::screen::Screen;
use super::view::{Reply, View};

/// Why a task could not be put to its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealedError {
    /// Another task is open; its window was brought to the front.
    #[error("another window of Satchel asks something already")]
    Busy,
    /// The window could not be opened.
    #[error("the window for secrets could not be opened")]
    NoWindow,
}

impl From<SealedError> for IpcError {
    fn from(error: SealedError) -> Self {
        let code = match error {
            SealedError::Busy => Code::ConfirmBusy,
            SealedError::NoWindow => Code::Internal,
        };
        Self::new(code, error.to_string())
    }
}

/// Where tasks are laid out.
pub struct Desk {
    screen: Arc<dyn Screen>,
    task: Mutex<State>,
}

#[derive(Default)]
struct State {
    last: u64,
    theme: Theme,
    open: Option<OpenTask>,
}

struct OpenTask {
    number: u64,
    view: View,
    turns: mpsc::Sender<Turn>,
    /// Agreed on with the page when it asked for the task.
    channel: Option<Arc<Channel>>,
}

/// Longest message of the page, in letters: the longest passphrase and the longest words in JSON, sealed, in
/// base64, with room to spare.
const LONGEST: usize = 64 * 1024;

/// What a task says of an answer.
enum Told {
    /// Words for the page.
    Plain(String),
    /// Something that goes to the page sealed.
    Secret(SecretVec),
}

fn random(bytes: &mut [u8]) -> Result<(), getrandom::Error> {
    getrandom::fill(bytes)
}

impl Desk {
    /// Makes an empty desk.
    pub fn new(screen: Arc<dyn Screen>) -> Self {
        Self {
            screen,
            task: Mutex::default(),
        }
    }

    /// Lays a task out and opens the window.
    ///
    /// # Errors
    /// [`SealedError::Busy`] while another is open.
    pub async fn open(self: &Arc<Self>, theme: Theme, view: View) -> Result<Session, SealedError> {
        let (turns, answers) = mpsc::channel(1);
        let shown = view.clone();
        let number = {
            let mut state = self.state();
            if state.open.is_some() {
                self.screen.focus();
                return Err(SealedError::Busy);
            }
            state.last += 1;
            let number = state.last;
            state.open = Some(OpenTask {
                number,
                view,
                turns,
                channel: None,
            });
            number
        };
        // From here on, dropping the session clears the desk.
        let session = Session {
            desk: Arc::clone(self),
            number,
            answers,
        };
        let desk = Arc::downgrade(self);
        let gone = Box::new(move || {
            if let Some(desk) = desk.upgrade() {
                desk.clear(number);
            }
        });
        self.screen
            .open(&shown, theme, gone)
            .await
            .map_err(|error| {
                tracing::error!(%error, "the sealed window did not open");
                SealedError::NoWindow
            })?;
        Ok(session)
    }

    /// Notes how the wallet's window looks, for tasks that nobody in it asked for.
    pub fn note_theme(&self, theme: Theme) {
        self.state().theme = theme;
    }

    /// Returns how the wallet's window looks.
    pub(super) fn theme(&self) -> Theme {
        self.state().theme
    }

    /// Ends the open task, as if its owner had closed the window.
    pub fn cancel(&self) {
        // The session ends when nobody can answer it any more.
        self.state().open = None;
    }

    /// Returns the open task for the page, and this side's half of the key that answers are sealed with.
    /// `theirs` is the page's half, in base64. A page that asks again gets another key.
    pub(super) fn task(&self, theirs: &str) -> Option<String> {
        let theirs = STANDARD.decode(theirs.get(..PUBLIC_LEN * 2).unwrap_or(theirs));
        let half = Half::draw(random).ok()?;
        let ours = STANDARD.encode(half.public());
        let channel = half.agree(&theirs.ok()?, End::Rust).ok()?;
        let mut state = self.state();
        let open = state.open.as_mut()?;
        open.channel = Some(Arc::new(channel));
        // Words and numbers only; they can always be written.
        let view = serde_json::to_value(&open.view).ok()?;
        Some(serde_json::json!({ "task": view, "key": ours }).to_string())
    }

    /// Returns what the task is by now, for a page that agreed on a key before.
    pub(super) fn task_by_now(&self) -> Option<String> {
        let state = self.state();
        let open = state.open.as_ref()?;
        open.channel.as_ref()?;
        let view = serde_json::to_value(&open.view).ok()?;
        Some(serde_json::json!({ "task": view }).to_string())
    }

    /// Opens an answer of the page, which is sealed and in base64. `None`: it is no answer.
    pub(super) fn open_answer(&self, sealed: &str) -> Option<Answer> {
        let channel = self.channel()?;
        if sealed.len() > LONGEST {
            return None;
        }
        let plain = channel.open(&STANDARD.decode(sealed).ok()?).ok()?;
        serde_json::from_slice(plain.expose()).ok()
    }

    /// Passes an answer to the task and waits for what it says. `None`: the task is over.
    pub(super) async fn answer(&self, answer: Answer) -> Option<Response> {
        if matches!(answer, Answer::Cancel) {
            self.cancel();
            return None;
        }
        let turns = self.state().open.as_ref()?.turns.clone();
        let (reply, replied) = oneshot::channel();
        turns.send(Turn { answer, reply }).await.ok()?;
        drop(turns);
        match replied.await.ok()? {
            Told::Plain(text) => Some(Response::new(text)),
            Told::Secret(secret) => {
                let mut nonce = [0; NONCE_LEN];
                random(&mut nonce).ok()?;
                let sealed = self.channel()?.seal(&nonce, secret.expose());
                let text = serde_json::json!({ "sealed": STANDARD.encode(sealed) });
                Some(Response::new(text.to_string()))
            }
        }
    }

    fn channel(&self) -> Option<Arc<Channel>> {
        self.state().open.as_ref()?.channel.clone()
    }

    /// Lays another view of the same task out. The page asks for it when it is told that there is one,
    /// or by itself while it waits.
    fn show(&self, number: u64, view: View) {
        if let Some(open) = self.state().open.as_mut()
            && open.number == number
        {
            open.view = view;
        }
    }

    fn clear(&self, number: u64) {
        let mut state = self.state();
        if state
            .open
            .as_ref()
            .is_some_and(|open| open.number == number)
        {
            state.open = None;
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An open task. Dropping it destroys the window.
#[must_use = "the window is destroyed when this is dropped"]
pub struct Session {
    desk: Arc<Desk>,
    number: u64,
    answers: mpsc::Receiver<Turn>,
}

impl Session {
    /// Lays the task's next view out, in the same window.
    pub fn show(&self, view: View) {
        self.desk.show(self.number, view);
    }

    /// Returns the next answer; `None`: the window was closed or the task cancelled.
    pub async fn next(&mut self) -> Option<Turn> {
        self.answers.recv().await
    }

    /// Returns the next answer that is a passphrase; whatever else comes is refused in place. `None` as
    /// in [`Session::next`].
    pub async fn next_passphrase(&mut self) -> Option<(Passphrase, Replier)> {
        while let Some(turn) = self.next().await {
            let (answer, reply) = turn.split();
            let Answer::Passphrase(typed) = answer else {
                reply.misplaced();
                continue;
            };
            match Passphrase::new(typed.into_secret()) {
                Ok(passphrase) => {
                    #[cfg(feature = "dangerous-leak")]
                    crate::leak::passphrase(passphrase.expose());
                    return Some((passphrase, reply));
                }
                Err(error) => reply.again(&error.to_string()),
            }
        }
        None
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.desk.clear(self.number);
        self.desk.screen.close();
    }
}

/// An answer that waits for a reply.
pub struct Turn {
    /// The answer.
    pub answer: Answer,
    reply: oneshot::Sender<Told>,
}

impl Turn {
    /// Takes the answer out.
    pub fn split(self) -> (Answer, Replier) {
        (self.answer, Replier(self.reply))
    }
}

/// Where the reply to an answer goes. Dropping it ends the page's wait without a reply.
pub struct Replier(oneshot::Sender<Told>);

impl Replier {
    /// Says why the answer does not do; the page stays.
    pub fn again(self, message: &str) {
        self.reply(&Reply::Again {
            message,
            word: None,
            wait: None,
        });
    }

    /// Says which word does not do.
    pub fn again_at(self, message: &str, word: usize) {
        self.reply(&Reply::Again {
            message,
            word: Some(word),
            wait: None,
        });
    }

    /// Says how long to wait before another try.
    pub fn again_after(self, message: &str, seconds: u64) {
        self.reply(&Reply::Again {
            message,
            word: None,
            wait: Some(seconds),
        });
    }

    /// Says that it did, and that the task goes on with another view.
    pub fn next(self) {
        self.reply(&Reply::Next);
    }

    /// Says that the words fit together.
    pub fn fits(self) {
        self.reply(&Reply::Fits);
    }

    /// Says that it did.
    pub fn done(self) {
        self.reply(&Reply::Done);
    }

    /// Refuses an answer that does not belong to this task.
    pub fn misplaced(self) {
        self.again("This answer does not belong here.");
    }

    fn reply(self, reply: &Reply<'_>) {
        let text = serde_json::to_string(reply).unwrap_or_else(|_| "null".to_owned());
        self.tell(Told::Plain(text));
    }

    /// Hands over what only the page may read.
    pub(super) fn secret(self, secret: SecretVec) {
        self.tell(Told::Secret(secret));
    }

    fn tell(self, told: Told) {
        // The page may be gone.
        let _ = self.0.send(told);
    }
}

#[cfg(test)]
mod tests {
    use tauri::ipc::{InvokeResponseBody, IpcResponse};

    use super::super::screen::test::FakeScreen;
    use super::*;

    fn desk() -> (Arc<Desk>, Arc<FakeScreen>) {
        let screen = Arc::new(FakeScreen::default());
        (Arc::new(Desk::new(screen.clone())), screen)
    }

    fn text(response: Option<Response>) -> Option<String> {
        match response?.body().expect("it has a body") {
            InvokeResponseBody::Json(text) => Some(text),
            InvokeResponseBody::Raw(_) => panic!("nothing is raw"),
        }
    }

    /// A page's half, in base64 and as it is.
    fn page() -> (String, Half) {
        let half = Half::draw(random).expect("randomness");
        (STANDARD.encode(half.public()), half)
    }

    /// Asks for the task as the page does, and agrees on a key.
    fn meet(desk: &Desk) -> Channel {
        let (theirs, half) = page();
        let task = desk.task(&theirs).expect("a task is open");
        let task: serde_json::Value = serde_json::from_str(&task).expect("JSON");
        let ours = STANDARD.decode(task["key"].as_str().expect("a key"));
        half.agree(&ours.expect("base64"), End::Page)
            .expect("a point")
    }

    #[tokio::test]
    async fn an_answer_opens_only_as_the_page_of_this_task_sealed_it() {
        let (desk, _) = desk();
        let sealed =
            |channel: &Channel| STANDARD.encode(channel.seal(&[1; NONCE_LEN], b"\"reveal\""));
        let _session = desk.open(Theme::System, View::Unlock).await.expect("empty");
        assert!(desk.open_answer("").is_none(), "no key was agreed on yet");
        assert!(desk.task_by_now().is_none());
        let before = meet(&desk);
        let now = meet(&desk);
        // Looking again at the task leaves the key as it is.
        assert_eq!(
            desk.task_by_now().as_deref(),
            Some(r#"{"task":{"kind":"unlock"}}"#)
        );
        assert!(matches!(
            desk.open_answer(&sealed(&now)),
            Some(Answer::Reveal)
        ));
        assert!(desk.open_answer(&sealed(&before)).is_none());
        assert!(desk.open_answer("\"reveal\"").is_none());
        assert!(desk.open_answer(&"A".repeat(LONGEST + 4)).is_none());
        for theirs in ["", "AAAA", "no base64"] {
            assert!(desk.task(theirs).is_none());
        }
    }

    #[tokio::test]
    async fn what_is_secret_goes_to_the_page_sealed() {
        let (desk, _) = desk();
        let mut session = desk.open(Theme::System, View::Unlock).await.expect("empty");
        let channel = meet(&desk);
        let page = tokio::spawn({
            let desk = Arc::clone(&desk);
            async move { text(desk.answer(Answer::Reveal).await) }
        });
        let (_, reply) = session.next().await.expect("an answer").split();
        reply.secret(SecretVec::from_slice(b"legal winner"));
        let told = page.await.expect("no panic").expect("a reply");
        assert!(!told.contains("legal"));
        let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
        let sealed = STANDARD.decode(told["sealed"].as_str().expect("text"));
        let opened = channel
            .open(&sealed.expect("base64"))
            .expect("for the page");
        assert_eq!(opened.expose(), b"legal winner");
    }

    #[tokio::test]
    async fn one_task_at_a_time_and_a_second_brings_the_first_to_the_front() {
        let (desk, screen) = desk();
        let first = desk
            .open(Theme::System, View::Unlock)
            .await
            .expect("the desk is empty");
        let second = desk.open(Theme::System, View::Unlock).await;
        assert_eq!(second.err(), Some(SealedError::Busy));
        assert_eq!(screen.focused(), 1);
        drop(first);
        assert_eq!(screen.closed(), 1);
        let _third = desk
            .open(Theme::System, View::Unlock)
            .await
            .expect("it is empty again");
    }

    #[tokio::test]
    async fn closing_the_window_ends_the_session() {
        let (desk, screen) = desk();
        let mut session = desk.open(Theme::System, View::Unlock).await.expect("empty");
        screen.owner_closes();
        assert!(session.next().await.is_none());
        assert!(desk.task(&page().0).is_none());
        assert!(desk.answer(Answer::Reveal).await.is_none());
    }

    #[tokio::test]
    async fn a_window_that_closes_late_does_not_end_the_next_task() {
        let (desk, screen) = desk();
        drop(desk.open(Theme::System, View::Unlock).await.expect("empty"));
        let old = screen.take_gone();
        let _session = desk.open(Theme::System, View::Unlock).await.expect("empty");
        old();
        assert!(desk.task(&page().0).is_some());
    }

    #[tokio::test]
    async fn an_answer_gets_the_task_s_reply() {
        let (desk, _) = desk();
        let mut session = desk.open(Theme::System, View::Unlock).await.expect("empty");
        let task = desk.task(&page().0).expect("a task is open");
        assert!(task.ends_with(r#""task":{"kind":"unlock"}}"#), "{task}");
        let page = tokio::spawn({
            let desk = Arc::clone(&desk);
            async move { text(desk.answer(Answer::Reveal).await) }
        });
        let (_, reply) = session.next().await.expect("an answer").split();
        reply.again("no");
        assert_eq!(
            page.await.expect("no panic").as_deref(),
            Some(r#"{"reply":"again","message":"no","word":null,"wait":null}"#)
        );
    }

    #[tokio::test]
    async fn cancelling_ends_the_session() {
        let (desk, _) = desk();
        let mut session = desk.open(Theme::System, View::Unlock).await.expect("empty");
        assert!(desk.answer(Answer::Cancel).await.is_none());
        assert!(session.next().await.is_none());
    }

    #[tokio::test]
    async fn a_window_that_does_not_open_leaves_the_desk_empty() {
        let (desk, screen) = desk();
        screen.refuse();
        let refused = desk.open(Theme::System, View::Unlock).await;
        assert_eq!(refused.err(), Some(SealedError::NoWindow));
        assert!(desk.task(&page().0).is_none());
    }
}
