//! The settings that devices share: the only list of them.
//!
//! On it are settings that change how things are shown, and nothing else. What guards money (servers, proxies, limits, when it
//! locks) is each device's own, and so is what belongs to a screen, such as its colours (SYNC, H11). What a newer version shares
//! beyond this list is kept and passed on as it is.

use satchel_bundle::state::{Space, ValueKey};
use satchel_types::Write;

/// A setting that devices share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharedSetting {
    /// How amounts are written.
    Unit,
}

impl SharedSetting {
    /// All of them.
    pub const ALL: [Self; 1] = [Self::Unit];

    /// Its name among the devices.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
        }
    }

    /// What it may say.
    pub const fn values(self) -> &'static [&'static str] {
        match self {
            Self::Unit => &["btc", "sats"],
        }
    }

    /// Its key in this device's database.
    pub(crate) fn key(self) -> String {
        format!("{SHARED}{}", self.name())
    }

    /// Returns the setting that is kept under a key of the database.
    pub(crate) fn of_key(key: &str) -> Option<Self> {
        let name = key.strip_prefix(SHARED)?;
        Self::ALL.into_iter().find(|setting| setting.name() == name)
    }

    /// Its key among what is shared.
    pub(crate) fn value_key(self) -> ValueKey {
        ValueKey {
            space: Space::SETTING,
            owner: [0; 16],
            field: self.name().as_bytes().to_vec(),
        }
    }

    /// Returns the setting that is shared under a key; `None`: it is a newer version's, or nobody's.
    pub(crate) fn of_value(key: &ValueKey) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|setting| setting.value_key() == *key)
    }

    /// Makes the write that keeps it, if it may say that.
    pub(crate) fn put(self, value: &str) -> Option<Write> {
        self.values().contains(&value).then(|| Write::PutSetting {
            key: self.key(),
            value: value.to_owned(),
        })
    }
}

/// How the keys of shared settings begin in the database.
const SHARED: &str = "shared.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_guards_money_is_among_them() {
        // Whoever adds one reads this list first: it may change how things are shown, and nothing else.
        let names: Vec<_> = SharedSetting::ALL.map(SharedSetting::name).to_vec();
        assert_eq!(names, ["unit"]);
        for key in [
            "limit_per_payment",
            "backup_folder",
            "ui",
            "unit",
            "shared.limits",
        ] {
            assert_eq!(SharedSetting::of_key(key), None, "{key}");
        }
        assert_eq!(
            SharedSetting::of_key("shared.unit"),
            Some(SharedSetting::Unit)
        );
        assert!(SharedSetting::Unit.put("euro").is_none());
    }
}
