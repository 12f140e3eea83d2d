//! A second start of the program over the same home, as the desktop makes one for each link: it hands its link to the
//! first and ends. Windows and Linux; elsewhere the system sends links to the program that runs.
//!
//! Whoever runs as the same person may send a link here, as they may start the program with one. What arrives is one
//! line: a link of at most [`super::MAX_LINK`] bytes, or nothing, which asks the window to come to the front.

use std::path::Path;
use std::sync::Arc;

use super::PaymentLink;

/// What a second start wants of the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// To be seen.
    Show,
    /// To be seen, with this link.
    Open(PaymentLink),
}

/// What is done with what a second start asks.
pub type Act = Arc<dyn Fn(Asked) + Send + Sync>;

/// What is said between the two, whatever carries it.
#[cfg(any(target_os = "linux", windows))]
mod talk {
    use std::path::Path;
    use std::time::Duration;

    use bitcoin::hashes::{Hash, sha256};
    use tokio::io::{
        AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader,
    };

    use super::Asked;
    use crate::links::{MAX_LINK, PaymentLink};

    /// How long one side waits for the other; both are programs of one machine.
    pub const PATIENCE: Duration = Duration::from_secs(2);

    /// The name under which the first is found: the same for the same home, and it says nothing of where that is.
    pub fn name(home: &Path) -> String {
        let home = home.canonicalize().unwrap_or_else(|_| home.to_owned());
        let hash = sha256::Hash::hash(home.as_os_str().as_encoded_bytes());
        format!("satchel-{hash:.16}")
    }

    pub async fn receive(stream: impl AsyncRead + Unpin) -> Option<Asked> {
        let mut line = Vec::new();
        let mut stream = BufReader::new(stream.take(MAX_LINK as u64 + 1));
        let read = stream.read_until(b'\n', &mut line);
        tokio::time::timeout(PATIENCE, read).await.ok()?.ok()?;
        match line.strip_suffix(b"\n")? {
            [] => Some(Asked::Show),
            text => PaymentLink::read(std::str::from_utf8(text).ok()?).map(Asked::Open),
        }
    }

    pub async fn send(mut stream: impl AsyncWrite + Unpin, link: Option<&PaymentLink>) -> bool {
        let line = format!("{}\n", link.map_or("", PaymentLink::as_str));
        let send = async {
            stream.write_all(line.as_bytes()).await?;
            stream.shutdown().await
        };
        matches!(tokio::time::timeout(PATIENCE, send).await, Ok(Ok(())))
    }
}

#[cfg(target_os = "linux")]
mod imp {
    use std::path::PathBuf;

    use tokio::net::{UnixListener, UnixStream};

    use super::talk::{name, receive, send};
    use super::{Act, Path, PaymentLink};

    /// The folder of this person's running programs, which no other person can enter. Without one there is no meeting.
    fn socket(home: &Path) -> Option<PathBuf> {
        let folder = PathBuf::from(std::env::var_os("XDG_RUNTIME_DIR")?);
        let usable = folder.is_absolute() && folder.is_dir();
        usable.then(|| folder.join(format!("{}.sock", name(home))))
    }

    pub async fn listen(home: &Path, act: Act) {
        if let Some(socket) = socket(home) {
            listen_at(&socket, act).await;
        }
    }

    pub async fn listen_at(socket: &Path, act: Act) {
        // Whoever holds the home is the first; what lies there was left by one that is gone.
        let _ = std::fs::remove_file(socket);
        let listener = match UnixListener::bind(socket) {
            Ok(listener) => listener,
            Err(error) => {
                tracing::warn!(%error, "links of a second start are not taken");
                return;
            }
        };
        while let Ok((stream, _)) = listener.accept().await {
            if let Some(asked) = receive(stream).await {
                act(asked);
            }
        }
    }

    pub async fn hand_over(home: &Path, link: Option<&PaymentLink>) -> bool {
        match socket(home) {
            Some(socket) => hand_over_at(&socket, link).await,
            None => false,
        }
    }

    pub async fn hand_over_at(socket: &Path, link: Option<&PaymentLink>) -> bool {
        match UnixStream::connect(socket).await {
            Ok(stream) => send(stream, link).await,
            Err(_) => false,
        }
    }
}

#[cfg(windows)]
mod imp {
    use std::io;
    use std::time::Duration;

    use tokio::net::windows::named_pipe::{
        ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions,
    };
    use tokio::time::{sleep, timeout};

    use super::talk::{PATIENCE, name, receive, send};
    use super::{Act, Path, PaymentLink};

    /// Every end of the pipe is somebody else's at the moment (`ERROR_PIPE_BUSY`).
    const BUSY: i32 = 231;
    /// How long to wait before asking for an end once more.
    const PAUSE: Duration = Duration::from_millis(10);

    fn pipe(home: &Path) -> String {
        format!(r"\\.\pipe\{}", name(home))
    }

