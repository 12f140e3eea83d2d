//! The laws of a keychain.

use satchel_ports::{Keychain, KeychainError, KeychainItem};
use satchel_secrets::SecretBytes;
use satchel_types::{SlotId, VaultId};

/// Checks every law on two hands to one store that can be used; a fake, which is the store itself,
/// is given twice. Each law uses items of its own and leaves none behind.
///
/// # Panics
/// Where a law is broken.
pub async fn keychain(keychain: &dyn Keychain, other: &dyn Keychain) {
    assert!(!keychain.traits().name.is_empty());
    assert_eq!(keychain.ready().await, Ok(()));
    absent_is_not_found(keychain).await;
    what_is_put_comes_back_also_through_another_hand(keychain, other).await;
    putting_again_replaces(keychain).await;
    items_are_kept_apart(keychain).await;
    removing_is_for_good_and_can_be_repeated(keychain).await;
    calls_at_the_same_time_do_not_mix(keychain).await;
    a_mark_is_kept_or_refused_and_is_no_door(keychain, other).await;
}

fn item(vault: u8, slot: u8) -> KeychainItem {
    KeychainItem::VaultSlot {
        vault: VaultId::from_bytes([vault; 16]),
        slot: SlotId::from_bytes([slot; 16]),
    }
}

/// Not text in any encoding, and with zeros at both ends.
fn secret(seed: u8) -> SecretBytes<32> {
    let mut bytes: [u8; 32] = std::array::from_fn(|i| seed ^ (i as u8).wrapping_mul(37));
    bytes[0] = 0;
    bytes[1] = 0xff;
    bytes[31] = 0;
    SecretBytes::from_slice(&bytes).expect("32 bytes")
}

async fn put(keychain: &dyn Keychain, item: KeychainItem, seed: u8) {
    let put = keychain.put(item, &secret(seed)).await;
    assert_eq!(put, Ok(()), "a store that is ready keeps an item");
}

async fn holds(keychain: &dyn Keychain, item: KeychainItem, seed: u8) {
    let got = keychain.get(item).await.expect("it was put");
    assert!(got.ct_eq(&secret(seed)), "what comes back is what was put");
}

async fn gone(keychain: &dyn Keychain, item: KeychainItem) {
    assert_eq!(
        keychain.get(item).await.err(),
        Some(KeychainError::NotFound)
    );
}

async fn absent_is_not_found(keychain: &dyn Keychain) {
    gone(keychain, item(1, 1)).await;
}

async fn what_is_put_comes_back_also_through_another_hand(
    keychain: &dyn Keychain,
    other: &dyn Keychain,
) {
    let item = item(2, 1);
    put(keychain, item, 1).await;
    holds(keychain, item, 1).await;
    holds(other, item, 1).await;
    assert_eq!(other.remove(item).await, Ok(()));
    gone(keychain, item).await;
}

async fn putting_again_replaces(keychain: &dyn Keychain) {
    let item = item(3, 1);
    put(keychain, item, 1).await;
    put(keychain, item, 2).await;
    holds(keychain, item, 2).await;
    // One removal is enough: the first was replaced and not hidden.
    assert_eq!(keychain.remove(item).await, Ok(()));
    gone(keychain, item).await;
}

async fn items_are_kept_apart(keychain: &dyn Keychain) {
    let items = [item(4, 1), item(4, 2), item(5, 1)];
    for (seed, item) in (1..).zip(items) {
        put(keychain, item, seed).await;
    }
    for (seed, item) in (1..).zip(items) {
        holds(keychain, item, seed).await;
    }
    assert_eq!(keychain.remove(items[0]).await, Ok(()));
    gone(keychain, items[0]).await;
    holds(keychain, items[1], 2).await;
    holds(keychain, items[2], 3).await;
    for item in &items[1..] {
        assert_eq!(keychain.remove(*item).await, Ok(()));
    }
}

async fn removing_is_for_good_and_can_be_repeated(keychain: &dyn Keychain) {
    let item = item(6, 1);
    assert_eq!(keychain.remove(item).await, Ok(()), "nothing to remove");
    put(keychain, item, 1).await;
    for _ in 0..2 {
        assert_eq!(keychain.remove(item).await, Ok(()));
        gone(keychain, item).await;
    }
    put(keychain, item, 2).await;
    holds(keychain, item, 2).await;
    assert_eq!(keychain.remove(item).await, Ok(()));
}

async fn calls_at_the_same_time_do_not_mix(keychain: &dyn Keychain) {
    let (a, b) = (item(7, 1), item(7, 2));
    tokio::join!(put(keychain, a, 1), put(keychain, b, 2));
    tokio::join!(holds(keychain, a, 1), holds(keychain, b, 2));
    let (first, second) = tokio::join!(keychain.remove(a), keychain.remove(b));
    assert_eq!((first, second), (Ok(()), Ok(())));
}

/// A store that would ask for it keeps none, and says the same whatever it is asked to do with it.
async fn a_mark_is_kept_or_refused_and_is_no_door(keychain: &dyn Keychain, other: &dyn Keychain) {
    let vault = VaultId::from_bytes([8; 16]);
    let (mark, door) = (KeychainItem::HighWater { vault }, item(8, 1));
    put(keychain, door, 1).await;
    let refused = match keychain.put(mark, &secret(2)).await {
        Ok(()) => false,
        Err(KeychainError::Unavailable) => true,
        Err(error) => panic!("a store that is ready keeps a mark or has no place for it: {error}"),
    };
    if refused {
        let got = keychain.get(mark).await;
        assert_eq!(got.err(), Some(KeychainError::Unavailable));
    } else {
        holds(other, mark, 2).await;
        put(keychain, mark, 3).await;
        holds(keychain, mark, 3).await;
    }
    holds(keychain, door, 1).await;
    assert_eq!(keychain.remove(mark).await, Ok(()));
    holds(keychain, door, 1).await;
    assert_eq!(keychain.remove(door).await, Ok(()));
}
