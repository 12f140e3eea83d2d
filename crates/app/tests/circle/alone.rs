//! A device that wrote on from two copies of itself. Who holds what others cannot open, or a branch that nothing holds, says
//! it once, and not before each round from then on.

use satchel_types::BlobName;

use crate::keys::add;
use crate::tx;
use crate::world::{Device, Files, Meeting, founder_and_strangers_at};

/// Writes so many labels, each an object, that they have more bytes than a device may have without a snapshot of them.
fn label_many(device: &Device) {
    for n in 0..80 {
        device.label(tx(n), &format!("label {n}"));
    }
}

/// Goes some rounds and says how many snapshots it has after each.
async fn snapshots_of_rounds(device: &Device) -> Vec<usize> {
    let mut counts = Vec::new();
    for _ in 0..5 {
        device.step().await;
        counts.push(device.snapshots());
    }
    counts
}

/// Lets lie in a place what either of two copies of a device left there.
fn leave_both(meeting: &Meeting, other: Files) {
    let mut both = meeting.files();
    both.extend(other);
    meeting.restore(both);
}

/// The newest epoch that a device knows; of several the one in use.
fn epoch(device: &Device) -> BlobName {
    let names = device.names().into_iter();
    let keys = names.filter_map(|name| match name {
        BlobName::Keys { epoch, hash } => Some((epoch, std::cmp::Reverse(hash))),
        _ => None,
    });
    let (epoch, std::cmp::Reverse(hash)) = keys.max().unwrap();
    BlobName::Keys { epoch, hash }
}

#[tokio::test]
async fn what_a_device_without_the_owners_key_opens_alone_it_says_once() {
    let meeting = Meeting::default();
    let (first, mut others) = founder_and_strangers_at(&meeting, 3).await;
    let [fourth, third, second] = [(); 3].map(|()| others.pop().unwrap());
    add(&first, &second).await;
    first.step().await;
    second.step().await;
    let before = meeting.files();
    // The first device is put back, and adds another one each time.
    let old = first.copied_home();
    let mut homes = Vec::new();
    for added in [third, fourth] {
        first.put_back(&old).await;
        add(&first, &added).await;
        let made = epoch(&first);
        homes.push((made, first.copied_home(), added));
    }
    homes.sort_by_key(|(made, _, _)| *made);
    let (_, other_home, _) = homes.pop().unwrap();
    let (in_use, home, newcomer) = homes.pop().unwrap();

    // Under the epoch that will not be in use it says one thing, which the second device alone will open.
    first.put_back(&other_home).await;
    first.label(tx(200), "apart");
    first.step().await;
    let other = meeting.files();
    meeting.restore(before);
    // Under the other one it says so much that a snapshot stands behind it in the same stream.
    first.put_back(&home).await;
    label_many(&first);
    first.step().await;
    assert!(first.snapshots() > 0);
    first.app.lock();
    leave_both(&meeting, other);

    newcomer.step().await;
    let counts = snapshots_of_rounds(&second).await;
    assert_eq!(epoch(&second), in_use, "nobody brought them together");
    assert!(
        counts[0] < counts[4],
        "it says what it opens alone: {counts:?}"
    );
    assert!(
        counts[1..].iter().all(|count| *count == counts[4]),
        "{counts:?}"
    );
    newcomer.step().await;
    newcomer.app.take_wallet(first.wallet).await.unwrap();
    let apart = (tx(200), "apart".to_owned());
    assert!(newcomer.labels().contains(&apart));
    let known = |device: &Device| device.app.circle_digest().unwrap().unwrap().state;
    assert_eq!(known(&newcomer), known(&second));
}

#[tokio::test]
async fn a_long_branch_of_a_copy_is_held_by_one_snapshot() {
    let meeting = Meeting::default();
    let (first, mut others) = founder_and_strangers_at(&meeting, 1).await;
    add(&first, &others.pop().unwrap()).await;
    first.step().await;
    let before = meeting.files();
    let old = first.copied_home();
    first.put_back(&old).await;
    label_many(&first);
    first.step().await;
    // The place keeps the branch and loses the snapshot that was written behind it.
    let mut branch = meeting.files();
    branch.retain(|(_, path), _| !path.ends_with(".snap"));
    meeting.restore(before);
    // What it writes after it was put back to before that is longer, and has a snapshot behind it.
    first.put_back(&old).await;
    for round in 0..8 {
        first.label(tx(200), &format!("again {round}"));
    }
    label_many(&first);
    first.step().await;
    leave_both(&meeting, branch);
    let counts = snapshots_of_rounds(&first).await;
    assert!(counts[0] < counts[4], "it holds the branch too: {counts:?}");
    assert!(
        counts[1..].iter().all(|count| *count == counts[4]),
        "{counts:?}"
    );
}
