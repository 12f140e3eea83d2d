//! Packages of the page.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::metadata::Metadata;
use crate::process;

/// Runs `npm ci` unless `node_modules` holds what the lock file says.
pub fn install(workspace: &Metadata) -> Result<()> {
    let root = &workspace.root;
    let wanted = read(&root.join("package-lock.json"))?;
    // npm's own note of what it installed.
    let have = read(&root.join("node_modules/.package-lock.json")).unwrap_or_default();
    if is_current(&wanted, &have) {
        return Ok(());
    }
    println!("Installing the page's packages: npm ci");
    process::run(process::npm(root).arg("ci"))
}

fn read(path: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(serde_json::from_str(&text)?)
}

/// Returns whether what was installed is what is wanted. Packages for other platforms are optional
/// and may be missing.
fn is_current(wanted: &Value, have: &Value) -> bool {
    let (Some(wanted), Some(have)) = (wanted["packages"].as_object(), have["packages"].as_object())
    else {
        return false;
    };
    let wanted_are_here =
        wanted
            .iter()
            .filter(|(path, _)| !path.is_empty())
            .all(|(path, package)| match have.get(path) {
                Some(here) => {
                    here["version"] == package["version"]
                        && here["integrity"] == package["integrity"]
                }
                None => package["optional"] == true,
            });
    wanted_are_here && have.keys().all(|path| wanted.contains_key(path))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::is_current;

    #[test]
    fn only_what_the_lock_file_says_is_current() {
        let wanted = json!({"packages": {
            "": {"name": "satchel-ui"},
            "node_modules/a": {"version": "1.0.0", "integrity": "x"},
            "node_modules/b": {"version": "2.0.0", "integrity": "y", "optional": true},
        }});
        let have = |json| json!({ "packages": json });
        let a = json!({"version": "1.0.0", "integrity": "x"});
        assert!(is_current(&wanted, &have(json!({"node_modules/a": a}))));
        assert!(!is_current(&wanted, &have(json!({}))), "one is missing");
        let old = json!({"version": "0.9.0", "integrity": "x"});
        assert!(!is_current(&wanted, &have(json!({"node_modules/a": old}))));
        let other = json!({"version": "1.0.0", "integrity": "z"});
        assert!(!is_current(
            &wanted,
            &have(json!({"node_modules/a": other}))
        ));
        let more = json!({"node_modules/a": a, "node_modules/c": {"version": "1.0.0"}});
        assert!(!is_current(&wanted, &have(more)), "one is left over");
        assert!(!is_current(&wanted, &json!(null)), "nothing is installed");
    }
}
