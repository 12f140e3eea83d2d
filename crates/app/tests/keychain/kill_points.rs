//! The process dies at each write of adding, renewing and shutting the door: before it, or after it
//! with nobody left to hear. Then it is started again.

use std::future::Future;
use std::sync::Arc;

use satchel_app::App;
use satchel_app::unlock_by_keychain::UnlockByKeychainError;
use satchel_ports::KeychainError;
use satchel_testkit::Platform;

use crate::world::{Fuse, RIGHT, World, passphrase};

/// What is true of the door when all is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Open,
    Shut,
}

/// Does `act` again and again in copies of one home, dying one moment later each time, until it comes
/// through. Returns how many moments there were.
async fn dies_at_each_moment_of<F>(before: Door, after: Door, act: impl Fn(Arc<App>) -> F) -> u32
where
    F: Future<Output = bool>,
{
    let home = World::on(Platform::Linux);
    let app = home.open().await;
    if before == Door::Open {
        app.enrol_keychain().await.expect("agreed");
    }
    app.lock();
    for moment in 1.. {
        let world = home.twin().await;
        let fuse = Arc::new(Fuse::never());
        let app = Arc::new(world.start_with(&fuse).await);
        match before {
            Door::Open => app.unlock_by_keychain().await.expect("its own door"),
            Door::Shut => drop(app.unlock(passphrase(RIGHT)).await.expect("the root")),
        }
        fuse.set(moment);
        let acknowledged = act(Arc::clone(&app)).await;
        let survived = !fuse.is_blown();
        app.lock();

        let when = format!("moment {moment}");
        // The keychain's door is the old one or the new one, whole, or shut.
        let again = world.start().await;
        let door = match again.unlock_by_keychain().await {
            Ok(()) => Door::Open,
            Err(UnlockByKeychainError::NotSetUp) => Door::Shut,
            Err(UnlockByKeychainError::Keychain(KeychainError::NotFound)) if !acknowledged => {
                panic!("{when}: a door whose key is gone")
            }
            other => panic!("{when}: {other:?}"),
        };
        if acknowledged {
            assert_eq!(door, after, "{when}: it was acknowledged");
        } else {
            assert!(door == before || door == after, "{when}: {door:?}");
        }
        again.lock();
        // The passphrase opens in any case, and opening cleans up.
        again.unlock(passphrase(RIGHT)).await.expect("the root");
        world.assert_no_leftovers(&when);
        assert_eq!(
            world.keychain.items().len(),
            usize::from(door == Door::Open),
            "{when}"
        );
        if survived {
            assert!(acknowledged, "{when}: it lived and failed");
            return moment - 1;
        }
    }
    unreachable!("it comes through at last")
}

#[tokio::test]
async fn adding_the_door_survives_death_at_each_write() {
    let moments = dies_at_each_moment_of(Door::Shut, Door::Open, |app| async move {
        app.enrol_keychain().await.is_ok()
    });
    // Note, item, file, note: before and after each.
    assert_eq!(moments.await, 8);
}

#[tokio::test]
async fn renewing_the_door_survives_death_at_each_write() {
    let moments = dies_at_each_moment_of(Door::Open, Door::Open, |app| async move {
        app.enrol_keychain().await.is_ok()
    });
    // The old item goes as well.
    assert_eq!(moments.await, 10);
}

#[tokio::test]
async fn shutting_the_door_survives_death_at_each_write() {
    let moments = dies_at_each_moment_of(Door::Open, Door::Shut, |app| async move {
        app.remove_keychain()
            .await
            .is_ok_and(|shut| !shut.item_left)
    });
    // Note, file, item, note.
    assert_eq!(moments.await, 8);
}
