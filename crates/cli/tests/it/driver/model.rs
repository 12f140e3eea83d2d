//! What must be there in the end, whatever happened: a second opinion that knows nothing of objects and versions.

use std::collections::{BTreeMap, BTreeSet};

/// A thing that was done, in the order of the whole run.
#[derive(Debug, Clone)]
struct Act<T> {
    at: usize,
    device: usize,
    /// How often the device had been restored from an older copy of itself.
    life: usize,
    /// It was acknowledged, and nothing took it away since.
    must: bool,
    what: T,
}

/// All that was done.
#[derive(Debug, Default)]
pub struct Model {
    now: usize,
    labels: BTreeMap<String, Vec<Act<String>>>,
    locks: BTreeMap<String, Vec<Act<bool>>>,
    addresses: Vec<Act<String>>,
    /// Of each device: from when its copy was that it was restored from, restoration by restoration.
    lives: BTreeMap<usize, Vec<usize>>,
    /// What a removed device wrote afterwards.
    never: BTreeSet<String>,
    removed: BTreeSet<usize>,
}

impl Model {
    /// The moment now, for a copy that is made.
    pub fn moment(&self) -> usize {
        self.now
    }

    fn act<T>(&mut self, device: usize, must: bool, what: T) -> Act<T> {
        self.now += 1;
        Act {
            at: self.now,
            device,
            life: self.lives.get(&device).map_or(0, Vec::len),
            must: must && !self.removed.contains(&device),
            what,
        }
    }

    /// A label was written; empty: taken away. `sure`: the command said that it is done.
    pub fn label(&mut self, device: usize, on: &str, text: &str, sure: bool) {
        if self.removed.contains(&device) {
            self.never.insert(text.to_owned());
            return;
        }
        let act = self.act(device, sure, text.to_owned());
        self.labels.entry(on.to_owned()).or_default().push(act);
    }

    /// A coin was locked or unlocked.
    pub fn lock(&mut self, device: usize, coin: &str, locked: bool, sure: bool) {
        if self.removed.contains(&device) {
            return;
        }
        let act = self.act(device, sure, locked);
        self.locks.entry(coin.to_owned()).or_default().push(act);
    }

    /// An address was handed out.
    pub fn address(&mut self, device: usize, address: &str) {
        let act = self.act(device, true, address.to_owned());
        self.addresses.push(act);
    }

    /// A device is now as it was at a moment.
    pub fn restored(&mut self, device: usize, from: usize) {
        self.now += 1;
        self.doubt(|by, at| by == device && at > from);
        self.lives.entry(device).or_default().push(from);
    }

    /// A device was removed: what it wrote counts as far as whoever removed it had heard.
    pub fn removed(&mut self, device: usize) {
        self.now += 1;
        self.doubt(|by, _| by == device);
        self.removed.insert(device);
    }

    fn doubt(&mut self, whether: impl Fn(usize, usize) -> bool) {
        let labels = self.labels.values_mut().flatten();
        for act in labels.filter(|act| whether(act.device, act.at)) {
            act.must = false;
        }
        let locks = self.locks.values_mut().flatten();
        for act in locks.filter(|act| whether(act.device, act.at)) {
            act.must = false;
        }
        let addresses = self.addresses.iter_mut();
        for act in addresses.filter(|act| whether(act.device, act.at)) {
            act.must = false;
        }
    }

    /// Whether the same device did this before, and still knew when it did that.
    fn knew<T>(&self, later: &Act<T>, earlier: &Act<T>) -> bool {
        let none = Vec::new();
        let lives = self.lives.get(&later.device).unwrap_or(&none);
        later.device == earlier.device
            && later.at > earlier.at
            && (earlier.life..later.life).all(|life| earlier.at <= lives[life])
    }

