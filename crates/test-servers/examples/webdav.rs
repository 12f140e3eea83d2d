//! A WebDAV server on loopback for the driven window, until it is ended: says where it listens, and keeps what it is given
//! in the folder that is named.
#![allow(clippy::print_stdout)] // Whoever starts it reads where it listens.

fn main() {
    let folder = std::env::args_os().nth(1).expect("a folder is named");
    let server = satchel_test_servers::rust_dav_in(std::path::Path::new(&folder));
    println!("listening on {}", server.url);
    loop {
        std::thread::park();
    }
}
