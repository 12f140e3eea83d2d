//! The laws of a place that keeps objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt, stream};
use satchel_ports::{BlobError, BlobStore, Listed, Put};
use satchel_types::{BlobName, CircleId};
use tokio_util::sync::CancellationToken;

use crate::rows;

/// More than fit on one page of a list in any protocol.
const MANY: u32 = 1_100;

/// A place made for one law, and what others may do there.
#[async_trait]
pub trait Ground: Send + Sync {
    /// Returns a new hand to a circle's folder, as each device has one.
    fn hand(&self, circle: CircleId) -> Arc<dyn BlobStore>;

    /// Leaves bytes under a path in a circle's folder behind the back of every hand, in place of
    /// what is there.
    async fn plant(&self, circle: CircleId, path: &str, bytes: &[u8]);

    /// Returns what lies under a path in a circle's folder.
    async fn held(&self, circle: CircleId, path: &str) -> Option<Vec<u8>>;

    /// Returns whether of two that leave the same name at the same time only one hears that it is
    /// new. Where not, both may.
    fn is_exclusive(&self) -> bool {
        true
    }

    /// Returns whether the list tells lengths.
    fn tells_lengths(&self) -> bool {
        true
    }
}

/// Checks every law, each on a place that was never used.
///
/// # Panics
/// Where a law is broken.
pub async fn blob_store<G: Ground>(make: impl AsyncFn() -> G) {
    a_place_never_used_holds_nothing(&make().await).await;
    what_was_put_is_listed_and_read_back(&make().await).await;
    what_is_there_stays_also_when_it_is_torn(&make().await).await;
    what_was_written_over_is_listed_otherwise(&make().await).await;
    mending_replaces_and_creates(&make().await).await;
    removing_can_be_repeated(&make().await).await;
    the_limit_is_exact(&make().await).await;
    what_has_another_name_is_passed_over(&make().await).await;
    a_long_list_is_read_to_its_end(&make().await).await;
    two_that_put_one_name_at_once_leave_one_whole_object(&make().await).await;
    many_hands_in_a_new_place_do_not_disturb_each_other(&make().await).await;
    a_cancelled_list_ends(&make().await).await;
    circles_do_not_see_each_other(&make().await).await;
}

/// The circle that most laws are about.
fn circle() -> CircleId {
    rows::circle_id(1)
}

/// Bytes of every value, differing by seed.
fn object(seed: u32, len: usize) -> Vec<u8> {
    let seed = seed.wrapping_mul(167) as usize;
    (seed..seed + len)
        .map(|n| (n % 251 + n / 251) as u8)
        .collect()
}

async fn list(place: &dyn BlobStore) -> Vec<Listed> {
    let listed = place.list(&CancellationToken::new()).await;
    let mut listed = listed.expect("a place that can be listed");
    listed.sort();
    listed
}

async fn names(place: &dyn BlobStore) -> Vec<BlobName> {
    list(place).await.into_iter().map(|l| l.name).collect()
}

async fn put(place: &dyn BlobStore, name: &BlobName, bytes: &[u8]) {
    assert_eq!(place.put_new(name, bytes).await, Ok(Put::New), "{name}");
}

async fn holds(place: &dyn BlobStore, name: &BlobName, bytes: &[u8]) {
    let got = place.get(name, bytes.len() as u64).await;
    assert!(
        got.as_deref() == Ok(bytes),
        "{name}: what was put comes back"
    );
}

async fn a_place_never_used_holds_nothing(ground: &impl Ground) {
    let place = ground.hand(circle());
    assert!(!place.place().is_empty(), "a place has a name for people");
    assert_eq!(list(&*place).await, []);
    let name = rows::blob_name(1);
    assert_eq!(place.get(&name, 100).await, Err(BlobError::NotFound));
    assert_eq!(place.remove(&name).await, Ok(()));
    assert_eq!(list(&*place).await, [], "looking leaves nothing");
}

async fn what_was_put_is_listed_and_read_back(ground: &impl Ground) {
    let place = ground.hand(circle());
    let mut put_so_far = BTreeMap::new();
    // Nothing, a byte, a segment's smallest size and more than fits one read or packet; of every kind.
    for (n, len) in [(7, 0), (1, 1), (11, 1024), (2, 300_000), (3, 65_536)] {
        let (name, bytes) = (rows::blob_name(n), object(n, len));
        put(&*place, &name, &bytes).await;
        put_so_far.insert(name, bytes);
        assert_eq!(
            names(&*place).await,
            put_so_far.keys().copied().collect::<Vec<_>>()
        );
    }
    let other = ground.hand(circle());
    for (name, bytes) in &put_so_far {
        holds(&*place, name, bytes).await;
        holds(&*other, name, bytes).await;
        let held = ground.held(circle(), &name.to_string()).await;
        assert!(held.as_ref() == Some(bytes), "it lies there under its name");
    }
    for listed in list(&*other).await {
        let len = put_so_far[&listed.name].len() as u64;
        match listed.len {
            Some(told) => assert_eq!(told, len, "{}", listed.name),
            None => assert!(!ground.tells_lengths(), "it can tell lengths"),
        }
    }
}

