//! An S3-compatible server on loopback for the driven windows, until it is ended: says where it listens, and what to log in with.
#![allow(clippy::print_stdout)] // Whoever starts it reads where it listens.

use satchel_test_servers::{BUCKET, PASSWORD, USER};

fn main() {
    let served = satchel_test_servers::rust_s3();
    println!("listening on {}", served.server.url);
    println!("bucket {BUCKET} user {USER} password {PASSWORD}");
    loop {
        std::thread::park();
    }
}
