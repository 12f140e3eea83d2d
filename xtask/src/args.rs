//! Words of a command line.

use anyhow::{Context, Result, bail};

/// The words after the command. Each getter takes what it finds; [`Args::names`] takes the rest.
#[derive(Debug)]
pub struct Args {
    words: Vec<String>,
}

impl Args {
    pub fn new(words: Vec<String>) -> Self {
        Self { words }
    }

    /// Takes a switch; says whether it was there.
    pub fn switch(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() != before
    }

    /// Takes an option's value, from `--name VALUE` or `--name=VALUE`.
    pub fn value(&mut self, name: &str) -> Result<Option<String>> {
        let joined = format!("{name}=");
        if let Some(at) = self.words.iter().position(|w| w.starts_with(&joined)) {
            return Ok(Some(self.words.remove(at)[joined.len()..].to_owned()));
        }
        let Some(at) = self.words.iter().position(|word| word == name) else {
            return Ok(None);
        };
        self.words.remove(at);
        if at < self.words.len() && !self.words[at].starts_with("--") {
            return Ok(Some(self.words.remove(at)));
        }
        bail!("{name} needs a value")
    }

    /// Takes an option's value as a number.
    pub fn number<T: std::str::FromStr>(&mut self, name: &str) -> Result<Option<T>> {
        let Some(text) = self.value(name)? else {
            return Ok(None);
        };
        let number = text.parse().ok();
        Ok(Some(number.with_context(|| {
            format!("{name} needs a number, not {text:?}")
        })?))
    }

    /// Takes the words that are left; none of them may look like an option.
    pub fn names(self) -> Result<Vec<String>> {
        match self.words.iter().find(|word| word.starts_with('-')) {
            Some(word) => bail!("{word} is not an option here"),
            None => Ok(self.words),
        }
    }

    /// Checks that nothing is left.
    pub fn none_left(self) -> Result<()> {
        match self.words.first() {
            Some(word) => bail!("{word} means nothing here"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(words: &[&str]) -> Args {
        Args::new(words.iter().map(|&word| word.to_owned()).collect())
    }

    #[test]
    fn switches_values_and_names_are_told_apart() {
        let mut args = args(&["ui", "--home", "/h", "--fast", "--port=9", "tidy"]);
        assert!(args.switch("--fast"));
        assert!(!args.switch("--fast"));
        assert_eq!(
            args.value("--home").expect("it has one").as_deref(),
            Some("/h")
        );
        assert_eq!(args.number::<u16>("--port").expect("a number"), Some(9));
        assert_eq!(args.names().expect("only names"), ["ui", "tidy"]);
    }

    #[test]
    fn a_missing_value_a_wrong_number_and_an_unknown_option_are_refused() {
        assert!(args(&["--home"]).value("--home").is_err());
        assert!(args(&["--home", "--fast"]).value("--home").is_err());
        assert!(args(&["--port", "x"]).number::<u16>("--port").is_err());
        assert!(args(&["--fats"]).names().is_err());
        assert!(args(&["word"]).none_left().is_err());
    }
}
