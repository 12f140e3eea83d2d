//! A device that was restored from an older copy of itself finds what it wrote since.

use satchel_types::BlobName;
use tokio_util::sync::CancellationToken;

use crate::tx;
use crate::world::{Device, pair};

#[tokio::test]
async fn it_goes_on_in_other_streams_and_says_so_wherever_the_program_ends_in_between() {
    let (first, second) = pair().await;
    first.step().await;
    second.step().await;
    let old = first.copied_home();
    first.reopen().await;
    let before = first.streams();
    let place = first.app.places().unwrap()[0].id;
    first.label(tx(1), "since the copy");
    first.step().await;
    assert_eq!(first.streams(), before);

    let round = || {
        let cancel = CancellationToken::new();
        async { first.app.sync_circle(place, cancel, &mut |_| {}).await }
    };
    let (mut untold, mut last) = (Vec::new(), 0);
    for moments in 0.. {
        first.put_back(&old).await;
        assert_eq!(first.streams(), before);
        first.dies_after(moments);
        let killed = round().await;
        let ended = killed.is_ok();
        first.starts_again().await;
        let again = round().await.unwrap();
        if !again.copied && !killed.is_ok_and(|round| round.copied) {
            untold.push(moments);
        }
        let now = first.streams();
        assert_ne!(now, before, "dead after {moments} moments");
        let label = format!("dead after {moments}");
        first.label(tx(2), &label);
        let stream = |name: &BlobName| match *name {
            BlobName::Segment { stream, .. } => Some(stream),
            _ => None,
        };
        let written = first.names();
        let here = |stream_of| {
            written
                .iter()
                .filter(move |it| stream(it) == Some(stream_of))
        };
        assert!(here(now.0).count() > 0, "dead after {moments} moments");
        first.step().await;
        second.step().await;
        assert!(
            first
                .labels()
                .contains(&(tx(1), "since the copy".to_owned()))
        );
        assert!(first.labels().contains(&(tx(2), label)));
        let known = |device: &Device| device.app.circle_digest().unwrap().unwrap().state;
        assert_eq!(known(&first), known(&second));
        last = moments;
        if ended {
            break;
        }
    }
    assert!(last > 8, "a round writes more often than that: {last}");
    // Where it ends between noting that it is told and telling it, nobody can know.
    assert!(
        untold.iter().all(|moments| *moments + 1 == last),
        "{untold:?} of {last}"
    );
}
