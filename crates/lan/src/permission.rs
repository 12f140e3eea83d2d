//! A network into which the system lets only whom a person let in.
//!
//! Android asks from its version 17 on, and a program has to have it ask
//! (developer.android.com, "Local network permission"): without a yes, connections in either direction are dropped
//! without a word. Apple's systems ask by themselves at the first connection (Apple, TN3179).

use std::net::SocketAddr;

use async_trait::async_trait;
use satchel_ports::{Lan, LanError, LanLink, LanListener};

/// Has the system say whether this program may go into the local network.
#[async_trait]
pub trait Permission: Send + Sync {
    /// Returns whether it may. The system asks a person if it never did, and remembers the answer.
    async fn is_granted(&self) -> bool;
}

/// A network behind such a question.
pub struct PermittedLan<L, P> {
    lan: L,
    permission: P,
}

impl<L, P> PermittedLan<L, P> {
    /// Puts the question before a network.
    pub fn new(lan: L, permission: P) -> Self {
        Self { lan, permission }
    }
}

#[async_trait]
impl<L: Lan, P: Permission> Lan for PermittedLan<L, P> {
    async fn enter(&self) -> Result<(), LanError> {
        match self.permission.is_granted().await {
            true => self.lan.enter().await,
            false => Err(LanError::Denied),
        }
    }

    async fn listen(&self) -> Result<Box<dyn LanListener>, LanError> {
        // It could listen all the same, and nobody would ever come.
        self.enter().await?;
        self.lan.listen().await
    }

    async fn connect(&self, address: SocketAddr) -> Result<Box<dyn LanLink>, LanError> {
        let granted = self.permission.is_granted().await;
        let connected = self.lan.connect(address).await;
        match connected {
            // What needs no permission, such as a private network over the internet, goes on without it.
            Err(LanError::Nobody) if !granted => Err(LanError::Denied),
            connected => connected,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    use satchel_testkit::contract;

    use super::*;
    use crate::TcpLan;

    #[derive(Default)]
    struct Owner {
        says_yes: AtomicBool,
        asked: AtomicU32,
    }

    #[async_trait]
    impl Permission for &Owner {
        async fn is_granted(&self) -> bool {
            self.asked.fetch_add(1, Ordering::Relaxed);
            self.says_yes.load(Ordering::Relaxed)
        }
    }

    fn lan(owner: &Owner) -> PermittedLan<TcpLan, &Owner> {
        PermittedLan::new(TcpLan::only_on(Ipv4Addr::LOCALHOST.into()), owner)
    }

    #[tokio::test]
    async fn with_a_yes_it_is_as_without_the_question() {
        struct Yes;
        #[async_trait]
        impl Permission for Yes {
            async fn is_granted(&self) -> bool {
                true
            }
        }
        contract::lan(|| {
            let lan = TcpLan::only_on(Ipv4Addr::LOCALHOST.into());
            Box::new(PermittedLan::new(lan, Yes))
        })
        .await;
    }

    #[tokio::test]
    async fn without_a_yes_nobody_is_waited_for_in_vain() {
        let owner = Owner::default();
        assert_eq!(lan(&owner).listen().await.err(), Some(LanError::Denied));
        // Asked each time: it can be allowed in the system's settings meanwhile.
        owner.says_yes.store(true, Ordering::Relaxed);
        assert!(lan(&owner).listen().await.is_ok());
        assert_eq!(owner.asked.load(Ordering::Relaxed), 2);
        assert!(lan(&owner).enter().await.is_ok());
        owner.says_yes.store(false, Ordering::Relaxed);
        assert_eq!(lan(&owner).enter().await, Err(LanError::Denied));
    }

    #[tokio::test]
    async fn what_is_reached_all_the_same_is_reached_and_what_is_not_is_denied() {
        let owner = Owner::default();
        let listener = TcpLan::only_on(Ipv4Addr::LOCALHOST.into()).listen().await;
        let listener = listener.expect("loopback");
        let address = listener.addresses()[0];
        assert!(lan(&owner).connect(address).await.is_ok());
        drop(listener);
        let gone = lan(&owner).connect(address).await;
        assert_eq!(gone.err(), Some(LanError::Denied));
        owner.says_yes.store(true, Ordering::Relaxed);
        let gone = lan(&owner).connect(address).await;
        assert_eq!(gone.err(), Some(LanError::Nobody));
    }
}
