//! Who was added to the circle: told on each device, until its owner says that it was meant (ADR 0029).
//!
//! Each round compares who belongs with whom this device knew, so that nothing is missed when the program ended in
//! between, and a device that was away for long hears of it all the same.

use std::collections::BTreeSet;

use satchel_bundle::replica::Replica;
use satchel_types::{Batch, DeviceId, Notice, NoticeId, NoticeKind, Write};

use crate::access_error::AccessError;
use crate::circle::{ADDED_BY, Circle, device_key};
use crate::events::Event;
use crate::open::Open;
use crate::session::App;

/// Key of the setting with the devices that this one knew.
const KNOWN: &str = "circle.devices_known";

/// Notes that whoever belongs now is known: of a circle that this device founds or joins.
pub(crate) fn all_known(replica: &Replica) -> Write {
    put_known(replica.roster().members().map(|member| member.id))
}

fn put_known(ids: impl Iterator<Item = DeviceId>) -> Write {
    let ids: Vec<String> = ids.map(|id| id.to_string()).collect();
    Write::PutSetting {
        key: KNOWN.to_owned(),
        value: ids.join(","),
    }
}

fn read_known(text: &str) -> BTreeSet<DeviceId> {
    let ids = text.split(',');
    ids.filter_map(|id| id.parse().ok()).collect()
}

/// Returns which device added another, as it says itself. Whoever can write to the circle could say anything of itself, but
/// only a holder of the owner's key adds at all.
fn added_by(replica: &Replica, device: DeviceId) -> Option<DeviceId> {
    let text = replica.state().value(&device_key(device, ADDED_BY))?;
    text.parse().ok()
}

impl App {
    /// Notes devices that were added since this was last looked at, and puts away what was told of such as were
    /// removed.
    pub(crate) fn note_new_devices(&self, open: &Open, circle: &Circle) -> Result<(), AccessError> {
        let noted = open.store.setting(KNOWN)?;
        let notices = open.store.notices()?;
        let mut batch = Batch::new();
        let mut news = Vec::new();
        {
            let replica = circle.replica();
            let members: BTreeSet<DeviceId> =
                replica.roster().members().map(|member| member.id).collect();
            // Before this was told, nobody was asked about whoever was there.
            let known = noted.as_deref().map_or_else(|| members.clone(), read_known);
            if noted.is_none() || !members.is_subset(&known) {
                batch.push(put_known(known.union(&members).copied()));
            }
            let told = |wanted: DeviceId| {
                notices.iter().find(|notice| {
                    matches!(notice.kind, NoticeKind::DeviceAdded { device, .. } if device == wanted)
                })
            };
            for id in members.iter().copied().filter(|id| *id != replica.device()) {
                let kind = NoticeKind::DeviceAdded {
                    device: id,
                    by: added_by(&replica, id),
                };
                let before = told(id);
                let new = before.is_none() && !known.contains(&id);
                // Who added it may be learned later than that it was added.
                if new || before.is_some_and(|before| before.kind != kind) {
                    let notice = Notice {
                        id: notice_id(id),
                        wallet: None,
                        kind,
                        at: self.now(),
                        dismissed_at: None,
                    };
                    batch.push(Write::PutNotice(Box::new(notice.clone())));
                    if new {
                        news.push(notice);
                    }
                }
            }
            for notice in notices.iter().filter(|it| it.dismissed_at.is_none()) {
                if let NoticeKind::DeviceAdded { device, .. } = notice.kind
                    && !members.contains(&device)
                {
                    batch.push(Write::DismissNotice(notice.id, self.now()));
                }
            }
        }
        if batch.is_empty() {
            return Ok(());
        }
        open.shared.unshared().apply(&batch)?;
        self.tell(Event::NoticesChanged);
        for notice in news {
            self.tell(Event::Noticed { notice });
        }
        Ok(())
    }
}

fn notice_id(device: DeviceId) -> NoticeId {
    let mut text = b"satchel notice: a device was added\0".to_vec();
    text.extend_from_slice(device.as_bytes());
    crate::notices::id_of(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_devices_that_were_known_are_read_back() {
        let ids = [DeviceId::from_bytes([1; 16]), DeviceId::from_bytes([2; 16])];
        let Write::PutSetting { value, .. } = put_known(ids.into_iter()) else {
            unreachable!()
        };
        assert_eq!(read_known(&value), ids.into_iter().collect());
        assert!(read_known("").is_empty());
        assert_eq!(read_known("x,01"), BTreeSet::new());
    }
}
