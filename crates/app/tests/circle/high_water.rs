//! A device that was restored from an older copy knows it by its keychain, before it meets anybody.

use std::sync::Arc;

use satchel_app::Event;
use satchel_ports::{Keychain, KeychainError, KeychainItem};
use satchel_secrets::SecretBytes;
use satchel_testkit::{FakeKeychain, Platform};
use satchel_types::{BlobName, RequestId, StreamId};
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;

use crate::tx;
use crate::world::{Device, joined_beside, pair_beside, text_passphrase};

/// A pair of which the first wrote on after its home was copied, and what it wrote went out and was noted.
struct Story {
    first: Device,
    second: Device,
    keychain: Arc<FakeKeychain>,
    old: TempDir,
    /// The first one's streams then.
    before: (StreamId, StreamId),
    /// What it had written in them when it was copied.
    written: Vec<BlobName>,
}

impl Story {
    async fn on(platform: Platform) -> Self {
        let keychain = Arc::new(FakeKeychain::like(platform));
        let (first, second) = pair_beside(keychain.clone()).await;
        meet(&first, &second).await;
        let old = first.copied_home();
        first.reopen().await;
        let before = first.streams();
        let written = written_in(&first, before.0);
        first.label(tx(1), "since the copy");
        let noted = keychain.puts() + 1;
        first.step().await;
        if platform != Platform::Android {
            keychain.was_put(noted).await;
        }
        Self {
            first,
            second,
            keychain,
            old,
            before,
            written,
        }
    }

    /// The mark, as the keychain keeps it.
    async fn mark(&self) -> (KeychainItem, [u8; 32]) {
        let items = self.keychain.items();
        assert_eq!(items.len(), 1);
        let mark = self.keychain.get(items[0]).await.unwrap();
        (items[0], *mark.expose())
    }

    async fn put_mark(&self, item: KeychainItem, bytes: [u8; 32]) {
        let mark = SecretBytes::from_slice(&bytes).unwrap();
        self.keychain.put(item, &mark).await.unwrap();
    }
}

/// Lets two meet until each has heard what the other heard.
async fn meet(first: &Device, second: &Device) {
    for _ in 0..3 {
        first.step().await;
        second.step().await;
    }
}

/// What a device keeps of a stream.
fn written_in(device: &Device, wanted: StreamId) -> Vec<BlobName> {
    let mut names = device.names();
    names.retain(|name| match name {
        BlobName::Segment { stream, .. } | BlobName::Snapshot { stream, .. } => *stream == wanted,
        BlobName::Keys { .. } => false,
    });
    names.sort_unstable();
    names
}

/// Whether it was told that a copy was seen.
fn is_said(events: &mut Receiver<Event>) -> bool {
    std::iter::from_fn(|| events.try_recv().ok()).any(|event| matches!(event, Event::CopySeen))
}

/// Whether the next address may have been shown elsewhere.
async fn next_is_unsure(device: &Device, request: u8) -> bool {
    let request = RequestId::from_bytes([request; 16]);
    let row = device
        .app
        .generate_address(Some(device.wallet), request, None);
    !row.await.unwrap().maybe_on.is_empty()
}

#[tokio::test]
async fn an_older_copy_is_known_when_it_opens_and_before_anything_is_written() {
    for platform in [Platform::Linux, Platform::Apple, Platform::Windows] {
        let story = Story::on(platform).await;
        let Story { first, second, .. } = &story;
        assert!(!next_is_unsure(first, 1).await, "set aside for it");
        assert!(!first.app.take_copy_seen().unwrap());

        first.put_back(&story.old).await;
        let now = first.streams();
        assert_ne!(now, story.before, "{platform:?}");
        assert!(first.app.take_copy_seen().unwrap());
        assert!(!first.app.take_copy_seen().unwrap(), "told once");
        assert!(
            next_is_unsure(first, 2).await,
            "what was set aside may have been shown"
        );
        first.label(tx(2), "after it");
        assert_eq!(written_in(first, story.before.0), story.written);
        assert!(!written_in(first, now.0).is_empty());

        assert!(!first.step().await.copied, "it was told already");
        meet(first, second).await;
        let labels = first.labels();
        for label in [
            (tx(1), "since the copy".to_owned()),
            (tx(2), "after it".to_owned()),
        ] {
            assert!(labels.contains(&label));
        }
        let known = |device: &Device| device.app.circle_digest().unwrap().unwrap().state;
        assert_eq!(known(first), known(second));
        assert_eq!(first.streams(), now);
        assert_eq!(story.keychain.questions(), 0, "nobody was asked");
    }
}

