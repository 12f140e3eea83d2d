//! What a wallet file carries (`docs/formats/wallet-file-v2.md`): the circle's objects if they go along, and a part made for
//! the file.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use satchel_bundle::container::{Container, Part, person_in};
use satchel_bundle::keys::{Device, Roster};
use satchel_bundle::object::{Contents, ObjectHash, Secrets};
use satchel_bundle::replica::{Replica, Source};
use satchel_bundle::state::{AddressKey, Change, wallet_id};
use satchel_bundle::{OpenedFile, PortableWallet};
use satchel_ports::{StoreError, WalletStore};
use satchel_secrets::sign::verify_key;
use satchel_secrets::wrap::wrap_key;
use satchel_secrets::{SecretBytes, SecretVec};
use satchel_types::{BlobName, ChainSide, CircleId, LabelTarget, WalletId, WalletRecord};

use crate::access_error::AccessError;
use crate::circle::{all_contacts, all_of_person, everything_of, stamp};
use crate::open::Open;
use crate::session::App;

/// The seeds of wallets, for one file.
pub(crate) type Seeds = Vec<(WalletId, SecretVec)>;

/// The last address handed out on each side of a wallet.
type HandedOut = (WalletId, [(ChainSide, Option<u32>); 2]);

/// What a file must bring back.
pub(crate) struct Promises {
    wallets: Vec<Promise>,
    /// Addresses of contacts.
    contacts: BTreeSet<String>,
}

/// What a file must bring back of a wallet.
struct Promise {
    wallet: WalletId,
    has_seed: bool,
    labels: HashMap<LabelTarget, String>,
    locked: BTreeSet<bitcoin::OutPoint>,
    next: [u32; 2],
}

