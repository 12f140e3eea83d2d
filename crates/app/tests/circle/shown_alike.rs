//! How things are shown is the same on all of the owner's devices; what guards money is each device's own.

use satchel_app::admit_device::DeviceRequest;
use satchel_app::found_circle::DeviceName;
use satchel_app::shared_settings::SharedSetting;
use satchel_bundle::container::person_in;
use satchel_bundle::object::Contents;
use satchel_bundle::replica::{Identity, OwnStreams, Replica, Source, Stamp};
use satchel_bundle::state::{Change, Space, ValueKey};
use satchel_secrets::SecretBytes;
use satchel_secrets::sign::verify_key;
use satchel_secrets::wrap::wrap_key;
use satchel_types::{DeviceId, StreamId};

use crate::world::{
    Device, Meeting, founder_and_stranger, founder_and_strangers_at, passphrase, text_passphrase,
};
use crate::{meet, shared};

fn unit(device: &Device) -> Option<String> {
    device.app.shared_setting(SharedSetting::Unit).unwrap()
}

fn set(device: &Device, value: &str) {
    device
        .app
        .set_shared_setting(SharedSetting::Unit, value)
        .unwrap();
}

#[tokio::test]
async fn the_last_word_on_how_amounts_are_shown_holds_everywhere() {
    let (first, second) = shared().await;
    assert_eq!((unit(&first), unit(&second)), (None, None));
    set(&first, "sats");
    meet(&first, &second).await;
    assert_eq!(unit(&second).as_deref(), Some("sats"));
    // Apart: the later clock.
    set(&first, "btc");
    second.clock.advance(60);
    set(&second, "btc");
    set(&second, "sats");
    meet(&first, &second).await;
    assert_eq!(
        (unit(&first), unit(&second)),
        (Some("sats".into()), Some("sats".into()))
    );
    assert!(
        first.app.conflicts().unwrap().is_empty(),
        "nobody has to choose"
    );
    set(&first, "euro");
    assert_eq!(
        unit(&first).as_deref(),
        Some("sats"),
        "what it cannot say changes nothing"
    );
}

#[tokio::test]
async fn whoever_joins_shows_things_as_the_others_do_and_a_founders_way_goes_along() {
    let (first, second) = founder_and_stranger().await;
    set(&first, "sats");
    set(&second, "btc");
    let device = second.new_device().await;
    let admission = first
        .app
        .admit_device(device.request().unwrap(), false)
        .await
        .unwrap();
    second.app.join_circle(device, &admission).await.unwrap();
    meet(&first, &second).await;
    assert_eq!(
        (unit(&first), unit(&second)),
        (Some("sats".into()), Some("sats".into()))
    );
}

#[tokio::test]
async fn limits_servers_and_folders_are_never_said_to_others() {
    let (first, second) = shared().await;
    let objects = first.names().len();
    for key in ["backup_folder", "ui", "shared.limits", "unit"] {
        first.app.set_setting(key, "1".into()).unwrap();
    }
    let limits = satchel_app::spending_limits::Limits {
        per_payment: Some(bitcoin::Amount::from_sat(5)),
        ..Default::default()
    };
    first.app.set_limits(limits).await.unwrap();
    assert_eq!(first.names().len(), objects, "no object was written");
    meet(&first, &second).await;
    assert_eq!(second.app.limits().unwrap(), Default::default());
}

/// Leaves at the place what a device of a newer version would, which shares settings that this one does not know.
async fn newer_device_says(first: &Device, meeting: &Meeting, settings: &[(&str, &str)]) {
    let secret = |n: u8| SecretBytes::<32>::from_slice(&[n; 32]).unwrap();
    let identity = Identity {
        device: DeviceId::from_bytes([0x77; 16]),
        sign: secret(1),
        wrap: secret(2),
    };
    let request = DeviceRequest {
        id: identity.device,
        sign_key: verify_key(&identity.sign),
        wrap_key: wrap_key(&identity.wrap).unwrap(),
        name: DeviceName {
            name: "Newer".to_owned(),
            system: "Test".to_owned(),
        },
    };
    let admission = first.app.admit_device(request, false).await.unwrap();
    let own = OwnStreams {
        shared: StreamId::from_bytes([0x78; 16]),
        seeds: StreamId::from_bytes([0x79; 16]),
    };
    let mut replica = Replica::new(admission.circle, admission.owner, identity, own);
    for keys in &admission.keys {
        replica.take(keys, Source::Elsewhere).unwrap();
    }
    let value = |(name, text): &(&str, &str)| {
        let key = ValueKey {
            space: Space::SETTING,
            owner: [0; 16],
            field: name.as_bytes().to_vec(),
        };
        replica.set_value(key, 9, Some((*text).to_owned()))
    };
    let changes: Vec<Change> = settings.iter().map(value).collect();
    let stamp = Stamp {
        clock_ms: 9_000,
        app: "99.0".to_owned(),
    };
    let draw = |out: &mut [u8]| -> Result<(), ()> {
        out.fill(5);
        Ok(())
    };
    let written = replica
        .write(Contents::Shared(changes), &stamp, draw)
        .unwrap()
        .unwrap();
    let name = written.place.name(&written.sealed.hash);
    first.step().await;
    let mut files = meeting.files();
    files.insert((admission.circle, name.to_string()), written.sealed.bytes);
    meeting.restore(files);
}

#[tokio::test]
async fn settings_of_a_newer_version_are_kept_and_said_again_and_change_nothing_here() {
    let folder = tempfile::tempdir().unwrap();
    let meeting = Meeting::default();
    let (first, _) = founder_and_strangers_at(&meeting, 0).await;
    let settings = [
        ("chart", "candles"),
        ("limit_per_payment", "none"),
        ("unit", "euro"),
    ];
    newer_device_says(&first, &meeting, &settings).await;
    assert_eq!(first.step().await.taken, 1);
    assert_eq!(unit(&first), None);
    assert_eq!(first.setting("chart"), None);
    assert_eq!(first.setting("shared.chart"), None);
    assert_eq!(first.app.limits().unwrap(), Default::default());
    // What it writes for others who never met the newer one has them.
    let file = "a file's own horse and battery";
    let made = first
        .app
        .backup(folder.path(), text_passphrase(file))
        .await
        .unwrap();
    let bytes = std::fs::read(&made.path).unwrap();
    let opened = satchel_bundle::open(&bytes, &text_passphrase(file)).unwrap();
    let satchel_bundle::OpenedFile::Container(opened) = opened else {
        panic!("it is of version 2");
    };
    let person = person_in(&opened.read);
    let said = |name: &str| person.settings.get(name).map(String::as_str);
    assert_eq!(
        (said("chart"), said("unit")),
        (Some("candles"), Some("euro"))
    );
    // And a home that is made of it takes none of them for its own.
    let fresh = Device::new(6).await;
    let access = fresh.app.unlock(passphrase()).await.unwrap();
    let import = fresh
        .app
        .import_file(&made.path, text_passphrase(file), &access);
    import.await.unwrap();
    assert_eq!((unit(&fresh), fresh.setting("chart")), (None, None));
}