#[tokio::test]
async fn it_is_known_as_well_when_the_keychain_opens_it() {
    let story = Story::on(Platform::Windows).await;
    let first = &story.first;
    first.app.enrol_keychain().await.unwrap();
    let old = first.copied_home();
    first.reopen().await;
    let noted = story.keychain.puts() + 1;
    first.label(tx(1), "since the door was made");
    first.step().await;
    story.keychain.was_put(noted).await;
    first.put_back_locked(&old);
    first.app.unlock_by_keychain().await.unwrap();
    assert_ne!(first.streams(), story.before);
    assert!(first.app.take_copy_seen().unwrap());
    assert_eq!(story.keychain.questions(), 1, "for the door");
}

#[tokio::test]
async fn it_is_told_once_of_each_time_that_it_was_put_back() {
    let story = Story::on(Platform::Linux).await;
    let first = &story.first;
    let mut seen = vec![first.streams()];
    for _ in 0..2 {
        // The mark is still that of the stream it left, or of one that the copy never had.
        first.put_back(&story.old).await;
        assert!(first.app.take_copy_seen().unwrap());
        let now = first.streams();
        assert!(!seen.contains(&now));
        seen.push(now);
        for _ in 0..2 {
            first.reopen().await;
            assert!(!first.app.take_copy_seen().unwrap());
            assert_eq!(first.streams(), now);
        }
        let noted = story.keychain.puts() + 1;
        first.label(tx(3), "in the new stream");
        first.step().await;
        story.keychain.was_put(noted).await;
    }
}

#[tokio::test]
async fn whoever_writes_on_is_called_restored_by_nobody_and_notes_what_went_out_alone() {
    let story = Story::on(Platform::Linux).await;
    let (first, keychain) = (&story.first, &story.keychain);
    let mark = story.mark().await;
    first.label(tx(4), "stays here");
    for _ in 0..2 {
        first.reopen().await;
        assert_eq!(story.mark().await, mark, "nothing went out");
    }
    let noted = keychain.puts() + 1;
    first.step().await;
    keychain.was_put(noted).await;
    assert_ne!(story.mark().await, mark);
    for _ in 0..2 {
        first.step().await;
        first.app.high_water_noted().await;
        first.reopen().await;
    }
    assert_eq!(keychain.puts(), noted, "nothing more went out");
    assert!(!first.app.take_copy_seen().unwrap());
    assert_eq!(first.streams(), story.before);
}

#[tokio::test]
async fn a_mark_of_another_device_or_circle_says_nothing() {
    let story = Story::on(Platform::Linux).await;
    let (item, mark) = story.mark().await;
    let further = |mut mark: [u8; 32], strange: bool| {
        mark[27] = 1;
        if strange {
            mark[0] ^= 1;
        }
        mark
    };
    story.put_mark(item, further(mark, true)).await;
    story.first.reopen().await;
    assert!(!story.first.app.take_copy_seen().unwrap());
    assert_eq!(story.first.streams(), story.before);
    // It is the strangeness alone that makes the difference.
    story.put_mark(item, further(mark, false)).await;
    story.first.reopen().await;
    assert!(story.first.app.take_copy_seen().unwrap());
}