/// Why what is here could not be gathered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GatherError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// What is here could not be made into objects.
    #[error("what is here cannot be written into a file: {0}")]
    Objects(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl App {
    /// Whether a file of these wallets carries the circle's objects: not if that would tell of others, and not what
    /// opens the circle to somebody who gets a wallet to watch alone.
    pub(crate) fn carries_circle(open: &Open, records: &[WalletRecord], backup: bool) -> bool {
        let Some(circle) = open.shared.circle() else {
            return false;
        };
        let replica = circle.replica();
        let is_in_it = |id| records.iter().any(|record| record.id == id);
        let all = replica.state().wallets().all(|shared| is_in_it(shared.id));
        let opens_less = !records.iter().any(|record| record.has_seed);
        // A device that was removed, or waits for keys, knows more than it could share.
        replica.belongs() && (backup || (all && !opens_less))
    }

    /// Whether a file of these wallets carries whom their owner pays: not one that somebody else gets, to watch a wallet or to have
    /// one of several.
    pub(crate) fn carries_person(
        open: &Open,
        records: &[WalletRecord],
        backup: bool,
    ) -> Result<bool, AccessError> {
        let is_in_it = |id| records.iter().any(|record| record.id == id);
        let all = open.store.wallets()?.iter().all(|here| is_in_it(here.id));
        Ok(backup || (all && records.iter().any(|record| record.has_seed)))
    }

    /// Puts together what a file carries.
    pub(crate) async fn gather(
        &self,
        open: &Open,
        records: &[WalletRecord],
        seeds: Seeds,
        (with_circle, with_person): (bool, bool),
    ) -> Result<(Container, Promises), GatherError> {
        let mut handed_out = Vec::new();
        for record in records {
            let last = open.read_engine(record.id, |engine| {
                [ChainSide::Receive, ChainSide::Change]
                    .map(|side| (side, engine.last_revealed(side)))
            });
            handed_out.push((record.id, last.await?));
        }
        let mut promises = promises(&*open.store, records, &seeds, &handed_out)?;
        if with_person {
            let contacts = all_contacts(&*open.store).map_err(AccessError::from)?;
            let addresses = contacts.into_iter().flat_map(|contact| contact.addresses);
            promises.contacts = addresses.map(|it| it.address).collect();
        }
        let mut parts = Vec::new();
        let circle = open.shared.circle().filter(|_| with_circle);
        let said = circle.as_ref().map(|circle| circle.replica());
        let mut known: Option<&Replica> = None;
        if let Some(replica) = &said
            && let Some(part) = circle_part(&**open.shared.unshared(), replica)?
        {
            parts.push(part);
            known = Some(replica);
        }
        parts.extend(self.own_part(open, (records, with_person), seeds, &handed_out, known)?);
        drop(said);
        let container = Container {
            created_at: self.now(),
            parts,
        };
        Ok((container, promises))
    }

    /// Makes the part that is made for a file: what `known` does not say, and the seeds.
    fn own_part(
        &self,
        open: &Open,
        (records, with_person): (&[WalletRecord], bool),
        seeds: Seeds,
        handed_out: &[HandedOut],
        known: Option<&Replica>,
    ) -> Result<Option<Part>, GatherError> {
        let draw = |out: &mut [u8]| self.ports.entropy.fill(out);
        let (owner, id) = (
            SecretBytes::<32>::init_with(|out| draw(out)).map_err(AccessError::from)?,
            CircleId::from_bytes(self.random_id().map_err(AccessError::from)?),
        );
        let (identity, own) = self.new_identity().map_err(AccessError::from)?;
        let mut roster = Roster::new(id, verify_key(&owner));
        roster.add(Device {
            id: identity.device,
            added_at: self.now().as_secs(),
            sign_key: verify_key(&identity.sign),
            wrap_key: wrap_key(&identity.wrap).map_err(unwritten)?,
            name: String::new(),
            system: String::new(),
            seeds: true,
        });
        let device = identity.device;
        let mut replica = Replica::new(id, verify_key(&owner), identity, own);
        let sealed = replica.seal_epoch(&roster, &owner, draw);
        let (keys, _) = sealed.map_err(AccessError::from)?.map_err(unwritten)?;
        replica.take(&keys.bytes, Source::Here).map_err(unwritten)?;

        let known = known.unwrap_or(&replica);
        let draw_or = |out: &mut [u8]| draw(out).map_err(AccessError::from);
        let store = &*open.store;
        let mut changes = everything_of(records, store, known, self.now(), draw_or)?;
        if with_person {
            let person = all_of_person(store, known, self.now());
            changes.extend(person.map_err(AccessError::from)?);
        }
        for (wallet, last) in handed_out {
            for (side, last) in last {
                let Some(index) = *last else { continue };
                let mut revealed = known.state().revealed(*wallet, *side);
                if revealed.next_back().is_none_or(|(known, _)| known < index) {
                    let (wallet, side) = (*wallet, *side);
                    let key = AddressKey {
                        wallet,
                        side,
                        index,
                    };
                    let at = self.now().as_secs();
                    changes.push(Change::Revealed { key, device, at });
                }
            }
        }
        let stamp = stamp(self.now());
        let mut objects = Vec::new();
        if !changes.is_empty() {
            let snapshot = replica.write_all(changes, &stamp, draw);
            let snapshot = snapshot.map_err(AccessError::from)?.map_err(unwritten)?;
            objects.push(snapshot.sealed.bytes);
        }
        if !seeds.is_empty() {
            let secrets = Contents::Secret(Secrets { seeds, owner: None });
            let segment = replica.write(secrets, &stamp, draw);
            let segment = segment.map_err(AccessError::from)?.map_err(unwritten)?;
            objects.push(segment.sealed.bytes);
        }
        let part = Part::of_all(&replica, vec![keys.bytes], objects);
        Ok((part.objects.len() > 1).then_some(part))
    }
}

fn unwritten(error: impl std::error::Error + Send + Sync + 'static) -> GatherError {
    GatherError::Objects(Box::new(error))
}

/// Reads the circle's objects that say all that is known. `None`: one is damaged here, and then all is
/// said by the other part.
fn circle_part(store: &dyn WalletStore, replica: &Replica) -> Result<Option<Part>, GatherError> {
    let read = |name: &BlobName| -> Result<Option<Vec<u8>>, AccessError> {
        let object = store.object(name)?;
        Ok(object.filter(|object| ObjectHash::of(object).short() == name.hash()))
    };
    let mut keys = Vec::new();
    for (hash, _) in replica.roster().objects() {
        match replica.name_of(hash).map(|name| read(&name)).transpose()? {
            Some(Some(object)) => keys.push(object),
            _ => return Ok(None),
        }
    }
    let mut objects = Vec::new();
    for hash in replica.essence() {
        let Some(name) = replica.name_of(&hash) else {
            return Ok(None);
        };
        match read(&name)? {
            Some(object) => objects.push(object),
            None => return Ok(None),
        }
    }
    Ok(Some(Part::of_circle(replica, keys, objects)))
}

fn promises(
    store: &dyn WalletStore,
    records: &[WalletRecord],
    seeds: &Seeds,
    handed_out: &[HandedOut],
) -> Result<Promises, GatherError> {
    let promise = |record: &WalletRecord| -> Result<Promise, StoreError> {
        let last = handed_out.iter().find(|(id, _)| *id == record.id);
        let next = last.map(|(_, sides)| sides.map(|(_, last)| last.map_or(0, |last| last + 1)));
        Ok(Promise {
            wallet: record.id,
            has_seed: seeds.iter().any(|(id, _)| *id == record.id),
            labels: store.labels(record.id)?.into_iter().collect(),
            locked: store.locked_coins(record.id)?.into_iter().collect(),
            next: next.unwrap_or_default(),
        })
    };
    let all: Result<Vec<_>, StoreError> = records.iter().map(promise).collect();
    Ok(Promises {
        wallets: all.map_err(AccessError::from)?,
        contacts: BTreeSet::new(),
    })
}

/// Whether a file that was read back brings what it must.
pub(crate) fn keeps(file: OpenedFile, promises: &Promises) -> bool {
    let mut addresses = BTreeSet::new();
    if let OpenedFile::Container(opened) = &file {
        let contacts = person_in(&opened.read).contacts.into_iter();
        let kept = contacts.flat_map(|contact| contact.addresses);
        addresses.extend(kept.map(|(_, address)| address));
    }
    if !promises.contacts.is_subset(&addresses) {
        return false;
    }
    let wallets: BTreeMap<WalletId, PortableWallet> = file
        .into_wallets()
        .into_iter()
        .map(|wallet| (wallet_id(wallet.network, &wallet.descriptors), wallet))
        .collect();
    promises.wallets.iter().all(|promise| {
        let Some(wallet) = wallets.get(&promise.wallet) else {
            return false;
        };
        let labels: HashMap<_, _> = wallet.labels.iter().map(|(t, text)| (t, text)).collect();
        let locked: BTreeSet<_> = wallet.locked_coins.iter().collect();
        wallet.seed.is_some() == promise.has_seed
            && promise
                .labels
                .iter()
                .all(|(t, text)| labels.get(t) == Some(&text))
            && promise.locked.iter().all(|coin| locked.contains(coin))
            && wallet.next_receive >= promise.next[0]
            && wallet.next_change >= promise.next[1]
    })
}
