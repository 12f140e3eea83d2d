//! Conditions of `cfg`, as Rust's reference describes them.

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predicate {
    All(Vec<Predicate>),
    Any(Vec<Predicate>),
    Not(Box<Predicate>),
    /// A name, perhaps with a value: `unix`, `target_os = "ios"`.
    Is(String, Option<String>),
}

impl Predicate {
    /// Reads one, up to where it ends or a comma follows (`cfg_attr`). `None`: it is none.
    pub fn read(text: &str) -> Option<Self> {
        let (predicate, rest) = Self::first(text)?;
        let rest = rest.trim_start();
        (rest.is_empty() || rest.starts_with(',')).then_some(predicate)
    }

    fn first(text: &str) -> Option<(Self, &str)> {
        let text = text.trim_start();
        let end = text
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        if name.is_empty() {
            return None;
        }
        let rest = rest.trim_start();
        if let Some(inside) = rest.strip_prefix('(') {
            let (parts, rest) = Self::list(inside)?;
            let predicate = match (name, parts.len()) {
                ("all", _) => Self::All(parts),
                ("any", _) => Self::Any(parts),
                ("not", 1) => Self::Not(Box::new(parts.into_iter().next()?)),
                _ => return None,
            };
            return Some((predicate, rest));
        }
        let Some(value) = rest.strip_prefix('=') else {
            return Some((Self::Is(name.to_owned(), None), rest));
        };
        let (value, rest) = value.trim_start().strip_prefix('"')?.split_once('"')?;
        Some((Self::Is(name.to_owned(), Some(value.to_owned())), rest))
    }

    /// Reads what is between parentheses, of which the first is gone.
    fn list(mut text: &str) -> Option<(Vec<Self>, &str)> {
        let mut parts = Vec::new();
        loop {
            text = text.trim_start();
            if let Some(rest) = text.strip_prefix(')') {
                return Some((parts, rest));
            }
            let (part, rest) = Self::first(text)?;
            parts.push(part);
            text = rest.trim_start();
            text = text.strip_prefix(',').unwrap_or(text);
        }
    }

    /// Returns whether it holds where `is` says what does.
    pub fn holds(&self, is: &dyn Fn(&str, Option<&str>) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(is)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(is)),
            Self::Not(part) => !part.holds(is),
            Self::Is(name, value) => is(name, value.as_deref()),
        }
    }

    /// Shows each name that is asked for.
    pub fn names(&self, see: &mut dyn FnMut(&str)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.names(see)),
            Self::Not(part) => part.names(see),
            Self::Is(name, _) => see(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_and_asked() {
        let read = |text| Predicate::read(text).expect("a condition");
        let apple = |name: &str, value: Option<&str>| {
            name == "unix" || (name, value) == ("target_os", Some("macos"))
        };
        for (text, holds) in [
            ("unix", true),
            ("windows", false),
            ("not(unix)", false),
            ("target_os = \"macos\"", true),
            ("any(target_os = \"linux\", target_os=\"macos\")", true),
            (
                "all(\n    unix,\n    not(any(mobile, target_os = \"macos\")),\n)",
                false,
            ),
            ("all()", true),
            ("any()", false),
            ("not(windows), allow(dead_code)", true),
        ] {
            assert_eq!(read(text).holds(&apple), holds, "{text}");
        }
        for none in ["", "not()", "some(unix)", "unix windows", "target_os = 3"] {
            assert_eq!(Predicate::read(none), None, "{none}");
        }
    }
}
