//! Joining whole states: side by side in the order of their keys. What both have alike is looked at where it lies, and
//! only what changes is copied.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Payment, Register, State, Touched, earliest};

/// How many times fewer keys a map has that are looked up one by one.
const FEW: usize = 8;

impl State {
    /// Joins another state; returns what that touched.
    pub fn join(&mut self, other: &Self) -> BTreeSet<Touched> {
        let mut touched = Vec::new();
        join_map(
            &mut self.wallets,
            &other.wallets,
            |mine, theirs| {
                let smaller = theirs < mine;
                if smaller {
                    mine.clone_from(theirs);
                }
                smaller
            },
            |id| touched.push(Touched::Wallet(*id)),
        );
        join_map(&mut self.values, &other.values, Register::join_all, |key| {
            touched.push(Touched::Value(key.clone()))
        });
        join_map(
            &mut self.locks,
            &other.locks,
            |mine, theirs| mine.join(theirs),
            |(wallet, coin)| touched.push(Touched::Lock(*wallet, *coin)),
        );
        let first = |mine: &mut BTreeMap<_, _>, theirs: &BTreeMap<_, _>| {
            let mut changed = false;
            for (device, at) in theirs {
                changed |= earliest(mine, *device, *at);
            }
            changed
        };
        join_map(&mut self.revealed, &other.revealed, first, |key| {
            touched.push(Touched::Address(*key));
        });
        join_map(&mut self.leased, &other.leased, first, |key| {
            touched.push(Touched::Lease(*key));
        });
        join_map(
            &mut self.payments,
            &other.payments,
            |mine: &mut Payment, theirs| mine != theirs && mine.join(theirs.clone()),
            |(wallet, txid)| touched.push(Touched::Payment(*wallet, *txid)),
        );
        let known = self.opaque.len();
        if self.opaque != other.opaque {
            self.opaque.extend(other.opaque.iter().cloned());
        }
        if self.opaque.len() > known {
            touched.push(Touched::Opaque);
        }
        touched.into_iter().collect()
    }

    /// Returns what one of two states has and the other has not, or has otherwise.
    pub fn difference(&self, other: &Self) -> BTreeSet<Touched> {
        let mut touched = Vec::new();
        each_difference(&self.wallets, &other.wallets, |id| {
            touched.push(Touched::Wallet(*id));
        });
        each_difference(&self.values, &other.values, |key| {
            touched.push(Touched::Value(key.clone()));
        });
        each_difference(&self.locks, &other.locks, |(wallet, coin)| {
            touched.push(Touched::Lock(*wallet, *coin));
        });
        each_difference(&self.revealed, &other.revealed, |key| {
            touched.push(Touched::Address(*key));
        });
        each_difference(&self.leased, &other.leased, |key| {
            touched.push(Touched::Lease(*key));
        });
        each_difference(&self.payments, &other.payments, |(wallet, txid)| {
            touched.push(Touched::Payment(*wallet, *txid));
        });
        if self.opaque != other.opaque {
            touched.push(Touched::Opaque);
        }
        touched.into_iter().collect()
    }
}

/// Makes a state of changes. Values that come in the order of their keys, as an object has them, are not looked up one by one.
impl FromIterator<Change> for State {
    fn from_iter<T: IntoIterator<Item = Change>>(changes: T) -> Self {
        let mut state = Self::default();
        let mut values: Vec<(_, Register)> = Vec::new();
        for change in changes {
            match (change, values.last_mut()) {
                (Change::Value { key, value }, Some((last, register))) if *last == key => {
                    register.join(value);
                }
                (Change::Value { key, value }, last)
                    if last.as_ref().is_none_or(|(last, _)| *last < key) =>
                {
                    values.push((key, Register::of(value)));
                }
                (change, _) => {
                    state.apply(change);
                }
            }
        }
        let values = values.into_iter().collect();
        if state.values.is_empty() {
            state.values = values;
        } else {
            join_map(&mut state.values, &values, Register::join_all, |_| ());
        }
        state
    }
}

/// Joins one map into another, and tells the keys whose value that changed.
fn join_map<K: Ord + Clone, V: Clone>(
    mine: &mut BTreeMap<K, V>,
    theirs: &BTreeMap<K, V>,
    mut join: impl FnMut(&mut V, &V) -> bool,
    mut changed: impl FnMut(&K),
) {
    let mut new = Vec::new();
    if theirs.len() < mine.len() / FEW {
        for (key, value) in theirs {
            match mine.get_mut(key) {
                Some(known) => {
                    if join(known, value) {
                        changed(key);
                    }
                }
                None => {
                    changed(key);
                    new.push((key.clone(), value.clone()));
                }
            }
        }
    } else {
        let mut rest = mine.iter_mut();
        let mut next = rest.next();
        for (key, value) in theirs {
            let order = loop {
                match next.as_ref().map(|(known, _)| (*known).cmp(key)) {
                    Some(Ordering::Less) => next = rest.next(),
                    Some(order) => break order,
                    None => break Ordering::Greater,
                }
            };
            match &mut next {
                Some((_, known)) if order == Ordering::Equal => {
                    if join(known, value) {
                        changed(key);
                    }
                }
                _ => {
                    changed(key);
                    new.push((key.clone(), value.clone()));
                }
            }
        }
    }
    if new.len() < mine.len() / FEW {
        mine.extend(new);
    } else {
        // In order, so that the tree is built and not searched.
        mine.append(&mut new.into_iter().collect());
    }
}

/// Tells the keys that have not the same value in both maps.
fn each_difference<K: Ord, V: PartialEq>(
    one: &BTreeMap<K, V>,
    other: &BTreeMap<K, V>,
    mut tell: impl FnMut(&K),
) {
    let (mut ones, mut others) = (one.iter().peekable(), other.iter().peekable());
    loop {
        let order = match (ones.peek(), others.peek()) {
            (Some((one, _)), Some((other, _))) => (*one).cmp(*other),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return,
        };
        let one = (order != Ordering::Greater).then(|| ones.next()).flatten();
        let other = (order != Ordering::Less).then(|| others.next()).flatten();
        match (one, other) {
            (Some((_, one)), Some((_, other))) if one == other => {}
            (Some((key, _)), _) | (None, Some((key, _))) => tell(key),
            (None, None) => {}
        }
    }
}

#[cfg(test)]
mod tests;