    fn end(pipe: &str, first: bool) -> io::Result<NamedPipeServer> {
        // What the system lets everybody do with a pipe by default is to read from it; there is nothing to be read.
        ServerOptions::new()
            .reject_remote_clients(true)
            .access_outbound(false)
            .first_pipe_instance(first)
            .create(pipe)
    }

    pub async fn listen(home: &Path, act: Act) {
        let pipe = pipe(home);
        let mut next = end(&pipe, true);
        loop {
            let server = match next {
                Ok(server) => server,
                Err(error) => {
                    tracing::warn!(%error, "links of a second start are not taken");
                    return;
                }
            };
            let connected = server.connect().await;
            // Before this one is heard: whoever comes meanwhile is not to be told that nobody is here.
            next = end(&pipe, false);
            if connected.is_ok()
                && let Some(asked) = receive(server).await
            {
                act(asked);
            }
        }
    }

    pub async fn hand_over(home: &Path, link: Option<&PaymentLink>) -> bool {
        match timeout(PATIENCE, connect(home)).await {
            Ok(Ok(stream)) => send(stream, link).await,
            _ => false,
        }
    }

    pub async fn connect(home: &Path) -> io::Result<NamedPipeClient> {
        loop {
            match ClientOptions::new().read(false).open(pipe(home)) {
                Err(error) if error.raw_os_error() == Some(BUSY) => sleep(PAUSE).await,
                other => return other,
            }
        }
    }
}

#[cfg(not(any(target_os = "linux", windows)))]
mod imp {
    use super::{Act, Path, PaymentLink};

    pub async fn listen(_: &Path, _: Act) {}

    pub async fn hand_over(_: &Path, _: Option<&PaymentLink>) -> bool {
        false
    }
}

/// Takes what later starts over the same home ask, for as long as the program runs. To be called by whoever holds the
/// home.
pub async fn listen(home: &Path, act: Act) {
    imp::listen(home, act).await;
}

/// Asks the first for this start over the same home to be seen, with a link if there is one. `false`: nobody answers,
/// which is so if a terminal holds the home.
pub async fn hand_over(home: &Path, link: Option<&PaymentLink>) -> bool {
    imp::hand_over(home, link).await
}

#[cfg(all(test, any(target_os = "linux", windows)))]
mod tests {
    use tokio::io::{AsyncWrite, AsyncWriteExt};
    use tokio::sync::mpsc;

    use super::talk::name;
    use super::*;
    use crate::links::MAX_LINK;

    #[cfg(target_os = "linux")]
    mod meeting {
        use std::path::PathBuf;

        pub use super::imp::{hand_over_at as hand_over, listen_at as listen};
        use super::*;

        /// One that was killed leaves a file.
        pub fn place(folder: &Path) -> PathBuf {
            let socket = folder.join("first.sock");
            std::fs::write(&socket, "").expect("a file");
            socket
        }

        pub async fn connect(socket: &Path) -> std::io::Result<impl AsyncWrite + Unpin> {
            tokio::net::UnixStream::connect(socket).await
        }
    }

    /// Run in Wine (`cargo xtask check-targets --run`).
    #[cfg(windows)]
    mod meeting {
        use std::path::PathBuf;

        pub use super::imp::{connect, hand_over, listen};
        use super::*;

        pub fn place(folder: &Path) -> PathBuf {
            folder.to_owned()
        }
    }

    async fn connected(place: &Path) -> impl AsyncWrite + Unpin {
        loop {
            match meeting::connect(place).await {
                Ok(stream) => return stream,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    }

    #[tokio::test]
    async fn what_a_second_start_asks_arrives_and_noise_does_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = meeting::place(folder.path());
        assert!(!meeting::hand_over(&place, None).await, "nobody is there");
        let (tell, mut told) = mpsc::unbounded_channel();
        let act: Act = Arc::new(move |asked| {
            let _ = tell.send(asked);
        });
        let listening = tokio::spawn({
            let place = place.clone();
            async move { meeting::listen(&place, act).await }
        });
        let long = format!("bitcoin:{}", "1".repeat(MAX_LINK));
        for noise in [
            "",
            "bitcoin:1",
            "--home\n",
            "https://example.org\n",
            long.as_str(),
        ] {
            let mut stream = connected(&place).await;
            // It may hang up before it has read everything.
            let _ = stream.write_all(noise.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
        let link = PaymentLink::read("bitcoin:1?amount=0.1").expect("a link");
        assert!(meeting::hand_over(&place, Some(&link)).await);
        assert!(meeting::hand_over(&place, None).await);
        assert_eq!(told.recv().await, Some(Asked::Open(link)));
        assert_eq!(told.recv().await, Some(Asked::Show));
        listening.abort();
    }

    #[test]
    fn one_home_has_one_name_that_does_not_say_where_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let here = name(folder.path());
        assert_eq!(here, name(&folder.path().join(".")));
        assert_ne!(here, name(&folder.path().join("other")));
        assert_eq!(here.len(), "satchel-".len() + 16);
    }
}
