//! Stand-ins for what other systems build with.
//!
//! Crates that carry C code compile it in their build scripts, also for a check. A check never reads what
//! they make, so empty files do.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

/// Asked who it is, it answers as this machine's compiler, else build scripts take it for Microsoft's;
/// asked to compile, it leaves an empty file.
const CC: &str = r#"#!/bin/sh
out= before= last= only_read=
for word; do
  case $word in
    -\? | --version | -v | -dumpmachine | -print-*) exec cc "$word" ;;
    -E) only_read=yes ;;
  esac
  [ "$before" = -o ] && out=$word
  before=$word last=$word
done
[ "$only_read" ] && exec cc -E "$last"
[ "$out" ] && : > "$out"
exit 0
"#;

/// Leaves an empty archive.
const AR: &str = r#"#!/bin/sh
for word; do
  case $word in *.a | *.lib) printf '!<arch>\n' > "$word"; exit 0 ;; esac
done
"#;

/// Where they are.
#[derive(Debug)]
pub struct StandIns {
    dir: PathBuf,
}

/// Writes them.
pub fn write(dir: &Path) -> Result<StandIns> {
    std::fs::create_dir_all(dir.join("sdk"))?;
    for (name, text) in [("cc", CC), ("ar", AR)] {
        let path = dir.join(name);
        // Written only when it differs: build scripts run again when their compiler is newer.
        if std::fs::read_to_string(&path).unwrap_or_default() != text {
            std::fs::write(&path, text)?;
            executable(&path)?;
        }
    }
    for library in ["libssl.a", "libcrypto.a"] {
        std::fs::write(dir.join("sdk").join(library), "")?;
    }
    Ok(StandIns {
        dir: dir.to_owned(),
    })
}

#[cfg(unix)]
fn executable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::Permissions::from_mode(0o755);
    Ok(std::fs::set_permissions(path, mode)?)
}

#[cfg(not(unix))]
fn executable(_: &Path) -> Result<()> {
    anyhow::bail!("the stand-ins are shell scripts: this runs on Linux and macOS")
}

/// Names them in a command's environment, as the `cc` crate reads it.
pub fn set(command: &mut Command, stand_ins: &StandIns, target: &str) {
    let target = target.replace('-', "_");
    for (variable, program) in [("CC", "cc"), ("CXX", "cc"), ("AR", "ar")] {
        command.env(format!("{variable}_{target}"), stand_ins.dir.join(program));
    }
    // OpenSSL is not built: this machine's headers say its version, and nothing is linked.
    command
        .env("OPENSSL_NO_VENDOR", "1")
        .env("OPENSSL_STATIC", "1")
        .env("OPENSSL_INCLUDE_DIR", "/usr/include")
        .env("OPENSSL_LIB_DIR", stand_ins.dir.join("sdk"));
    // Any folder keeps `cc` from asking Xcode where its SDK is.
    if target.contains("apple_ios") {
        command.env("SDKROOT", stand_ins.dir.join("sdk"));
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_that_stands_in_leaves_an_empty_object_and_says_who_it_is() {
        let dir = tempfile::tempdir().expect("a folder");
        let dir = dir.path();
        let stand_ins = write(dir).expect("a folder that can be written");
        let object = dir.join("a.o");
        let mut cc = Command::new(stand_ins.dir.join("cc"));
        cc.args(["--target=elsewhere", "-c", "no-such-file.c", "-o"])
            .arg(&object);
        assert!(cc.status().expect("it starts").success());
        assert_eq!(std::fs::read(&object).expect("it was left"), b"");
        let mut cc = Command::new(stand_ins.dir.join("cc"));
        let unknown = cc.arg("-?").output().expect("it starts");
        assert!(
            !unknown.status.success(),
            "as gcc and clang do, and cl does not"
        );

        let archive = dir.join("a.a");
        let mut ar = Command::new(stand_ins.dir.join("ar"));
        assert!(
            ar.arg("crs")
                .arg(&archive)
                .arg(&object)
                .status()
                .expect("it starts")
                .success()
        );
        assert_eq!(std::fs::read(&archive).expect("it was left"), b"!<arch>\n");
    }
}
