//! How long things take: the median of some tries, in time of the processor where the system tells it, so that others
//! who work on the machine do not matter.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use satchel_bundle::object::open;
use satchel_bundle::replica::{Replica, Source};
use satchel_bundle::state::State;
use satchel_sync::{Check, Memory, Round, load, round};
use tokio_util::sync::CancellationToken;

use crate::place::{Asked, Place};
use crate::row;
use crate::workload::{
    Dice, Kept, NOW, block_on, device, keys, label, label_all, member, snapshot, write,
};

const LABELS: u64 = 10_000;
const AT_ONCE: usize = 16;

/// Returns the middle one.
pub fn median(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all[all.len() / 2]
}

fn median_of(times: usize, mut work: impl FnMut() -> Duration) -> Duration {
    median((0..times).map(|_| work()).collect())
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let (begun, before) = (Instant::now(), on_processor());
    let result = work();
    let took = match (before, on_processor()) {
        (Some(before), Some(after)) => after - before,
        _ => begun.elapsed(),
    };
    drop(result);
    took
}

/// How long this thread has run. What `/proc` tells of it is as old as the last tick, up to four milliseconds.
#[cfg(unix)]
fn on_processor() -> Option<Duration> {
    let told = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(told).ok()
}

#[cfg(not(unix))]
fn on_processor() -> Option<Duration> {
    None
}

pub fn ms(took: Duration) -> String {
    let hundredths = (took.as_micros() + 5) / 10;
    format!("{}.{:02} ms", hundredths / 100, hundredths % 100)
}

pub fn print() {
    merging();
    sealing();
    starting();
    nothing_new();
}

/// The states of some devices, each of which wrote a fifth of all labels anew, become one.
fn merging() {
    let mut dice = Dice::default();
    let keys = keys(&mut dice);
    let mut first = member(1, &keys);
    label_all(&mut first, LABELS, &mut dice);
    let base = snapshot(&mut first, &mut dice).bytes;
    let states: Vec<State> = (1..=10)
        .map(|n| {
            let mut other = member(n, &keys);
            other.take(&base, Source::Here).expect("whole");
            let changes = (0..LABELS / 5).map(|_| {
                let what = dice.below(LABELS);
                label(&other, what, &mut dice)
            });
            let changes = changes.collect();
            write(&mut other, changes, &mut dice);
            other.state().clone()
        })
        .collect();
    for (count, aim) in [(2, "1.0 ms"), (5, "4.5 ms"), (10, "10.3 ms")] {
        let took = median_of(7, || {
            // Many, each of its own, as they lie in memory and not in the processor's cache.
            let mut all = vec![states[0].clone(); AT_ONCE];
            timed(|| {
                for whole in &mut all {
                    for other in &states[1..count] {
                        whole.join(other);
                    }
                }
                all
            })
        });
        let took = took / u32::try_from(AT_ONCE).expect("small");
        let what = format!("states of {count} devices become one, 10,000 labels");
        row(&what, &ms(took), aim);
    }
}

fn sealing() {
    let mut dice = Dice::default();
    let keys = keys(&mut dice);
    let mut replica = member(1, &keys);
    label_all(&mut replica, LABELS, &mut dice);
    let mut object = Vec::new();
    let packed = median_of(3, || {
        timed(|| object = snapshot(&mut replica, &mut dice).bytes)
    });
    row(
        "the snapshot is written: columns, packed, sealed, read again",
        &ms(packed),
        "",
    );
    let epoch = satchel_bundle::object::Head::read(&object)
        .expect("whole")
        .place
        .epoch;
    let class = satchel_bundle::object::Class::Shared;
    let key = &replica.ring().keys(class, epoch)[0];
    let opened = median_of(7, || timed(|| open(&object, key).expect("whole")));
    row("the snapshot is opened and read", &ms(opened), "3 ms");
    let nonce = [7; 24];
    let sealed = median_of(7, || {
        timed(|| satchel_secrets::aead::seal(key, &nonce, b"", &object))
    });
    row("its cipher alone", &ms(sealed), "0.26 ms");
}

/// A program starts that has ten thousand objects of one label each.
fn starting() {
    let mut dice = Dice::default();
    let keys = keys(&mut dice);
    let mut replica = member(1, &keys);
    let kept = Kept::default();
    kept.add(keys);
    for n in 0..LABELS {
        let change = label(&replica, n, &mut dice);
        kept.add(write(&mut replica, vec![change], &mut dice).bytes);
    }
    let start = |times, objects: u64| {
        median_of(times, || {
            timed(|| {
                let loaded = block_on(load(device(1), &kept)).expect("readable");
                assert_eq!(loaded.replica.objects().count() as u64, objects);
                loaded
            })
        })
    };
    row(
        "start, 10,000 objects, for the first time",
        &ms(start(1, LABELS)),
        "",
    );
    kept.add(snapshot(&mut replica, &mut dice).bytes);
    for n in LABELS..LABELS + 150 {
        let change = label(&replica, n, &mut dice);
        kept.add(write(&mut replica, vec![change], &mut dice).bytes);
    }
    let what = "start, 10,000 objects in a snapshot and 150 after it";
    row(what, &ms(start(5, LABELS + 151)), "≤ 150 ms");
}

/// A round in which nobody has anything to say.
fn nothing_new() {
    let mut dice = Dice::default();
    let keys = keys(&mut dice);
    let mut replica = member(1, &keys);
    let (kept, place) = (Kept::default(), Place::default());
    kept.add(keys);
    for n in 0..1_000 {
        let change = label(&replica, n, &mut dice);
        kept.add(write(&mut replica, vec![change], &mut dice).bytes);
    }
    let replica = Mutex::new(replica);
    let mut memory = Memory::default();
    let cancel = CancellationToken::new();
    let mut go = |replica: &Mutex<Replica>| {
        let with = Round {
            store: &place,
            place: "memory",
            keep: &kept,
            spare: device(99).own_streams(),
            check: Check::Lengths,
            now_ms: NOW * 1_000,
            cancel: &cancel,
        };
        timed(|| block_on(round(replica, &mut memory, &with, &mut |_| {})).expect("it keeps"))
    };
    go(&replica);
    place.asked();
    let took = median_of(5, || go(&replica));
    let Asked { lists, gets, puts } = place.asked();
    let calls = format!("{} list, {gets} get, {puts} put", lists / 5);
    row(
        "a round with nothing new, 1,000 objects",
        &calls,
        "1 list, 0 get",
    );
    row("its own work", &ms(took), "");
}
