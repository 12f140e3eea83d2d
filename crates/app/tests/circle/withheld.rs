//! A place that holds something back from a device that was just added.

use satchel_app::admit_device::Admission;

use crate::tx;
use crate::world::{Device, Files, Meeting, founder_and_strangers_at};

/// A device that was seen in a place to have said more, one that it just added, and what lay there before that, and then.
async fn added() -> (Meeting, Device, Device, Admission, [Files; 2]) {
    let meeting = Meeting::default();
    let (first, mut strangers) = founder_and_strangers_at(&meeting, 1).await;
    let second = strangers.remove(0);
    first.label(tx(1), "rent");
    first.step().await;
    let before = meeting.files();
    first.label(tx(2), "deposit");
    first.step().await;
    let then = meeting.files();
    let new = second.new_device().await;
    let request = new.request().unwrap();
    let admission = first.app.admit_device(request, false).await.unwrap();
    second.app.join_circle(new, &admission).await.unwrap();
    (meeting, first, second, admission, [before, then])
}

#[tokio::test]
async fn a_new_device_is_told_that_a_place_shows_less_than_was_seen_there_when_it_was_added() {
    let (meeting, _first, second, _, [before, then]) = added().await;
    meeting.restore(before);
    let shown = second.step().await;
    assert_eq!(shown.missing, 0, "nothing that it was shown speaks of it");
    assert_eq!(shown.less_than.as_deref(), Some("Device 1"));
    second.reopen().await;
    let shown = second.step().await;
    assert_eq!(
        shown.less_than.as_deref(),
        Some("Device 1"),
        "until it comes"
    );
    meeting.restore(then);
    assert_eq!(second.step().await.less_than, None);
    // It came once: nothing is asked any more, and what is lost now is said otherwise.
    assert_eq!(second.step().await.less_than, None);
}

#[tokio::test]
async fn what_was_not_seen_in_a_place_yet_is_not_asked_of_it() {
    let (_, first, second, admission, _) = added().await;
    let seen = admission.seen.unwrap();
    assert_eq!((seen.by, seen.last.len()), (first.id(), 1));
    // The keys and the name of the device that was added are on the device that added it alone.
    assert_eq!(second.step().await.less_than, None);
}

#[tokio::test]
async fn a_snapshot_that_holds_what_was_seen_shows_it() {
    let (meeting, first, second, _, [before, _]) = added().await;
    let snapshots = first.snapshots();
    // Each is an object of a kibibyte.
    for byte in 0..80 {
        first.label(tx(byte), "one more");
    }
    first.step().await;
    assert!(first.snapshots() > snapshots, "a new one was due");
    // The snapshot lies there, and what it holds does not.
    let mut files = meeting.files();
    let is_kept = |path: &str| path.contains("keys/") || path.ends_with(".snap");
    files.retain(|at, _| is_kept(&at.1) || before.contains_key(at));
    meeting.restore(files);
    assert_eq!(second.step().await.less_than, None);
}

#[tokio::test]
async fn who_is_told_nothing_of_places_asks_for_nothing() {
    let meeting = Meeting::default();
    let (first, mut strangers) = founder_and_strangers_at(&meeting, 1).await;
    let second = strangers.remove(0);
    first.step().await;
    let before = meeting.files();
    first.label(tx(2), "deposit");
    first.step().await;
    let new = second.new_device().await;
    let request = new.request().unwrap();
    let admission = first.app.admit_device(request, false).await.unwrap();
    let as_before = Admission {
        seen: None,
        ..admission
    };
    second.app.join_circle(new, &as_before).await.unwrap();
    meeting.restore(before);
    assert_eq!(second.step().await.less_than, None);
}
