//! Rust and Node, new enough.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::metadata::Metadata;
use crate::process;

/// Checks the compilers that nobody but the owner of the machine installs.
pub fn check(workspace: &Metadata) -> Result<()> {
    let root = &workspace.root;
    let wanted = workspace
        .package("satchel-shell")?
        .rust_version
        .clone()
        .unwrap_or_default();
    let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let found = process::output(process::command(rustc, root).arg("--version"))?;
    let found = found.split_whitespace().nth(1).unwrap_or_default();
    if version(found) < version(&wanted) {
        bail!("this needs Rust {wanted} or newer and found {found}: run `rustup update`");
    }

    let package: Value =
        serde_json::from_str(&std::fs::read_to_string(root.join("package.json"))?)?;
    let wanted = package["engines"]["node"]
        .as_str()
        .unwrap_or(">=20")
        .trim_start_matches(">=");
    let found =
        process::output(process::command("node", root).arg("--version")).with_context(|| {
            format!("this needs Node.js {wanted} or newer, with npm, and found none")
        })?;
    if version(&found) < version(wanted) {
        bail!(
            "this needs Node.js {wanted} or newer and found {}",
            found.trim()
        );
    }
    if process::output(process::npm(root).arg("--version")).is_err() {
        bail!("this needs npm, which comes with Node.js, and found none");
    }
    Ok(())
}

/// Reads `v20.19.1`, `1.90` or `1.95.0-nightly` as numbers that compare.
fn version(text: &str) -> Vec<u32> {
    let text = text.trim().trim_start_matches('v');
    text.split(['.', '-', '+'])
        .map_while(|part| part.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(version("1.100.0") > version("1.90"));
        assert!(version("v20.19.0\n") >= version("20.19"));
        assert!(version("1.89.0-nightly") < version("1.90"));
        assert!(version("v18.20.4") < version("20"));
    }
}
