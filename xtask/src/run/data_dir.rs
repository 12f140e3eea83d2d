//! Where the platform keeps what a program wants to keep.

use std::ffi::OsString;
use std::path::PathBuf;

/// Returns the folder for a program's data.
pub fn of(program: &str) -> Option<PathBuf> {
    base(|name| std::env::var_os(name)).map(|dir| dir.join(program))
}

fn base(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name| {
        variable(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    if cfg!(windows) {
        folder("LOCALAPPDATA").or_else(|| folder("APPDATA"))
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        // The XDG base directory specification: a relative path is to be ignored.
        folder("XDG_DATA_HOME").or_else(|| folder("HOME").map(|home| home.join(".local/share")))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Option<PathBuf> {
        base(|name| {
            variables
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, v)| OsString::from(v))
        })
    }

    #[test]
    fn the_folder_is_the_one_the_platform_names() {
        let home = ("HOME", "/h");
        assert_eq!(with(&[home]), Some("/h/.local/share".into()));
        assert_eq!(with(&[("XDG_DATA_HOME", "/d"), home]), Some("/d".into()));
        assert_eq!(
            with(&[("XDG_DATA_HOME", "d"), home]),
            Some("/h/.local/share".into())
        );
        assert_eq!(with(&[]), None);
    }
}