    /// Says what is wrong with the labels, locks and addresses that a home shows in the end.
    pub fn faults(
        &self,
        labels: &BTreeMap<String, String>,
        locked: &BTreeMap<String, bool>,
        addresses: &BTreeSet<String>,
    ) -> Vec<String> {
        let mut faults = Vec::new();
        for (on, acts) in &self.labels {
            let standing = |act: &&Act<String>| {
                let mut later = acts.iter().filter(|later| later.must);
                !later.any(|later| self.knew(later, act))
            };
            let mut allowed: BTreeSet<&str> = acts
                .iter()
                .filter(standing)
                .map(|act| act.what.as_str())
                .collect();
            if acts.iter().all(|act| !act.must) {
                allowed.insert("");
            }
            let shown = labels.get(on).map_or("", String::as_str);
            if !allowed.contains(shown) {
                faults.push(format!("{on} says {shown:?} and not one of {allowed:?}"));
            }
        }
        for text in labels.values().filter(|text| self.never.contains(*text)) {
            faults.push(format!("{text:?} is of a device that had been removed"));
        }
        for (coin, is_locked) in locked {
            let acts = self.locks.get(coin).map_or(&[][..], Vec::as_slice);
            let last_off = acts.iter().filter(|act| !act.what).map(|act| act.at).max();
            let must = acts
                .iter()
                .any(|act| act.must && act.what && Some(act.at) > last_off);
            if must && !is_locked {
                faults.push(format!("{coin} is not locked: {acts:?}"));
            }
            // Nobody ever locked it, or one device alone did and took it off again.
            let own = acts.first().is_none_or(|first| {
                let alone = acts
                    .iter()
                    .all(|act| act.device == first.device && act.life == first.life && act.must);
                alone && acts.last().is_some_and(|last| !last.what)
            });
            if own && *is_locked {
                faults.push(format!("{coin} is locked: {acts:?}"));
            }
        }
        for act in self.addresses.iter().filter(|act| act.must) {
            if !addresses.contains(&act.what) {
                faults.push(format!("{} was handed out by {}", act.what, act.device));
            }
        }
        faults
    }
}

#[test]
fn the_model_sees_what_is_lost() {
    let text = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        let pairs = pairs.iter();
        pairs
            .map(|(on, text)| ((*on).to_owned(), (*text).to_owned()))
            .collect()
    };
    let mut model = Model::default();
    model.label(0, "a", "one", true);
    model.label(0, "a", "two", true);
    model.label(1, "a", "other", true);
    model.lock(0, "c", true, true);
    model.address(1, "addr");
    let locked = |is| BTreeMap::from([("c".to_owned(), is)]);
    let there = BTreeSet::from(["addr".to_owned()]);
    let none = Vec::<String>::new();
    for shown in ["two", "other"] {
        assert_eq!(
            model.faults(&text(&[("a", shown)]), &locked(true), &there),
            none
        );
    }
    // Lost, overtaken, unlocked, not handed out.
    for (shown, lock, addresses, count) in [
        ("", true, &there, 1),
        ("one", true, &there, 1),
        ("two", false, &there, 1),
        ("two", true, &BTreeSet::new(), 1),
    ] {
        let faults = model.faults(&text(&[("a", shown)]), &locked(lock), addresses);
        assert_eq!(faults.len(), count, "{faults:?}");
    }
    // What came after the copy that a device was restored from may be gone, and is not overtaken by what it does then.
    let copy = model.moment();
    model.label(0, "a", "three", true);
    model.restored(0, copy);
    model.label(0, "a", "four", true);
    for (shown, count) in [("three", 0), ("four", 0), ("two", 1)] {
        let faults = model.faults(&text(&[("a", shown)]), &locked(true), &there);
        assert_eq!(faults.len(), count, "{shown}: {faults:?}");
    }
    model.removed(1);
    model.label(1, "b", "after", true);
    let faults = model.faults(
        &text(&[("a", "four"), ("b", "after")]),
        &locked(true),
        &there,
    );
    assert_eq!(faults.len(), 1, "{faults:?}");
}
