//! Makes a wallet history and says how long it took and how long pages of it take:
//! `cargo run -p satchel-sandbox --example history -- 10000 10` (transactions, transactions a block).
#![allow(clippy::print_stdout)] // It is run to be read.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use bitcoin::{Address, Amount, Network, ScriptBuf};
use satchel_sandbox::{Sandbox, SandboxConfig};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let count: usize = args.next().as_deref().unwrap_or("10000").parse()?;
    let per_block: usize = args.next().as_deref().unwrap_or("10").parse()?;
    let start = Instant::now();
    let sandbox = Sandbox::start(SandboxConfig {
        chain_age: Some(Duration::from_secs(300 * 24 * 3600)),
        ..SandboxConfig::default()
    })?;
    println!("started in {:?}", start.elapsed());
    let script = ScriptBuf::from_hex("00141111111111111111111111111111111111111111")?;
    let address = Address::from_script(&script, Network::Regtest)?;
    let start = Instant::now();
    sandbox.fill_history(&[script], count, per_block, Amount::from_sat(10_000))?;
    println!(
        "{count} payments, {per_block} a block, in {:?}",
        start.elapsed()
    );
    for path in [
        format!("/address/{address}/txs"),
        "/blocks/tip/height".to_owned(),
    ] {
        let start = Instant::now();
        let body = get(&sandbox.url(), &format!("/api{path}"))?;
        println!("{path}: {} bytes in {:?}", body.len(), start.elapsed());
    }
    Ok(())
}

/// The least HTTP client that will do.
fn get(url: &str, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://"))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}
