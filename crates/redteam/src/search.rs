//! `scan`: what is looked through, and what is told.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use satchel_redteam::scan::{Hits, Scanner};
use satchel_redteam::{clipboard, known, memory};
use serde_json::{Map, Value, json};

pub fn command(run: &str, words: &[String]) -> Result<()> {
    let run: Value = serde_json::from_slice(&fs::read(run).context("the run cannot be read")?)?;
    let mut secrets = known::drawn(&run)?;
    let (mut places, mut words) = (Vec::new(), words.iter());
    while let Some(word) = words.next() {
        if word == "--home" {
            let home = words.next().context("--home needs a folder")?;
            secrets.extend(known::of_home(Path::new(home), &run)?);
        } else {
            places.push(word.split_once('=').context("a place is NAME=WHAT")?);
        }
    }
    // Two homes may hold the same words.
    let mut distinct: Vec<satchel_redteam::forms::Secret> = Vec::new();
    for secret in secrets {
        if distinct.iter().all(|known| known.value != secret.value) {
            distinct.push(secret);
        }
    }
    let scanner = Scanner::new(&distinct);
    let (mut hits, mut bytes) = (Hits::default(), Map::new());
    for (name, what) in places {
        let read = match what.split_once(':') {
            Some(("files", path)) => files(name, Path::new(path), &scanner, &mut hits)?,
            Some(("memory", pid)) => {
                let pid = pid.parse().context("a process has a number")?;
                memory::look(pid, name, &scanner, &mut hits)?
            }
            None if what == "clipboard" => {
                let mut read = 0;
                for (form, content) in clipboard::read()? {
                    read += content.len() as u64;
                    scanner.look(&format!("{name}: {form}"), &content, &mut hits);
                }
                read
            }
            _ => bail!("{what:?} is no place"),
        };
        bytes.insert(name.to_owned(), read.into());
    }
    let hits: Vec<Value> = (hits.into_vec().into_iter())
        .map(|hit| {
            json!({
                "place": hit.place, "secret": hit.secret, "form": hit.form,
                "times": hit.times, "longest": hit.longest, "first": hit.first,
            })
        })
        .collect();
    let (secrets, needles) = (distinct.len(), scanner.needles());
    println!(
        "{}",
        json!({ "hits": hits, "bytes": bytes, "secrets": secrets, "needles": needles })
    );
    Ok(())
}

/// Looks through a file, or all files below a folder, and at their names.
fn files(name: &str, path: &Path, scanner: &Scanner, hits: &mut Hits) -> Result<u64> {
    let told = path.to_string_lossy();
    scanner.look(&format!("{name}: the name {told}"), told.as_bytes(), hits);
    let meta = fs::symlink_metadata(path).with_context(|| format!("{told} is not there"))?;
    if meta.is_dir() {
        let mut read = 0;
        for entry in fs::read_dir(path)? {
            read += files(name, &entry?.path(), scanner, hits)?;
        }
        return Ok(read);
    }
    if !meta.is_file() {
        return Ok(0);
    }
    let content = fs::read(path).with_context(|| format!("{told} cannot be read"))?;
    scanner.look(&format!("{name}: {told}"), &content, hits);
    Ok(content.len() as u64)
}