#[tokio::test]
async fn without_an_answer_nobody_waits_and_a_meeting_says_it_as_before() {
    type Trouble = fn(&FakeKeychain);
    let troubles: [(Platform, Trouble); 4] = [
        (Platform::Linux, FakeKeychain::lock),
        (Platform::Linux, FakeKeychain::stop),
        (Platform::Windows, FakeKeychain::empty),
        (Platform::Android, |_| {}),
    ];
    for (platform, trouble) in troubles {
        let story = Story::on(platform).await;
        trouble(&story.keychain);
        story.first.put_back(&story.old).await;
        assert!(!story.first.app.take_copy_seen().unwrap());
        assert_eq!(story.first.streams(), story.before);
        assert!(story.first.step().await.copied, "{platform:?}");
        assert_ne!(story.first.streams(), story.before);
        assert_eq!(story.keychain.questions(), 0);
    }
}

#[tokio::test]
async fn a_silent_keychain_holds_nothing_up_and_what_it_says_late_is_heard() {
    let story = Story::on(Platform::Linux).await;
    let first = &story.first;
    story.keychain.hold();
    first.put_back(&story.old).await;
    let mut events = first.app.events();
    assert_eq!(first.streams(), story.before);
    // More than was written since the copy, so that the numbers alone would say nothing any more.
    for text in ["one", "two", "three", "four"] {
        first.label(tx(5), text);
    }
    story.keychain.release();
    first.app.high_water_noted().await;
    assert!(is_said(&mut events));
    assert_ne!(first.streams(), story.before);
    assert!(first.app.take_copy_seen().unwrap());
}

#[tokio::test]
async fn a_mark_that_could_not_be_read_is_looked_at_before_another_takes_its_place() {
    let story = Story::on(Platform::Linux).await;
    let first = &story.first;
    story.keychain.lock();
    first.put_back(&story.old).await;
    assert_eq!(first.streams(), story.before);
    story.keychain.unlock();
    let mark = story.mark().await;
    let mut events = first.app.events();
    let folder = tempfile::tempdir().unwrap();
    let file = first
        .app
        .backup(folder.path(), text_passphrase("a file's own passphrase"));
    file.await.unwrap();
    first.app.high_water_noted().await;
    assert!(is_said(&mut events));
    assert_ne!(first.streams(), story.before);
    assert_eq!(story.mark().await, mark);
}

#[tokio::test]
async fn a_file_that_went_out_is_noted_like_a_round() {
    let story = Story::on(Platform::Linux).await;
    let (first, mark) = (&story.first, story.mark().await);
    let old = first.copied_home();
    first.reopen().await;
    first.label(tx(6), "in the file alone");
    let folder = tempfile::tempdir().unwrap();
    let noted = story.keychain.puts() + 1;
    let file = first
        .app
        .backup(folder.path(), text_passphrase("a file's own passphrase"));
    file.await.unwrap();
    first.app.high_water_noted().await;
    assert_eq!(story.keychain.puts(), noted);
    assert_ne!(story.mark().await, mark);
    first.put_back(&old).await;
    assert!(first.app.take_copy_seen().unwrap());
}

#[tokio::test]
async fn a_device_that_was_removed_takes_its_mark_along() {
    let keychain = Arc::new(FakeKeychain::like(Platform::Linux));
    let (removed, owner) = joined_beside(keychain.clone()).await;
    meet(&owner, &removed).await;
    removed.app.high_water_noted().await;
    let item = keychain.items()[0];
    let circle = removed.app.circle().unwrap().unwrap();
    let itself = circle.devices.iter().find(|device| device.this).unwrap();
    owner.app.remove_device(itself.id).await.unwrap();
    owner.step().await;
    removed.step().await;
    removed.app.high_water_noted().await;
    let kept = keychain.get(item).await;
    assert_eq!(kept.err(), Some(KeychainError::NotFound));
}