/// Where the list tells tags: nothing else shows that bytes of the same number are others.
async fn what_was_written_over_is_listed_otherwise(ground: &impl Ground) {
    let place = ground.hand(circle());
    let (name, other) = (rows::blob_name(1), rows::blob_name(2));
    put(&*place, &name, &object(1, 1024)).await;
    put(&*place, &other, &object(2, 1024)).await;
    let before = list(&*place).await;
    assert_eq!(list(&*place).await, before, "looking changes nothing");
    ground
        .plant(circle(), &name.to_string(), &object(3, 1024))
        .await;
    let after = list(&*place).await;
    let tag = |list: &[Listed], name: &BlobName| {
        let listed = list.iter().find(|listed| listed.name == *name);
        listed.expect("it is there").tag
    };
    if tag(&before, &name).is_some() {
        assert_ne!(tag(&after, &name), tag(&before, &name));
        assert_eq!(tag(&after, &other), tag(&before, &other));
    }
}

async fn what_is_there_stays_also_when_it_is_torn(ground: &impl Ground) {
    let place = ground.hand(circle());
    let (name, whole) = (rows::blob_name(1), object(1, 2048));
    for there in [&whole[..], &whole[..700], &[]] {
        ground.plant(circle(), &name.to_string(), there).await;
        assert_eq!(place.put_new(&name, &whole).await, Ok(Put::Existed));
        holds(&*place, &name, there).await;
        let listed = list(&*place).await;
        assert_eq!(listed.len(), 1);
        if ground.tells_lengths() {
            assert_eq!(listed[0].len, Some(there.len() as u64), "a torn one shows");
        }
    }
}

async fn mending_replaces_and_creates(ground: &impl Ground) {
    let place = ground.hand(circle());
    let whole = object(1, 2048);
    let name = rows::blob_name(1);
    let longer = object(2, 4096);
    for there in [&whole[..700], &[], &longer[..], &whole[..]] {
        ground.plant(circle(), &name.to_string(), there).await;
        assert_eq!(place.mend(&name, &whole).await, Ok(()));
        holds(&*place, &name, &whole).await;
    }
    let absent = rows::blob_name(11);
    assert_eq!(place.mend(&absent, &whole).await, Ok(()));
    holds(&*place, &absent, &whole).await;
    assert_eq!(list(&*place).await.len(), 2, "and nothing is left beside");
}

async fn removing_can_be_repeated(ground: &impl Ground) {
    let place = ground.hand(circle());
    let (gone, stays) = (rows::blob_name(1), rows::blob_name(3));
    put(&*place, &gone, b"a").await;
    put(&*place, &stays, b"b").await;
    for _ in 0..2 {
        assert_eq!(place.remove(&gone).await, Ok(()));
        assert_eq!(place.get(&gone, 10).await, Err(BlobError::NotFound));
        assert_eq!(names(&*place).await, [stays]);
    }
    put(&*place, &gone, b"c").await;
    holds(&*place, &gone, b"c").await;
}

async fn the_limit_is_exact(ground: &impl Ground) {
    let place = ground.hand(circle());
    for (n, len) in [(1, 1), (2, 1000), (3, 200_000)] {
        let (name, bytes) = (rows::blob_name(n), object(n, len));
        put(&*place, &name, &bytes).await;
        holds(&*place, &name, &bytes).await;
        let max = len as u64 - 1;
        let cut = place.get(&name, max).await;
        assert!(
            matches!(cut, Err(BlobError::TooLarge { max: told, .. }) if told == max),
            "{:?}",
            cut.map(|bytes| bytes.len())
        );
        let more = place.get(&name, u64::MAX).await.map(|got| got.len());
        assert_eq!(more, Ok(len), "any limit can be named");
    }
}

