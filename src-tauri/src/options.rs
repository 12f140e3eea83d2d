//! What the program was started with.

use std::ffi::OsString;
use std::path::PathBuf;

/// What the program was started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where this wallet keeps everything.
    pub home: PathBuf,
    /// Address of the sandbox of this run, such as `http://127.0.0.1:8080`.
    pub sandbox: Option<String>,
    /// The cookie file of the sandbox's JSON-RPC, for the console.
    pub sandbox_cookie: Option<PathBuf>,
}

/// Why the program cannot start with these words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// `--home` is the last word.
    #[error("--home needs a folder")]
    HomeWithoutFolder,
    /// A word that means nothing here.
    #[error("{word:?} is not an option; there is --home DIR")]
    Unknown {
        /// The word.
        word: OsString,
    },
    /// The platform names no folder for data.
    #[error("there is no folder for data on this system; name one with --home DIR")]
    NoDataFolder,
}

impl Options {
    /// Reads the words after the program's name, then `SATCHEL_HOME`, `SATCHEL_SANDBOX_URL` and
    /// `SATCHEL_SANDBOX_COOKIE`, then what the platform says.
    ///
    /// # Errors
    /// See [`OptionsError`].
    pub fn read(
        words: impl IntoIterator<Item = OsString>,
        variable: impl Fn(&str) -> Option<OsString>,
        data_folder: Option<PathBuf>,
    ) -> Result<Self, OptionsError> {
        let mut home = None;
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.to_str() {
                Some("--home") => {
                    home = Some(words.next().ok_or(OptionsError::HomeWithoutFolder)?.into());
                }
                Some(text) if text.starts_with("--home=") => {
                    home = Some(PathBuf::from(&text["--home=".len()..]));
                }
                // macOS's Finder adds a process serial number to what it opens.
                Some(text) if text.starts_with("-psn_") => {}
                _ => return Err(OptionsError::Unknown { word }),
            }
        }
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let home = home
            .or_else(|| set("SATCHEL_HOME").map(PathBuf::from))
            .or_else(|| data_folder.map(|folder| folder.join("satchel")))
            .ok_or(OptionsError::NoDataFolder)?;
        let sandbox = set("SATCHEL_SANDBOX_URL")
            .and_then(|url| url.into_string().ok())
            .map(|url| {
                url.trim_end_matches('/')
                    .trim_end_matches("/api")
                    .to_owned()
            });
        let sandbox_cookie = set("SATCHEL_SANDBOX_COOKIE").map(PathBuf::from);
        Ok(Self {
            home,
            sandbox,
            sandbox_cookie,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str], variables: &[(&str, &str)]) -> Result<Options, OptionsError> {
        Options::read(
            words.iter().map(OsString::from),
            |name| {
                variables
                    .iter()
                    .find(|(n, _)| *n == name)
                    .map(|(_, v)| OsString::from(v))
            },
            Some(PathBuf::from("/data")),
        )
    }

    #[test]
    fn the_word_wins_over_the_variable_and_that_over_the_platform() {
        let home = |options: Result<Options, _>| options.expect("they are fine").home;
        assert_eq!(home(read(&[], &[])), PathBuf::from("/data/satchel"));
        assert_eq!(
            home(read(&[], &[("SATCHEL_HOME", "/v")])),
            PathBuf::from("/v")
        );
        assert_eq!(
            home(read(&[], &[("SATCHEL_HOME", "")])),
            PathBuf::from("/data/satchel")
        );
        assert_eq!(
            home(read(&["--home", "/w"], &[("SATCHEL_HOME", "/v")])),
            PathBuf::from("/w")
        );
        assert_eq!(home(read(&["--home=/w"], &[])), PathBuf::from("/w"));
    }

    #[test]
    fn a_sandbox_is_named_by_its_root() {
        for url in [
            "http://127.0.0.1:8080",
            "http://127.0.0.1:8080/",
            "http://127.0.0.1:8080/api/",
        ] {
            let options = read(&[], &[("SATCHEL_SANDBOX_URL", url)]).expect("it is fine");
            assert_eq!(options.sandbox.as_deref(), Some("http://127.0.0.1:8080"));
        }
    }

    #[test]
    fn a_word_that_means_nothing_is_refused() {
        assert_eq!(read(&["--home"], &[]), Err(OptionsError::HomeWithoutFolder));
        assert!(matches!(
            read(&["--hom", "/w"], &[]),
            Err(OptionsError::Unknown { .. })
        ));
        assert!(matches!(
            read(&["/w"], &[]),
            Err(OptionsError::Unknown { .. })
        ));
    }
}
