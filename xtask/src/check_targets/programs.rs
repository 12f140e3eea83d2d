//! The two programs for Windows, built, linked, and worked with in Wine as far as Wine goes: the command line has a whole
//! session on a chain that runs here; the window's program is linked, and Wine has no web view for it to start with.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::compiler::Compiler;
use super::wine;
use crate::metadata::Metadata;
use crate::run::sandbox::Sandbox;
use crate::{binaries, process};

/// For this wallet alone, on a chain whose coins are worth nothing.
const PASSPHRASE: &str = "four random words here";
/// What the faucet pays, in satoshis.
const PAID: u64 = 1_000_000;
/// What is sent, in satoshis.
const SENT: u64 = 20_000;

/// Builds both programs and returns where they are.
fn build(workspace: &Metadata, compiler: &Compiler) -> Result<PathBuf> {
    let mut cargo = wine::cargo(workspace, compiler);
    wine::select(cargo.arg("build"));
    // With an example features are chosen as for tests, so that both share what they compile.
    cargo.args(["--bin", "satchel", "--bin", "satchel-wallet"]);
    process::run(cargo.args(["--example", "webdav"]))?;
    let made = wine::made(workspace, compiler);
    for (name, what) in [
        ("satchel.exe", "the command line"),
        ("satchel-wallet.exe", "the window"),
        ("WebView2Loader.dll", "what finds the web view"),
    ] {
        let size = std::fs::metadata(made.join(name))
            .with_context(|| format!("{name}, {what}, was not made"))?
            .len();
        println!("{name:<20} {size:>11} bytes  {what}");
    }
    Ok(made)
}

/// Builds the programs and has a session with the command line: makes a wallet, hears of coins, pays, and reads the
/// payment back.
pub fn try_out(workspace: &Metadata, compiler: &Compiler) -> Result<()> {
    let made = build(workspace, compiler)?;
    let prefix = wine::prefix(workspace)?;
    let scratch = workspace.target.join("wine-session");
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch).context("the last session cannot be removed")?;
    }
    std::fs::create_dir_all(&scratch)?;
    let satchel = |words: &[&str]| -> Result<String> {
        let mut command = process::command("wine", &workspace.root);
        wine::set(&mut command, &prefix);
        command
            .arg(made.join("satchel.exe"))
            .arg("--home")
            .arg(wine::of_windows(&scratch.join("home")))
            .args(["--json", "--yes"])
            .args(words)
            .env("SATCHEL_PASSPHRASE", PASSPHRASE);
        process::output(&mut command)
    };
    let json = |words: &[&str]| -> Result<Value> {
        let text = satchel(words)?;
        serde_json::from_str(&text).with_context(|| format!("{words:?} printed {text:?}"))
    };

    let version = satchel(&["--version"])?;
    let expected = &workspace.package("satchel-cli")?.version;
    ensure!(version.contains(expected), "it calls itself {version:?}");
    println!("ok  --version: {}", version.trim());

    let chain = Sandbox::start(&binaries::sandbox(workspace)?, &scratch.join("chain"), 0)?;
    json(&["wallet", "create", "--name", "Try", "--network", "regtest"])?;
    json(&["backend", "set", "esplora", &format!("{}/api", chain.url)])?;
    println!("ok  a wallet is made, its file encrypted");
    let address = text(&json(&["address", "new"])?, "address")?;
    ask(
        &chain.url,
        "/faucet",
        &format!("{{\"address\":\"{address}\",\"amount\":{PAID}}}"),
    )?;
    ask(&chain.url, "/sandbox/mine", "{\"blocks\":1}")?;
    json(&["sync"])?;
    let balance = json(&["balance"])?;
    ensure!(
        balance.to_string().contains(&PAID.to_string()),
        "after {PAID} came it says {balance}"
    );
    println!("ok  it hears of coins over HTTP, and keeps them");
    let to = text(&json(&["address", "new"])?, "address")?;
    let sent = json(&[
        "send",
        "--to",
        &to,
        "--amount",
        &SENT.to_string(),
        "--fee-rate",
        "2",
    ])?;
    let txid = text(&sent, "txid")?;
    ask(&chain.url, "/sandbox/mine", "{\"blocks\":1}")?;
    json(&["sync"])?;
    let status = json(&["tx", "status", &txid])?;
    ensure!(
        status.to_string().contains("confirmed"),
        "the payment is {status}"
    );
    println!("ok  it signs and pays, and sees the payment in a block");
    let wrong = process::command("wine", &workspace.root);
    refused(wrong, &made, &prefix, &scratch)?;
    println!("ok  a wrong passphrase is refused, with its exit code");
    Ok(())
}

/// A wrong passphrase opens nothing.
fn refused(
    mut command: std::process::Command,
    made: &Path,
    prefix: &Path,
    scratch: &Path,
) -> Result<()> {
    wine::set(&mut command, prefix);
    let output = command
        .arg(made.join("satchel.exe"))
        .arg("--home")
        .arg(wine::of_windows(&scratch.join("home")))
        .args(["--json", "balance"])
        .env("SATCHEL_PASSPHRASE", "not these words at all")
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        !output.status.success() && said.contains("wrong_passphrase"),
        "it ended with {} and said {said}",
        output.status
    );
    Ok(())
}

fn text(json: &Value, key: &str) -> Result<String> {
    let text = json[key].as_str().map(str::to_owned);
    text.with_context(|| format!("no {key} in {json}"))
}

/// Asks the chain by HTTP.
fn ask(url: &str, path: &str, body: &str) -> Result<()> {
    let host = url.strip_prefix("http://").context("its address is HTTP")?;
    let mut stream = TcpStream::connect(host)?;
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    match answer.starts_with("HTTP/1.1 200") {
        true => Ok(()),
        false => bail!("{path} was answered {answer}"),
    }
}