async fn what_has_another_name_is_passed_over(ground: &impl Ground) {
    let place = ground.hand(circle());
    let ours = rows::blob_name(1);
    put(&*place, &ours, b"ours").await;
    let segment = ours.to_string();
    let (folder, file) = segment.rsplit_once('/').expect("it has folders");
    let stem = file.strip_suffix(".seg").expect("a segment");
    let keys = rows::blob_name(11).to_string();
    for path in [
        "notes.txt".to_owned(),
        ".DS_Store".to_owned(),
        "keys/desktop.ini".to_owned(),
        "other/folder/deep/file".to_owned(),
        format!("{folder}/.syncthing.{file}.tmp"),
        format!("{folder}/~syncthing~{file}.tmp"),
        format!("{folder}/{stem}.sync-conflict-20261125-120000-ABCDEFG.seg"),
        format!("{folder}/{stem} (1).seg"),
        format!("{folder}/{stem} (conflicted copy 2026-11-25).seg"),
        format!("{folder}/.{file}.icloud"),
        format!("{folder}/{file}.tmp"),
        format!("{folder}/{}", file.to_uppercase()),
        format!("{folder}/100% & <ü> + #1.seg"),
        format!("s/{file}"),
        format!("s/not a stream/{file}"),
        file.to_owned(),
        // A folder that is called like an object.
        format!("{keys}/{file}"),
    ] {
        // Windows has no such name; it and Apple's systems take one in other letters for ours.
        let one_case = cfg!(any(windows, target_vendor = "apple"));
        if cfg!(windows) && path.contains('<') || one_case && path.ends_with(&file.to_uppercase()) {
            continue;
        }
        ground.plant(circle(), &path, b"theirs").await;
        assert_eq!(names(&*place).await, [ours], "{path}");
    }
    holds(&*place, &ours, b"ours").await;
}

async fn a_long_list_is_read_to_its_end(ground: &impl Ground) {
    let place = ground.hand(circle());
    let mut all: Vec<BlobName> = (0..MANY).map(rows::blob_name).collect();
    stream::iter(&all)
        .map(async |name| place.put_new(name, name.to_string().as_bytes()).await)
        .buffer_unordered(8)
        .try_for_each(async |put| {
            assert_eq!(put, Put::New);
            Ok(())
        })
        .await
        .expect("a place with room");
    all.sort();
    assert_eq!(names(&*place).await, all);
}

async fn two_that_put_one_name_at_once_leave_one_whole_object(ground: &impl Ground) {
    for n in 0..10 {
        let (a, b) = (ground.hand(circle()), ground.hand(circle()));
        let name = rows::blob_name(n);
        let (of_a, of_b) = (object(1, 50_000), object(2, 50_000));
        let (put_a, put_b) = tokio::join!(a.put_new(&name, &of_a), b.put_new(&name, &of_b));
        let there = a.get(&name, 50_000).await.expect("one came first");
        let put = (put_a.expect("no fault"), put_b.expect("no fault"));
        match put {
            (Put::New, Put::Existed) => assert!(there == of_a, "the one that was new"),
            (Put::Existed, Put::New) => assert!(there == of_b, "the one that was new"),
            (Put::New, Put::New) => {
                assert!(!ground.is_exclusive(), "only one can be new");
                assert!(there == of_a || there == of_b, "not a mixture");
            }
            (Put::Existed, Put::Existed) => panic!("one of them was new"),
        }
        assert_eq!(names(&*b).await.len(), n as usize + 1);
    }
}

async fn many_hands_in_a_new_place_do_not_disturb_each_other(ground: &impl Ground) {
    // All want the same folders to be there, and none has made them.
    let put_by_new_hand = async |n| {
        let (place, name) = (ground.hand(circle()), rows::blob_name(n));
        put(&*place, &name, &object(n, 500)).await;
    };
    futures::future::join_all((0..16).map(put_by_new_hand)).await;
    let place = ground.hand(circle());
    assert_eq!(names(&*place).await.len(), 16);
    for n in 0..16 {
        holds(&*place, &rows::blob_name(n), &object(n, 500)).await;
    }
}

async fn a_cancelled_list_ends(ground: &impl Ground) {
    let place = ground.hand(circle());
    put(&*place, &rows::blob_name(1), b"a").await;
    let cancel = CancellationToken::new();
    cancel.cancel();
    assert_eq!(place.list(&cancel).await, Err(BlobError::Cancelled));
    assert_eq!(list(&*place).await.len(), 1, "the next is not disturbed");
}

async fn circles_do_not_see_each_other(ground: &impl Ground) {
    let (ours, theirs) = (rows::circle_id(1), rows::circle_id(2));
    let (place, other) = (ground.hand(ours), ground.hand(theirs));
    let name = rows::blob_name(1);
    put(&*place, &name, b"ours").await;
    assert_eq!(list(&*other).await, []);
    put(&*other, &name, b"theirs").await;
    assert_eq!(place.remove(&name).await, Ok(()));
    assert_eq!(list(&*place).await, []);
    holds(&*other, &name, b"theirs").await;
}
