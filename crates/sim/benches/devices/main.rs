//! `cargo xtask bench devices`: how large and how fast what devices share is, beside the aims.
#![allow(missing_docs, clippy::print_stdout)] // a tool for a terminal talks there

mod addresses;
mod home;
mod place;
mod roads;
mod sizes;
mod times;
mod workload;

/// Prints a figure beside its aim.
pub fn row(what: &str, reached: &str, aim: &str) {
    println!("| {what} | {reached} | {aim} |");
}

fn main() {
    println!("| what | reached | aim |\n|---|---:|---:|");
    let reached = sizes::print();
    times::print();
    roads::print(&reached);
    home::print();
    addresses::print();
}
