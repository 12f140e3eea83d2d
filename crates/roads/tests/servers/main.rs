//! The roads against servers that others wrote, on loopback: two WebDAV servers, one of them Apache's in a process of
//! its own, and an S3-compatible one.

mod apache;
mod rust_dav;
mod rust_s3;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use hyper::body::{Body, Incoming};
use hyper::service::Service;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use satchel_ports::BlobStore;
use satchel_roads::Login;
use satchel_secrets::SecretText;
use satchel_testkit::contract::Ground;
use satchel_types::CircleId;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What tests log in with.
const USER: &str = "Aladdin";
const PASSWORD: &str = "open sesame";

fn login(password: &str) -> Login {
    Login::new(USER.to_owned(), SecretText::new(password.to_owned()))
}

/// A server that keeps what it is given in a folder of this machine, where others can write, too.
struct Served<S> {
    server: S,
    /// Where the server keeps what the road sees.
    files: PathBuf,
    hand: fn(&S, CircleId) -> Arc<dyn BlobStore>,
    is_exclusive: bool,
    _scratch: TempDir,
}

#[async_trait]
impl<S: Send + Sync> Ground for Served<S> {
    fn hand(&self, circle: CircleId) -> Arc<dyn BlobStore> {
        (self.hand)(&self.server, circle)
    }

    async fn plant(&self, circle: CircleId, path: &str, bytes: &[u8]) {
        let path = self.files.join(circle.to_string()).join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a healthy disk");
        fs::write(&path, bytes).expect("a healthy disk");
        // The server may run as somebody else.
        for path in path.ancestors().take_while(|path| *path != self.files) {
            open_to_all(path);
        }
    }

    async fn held(&self, circle: CircleId, path: &str) -> Option<Vec<u8>> {
        fs::read(self.files.join(circle.to_string()).join(path)).ok()
    }

    fn is_exclusive(&self) -> bool {
        self.is_exclusive
    }
}

fn open_to_all(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the server made is its own already.
        let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o777));
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// A server in this process, on a free port, until it is dropped.
struct Here {
    url: String,
    task: JoinHandle<()>,
}

impl Here {
    async fn start<S, B>(service: S) -> Self
    where
        S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Future: Send,
        S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let connection = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service.clone());
                tokio::spawn(connection);
            }
        });
        Self { url, task }
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        self.task.abort();
    }
}
