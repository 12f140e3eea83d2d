//! What a device that was added is told of the others' names, until it hears of them in objects. Shown, and never shared:
//! what others are called is theirs to say.

use std::collections::BTreeMap;

use satchel_ports::{StoreError, WalletStore};
use satchel_types::{DeviceId, WalletName, Write, is_disguise};

use crate::found_circle::DeviceName;

/// Names by device.
pub(crate) type ToldNames = BTreeMap<DeviceId, DeviceName>;

/// Key of the setting with them.
const TOLD: &str = "circle.names_told";

/// Keeps names: one device a line, in parts that no name can hold the ends of.
pub(crate) fn put_told(names: &ToldNames) -> Write {
    let lines = names.iter().filter(|(_, called)| {
        let parts = [&called.name, &called.system];
        WalletName::new(&called.name).is_ok()
            && !parts.iter().any(|part| part.contains(is_disguise))
    });
    let lines: Vec<_> = lines
        .map(|(id, called)| format!("{id}\t{}\t{}", called.name, called.system))
        .collect();
    Write::PutSetting {
        key: TOLD.to_owned(),
        value: lines.join("\n"),
    }
}

/// Returns the names that were kept.
pub(crate) fn told_names(store: &dyn WalletStore) -> Result<ToldNames, StoreError> {
    let text = store.setting(TOLD)?.unwrap_or_default();
    let line = |line: &str| {
        let mut parts = line.splitn(3, '\t');
        let id = parts.next()?.parse().ok()?;
        let name = parts.next()?.to_owned();
        let system = parts.next()?.to_owned();
        Some((id, DeviceName { name, system }))
    };
    Ok(text.lines().filter_map(line).collect())
}
