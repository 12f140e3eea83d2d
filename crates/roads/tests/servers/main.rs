//! The roads against servers that others wrote, on loopback: two WebDAV servers, one of them Apache's in a process of
//! its own, and an S3-compatible one.

mod apache;
mod rust_dav;
mod rust_s3;

use std::fs;
use std::sync::Arc;

use async_trait::async_trait;
use satchel_ports::BlobStore;
use satchel_roads::Login;
use satchel_secrets::SecretText;
use satchel_test_servers::{Served, USER, open_to_all};
use satchel_testkit::contract::Ground;
use satchel_types::CircleId;

fn login(password: &str) -> Login {
    Login::new(USER.to_owned(), SecretText::new(password.to_owned()))
}

/// A server, and how a hand to it is made.
struct Road<S> {
    served: Served<S>,
    hand: fn(&S, CircleId) -> Arc<dyn BlobStore>,
    is_exclusive: bool,
}

#[async_trait]
impl<S: Send + Sync> Ground for Road<S> {
    fn hand(&self, circle: CircleId) -> Arc<dyn BlobStore> {
        (self.hand)(&self.served.server, circle)
    }

    async fn plant(&self, circle: CircleId, path: &str, bytes: &[u8]) {
        let files = &self.served.files;
        let path = files.join(circle.to_string()).join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a healthy disk");
        fs::write(&path, bytes).expect("a healthy disk");
        // The server may run as somebody else.
        for path in path.ancestors().take_while(|path| path != files) {
            open_to_all(path);
        }
    }

    async fn held(&self, circle: CircleId, path: &str) -> Option<Vec<u8>> {
        fs::read(self.served.files.join(circle.to_string()).join(path)).ok()
    }

    fn is_exclusive(&self) -> bool {
        self.is_exclusive
    }
}
