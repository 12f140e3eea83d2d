//! The local network around the shell in a test: whose owner is asked for it, and a place that stands in it.
#![allow(dead_code)] // Each test target uses a part.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use satchel_lan::TcpLan;
use satchel_ports::{
    BlobError, BlobStore, Lan, LanError, LanLink, LanListener, PlaceError, PlaceLogin, Places,
};
use satchel_roads::Roads;
use satchel_testkit::{AskedLan, Fate, MemoryPlace};
use satchel_types::{CircleId, PlaceAddress};

/// The network of this machine, and the question of the system that comes before it.
pub struct Owned(pub TcpLan, pub Arc<AskedLan>);

#[async_trait]
impl Lan for Owned {
    async fn enter(&self) -> Result<(), LanError> {
        self.1.enter().await
    }
    async fn listen(&self) -> Result<Box<dyn LanListener>, LanError> {
        self.0.listen().await
    }
    async fn connect(&self, address: SocketAddr) -> Result<Box<dyn LanLink>, LanError> {
        self.0.connect(address).await
    }
}

/// A place in the local network, which is there or not.
#[derive(Default)]
pub struct Nas {
    away: Arc<AtomicBool>,
    held: OnceLock<MemoryPlace>,
}

impl Nas {
    /// Its address.
    pub const URL: &'static str = "http://nas.lan/dav/";

    /// Sets whether nobody reaches it.
    pub fn is_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    fn unreachable() -> BlobError {
        BlobError::Unreachable {
            place: Self::URL.to_owned(),
        }
    }
}

/// All places, and that one.
pub struct WithNas(pub Roads, pub Arc<Nas>);

impl WithNas {
    fn is_it(address: &PlaceAddress) -> bool {
        matches!(address, PlaceAddress::WebDav(url) if url == Nas::URL)
    }
}

#[async_trait]
impl Places for WithNas {
    async fn set_up(
        &self,
        address: &PlaceAddress,
        login: Option<&PlaceLogin>,
        circle: CircleId,
    ) -> Result<(), PlaceError> {
        match Self::is_it(address) {
            true if self.1.away.load(Ordering::SeqCst) => Err(Nas::unreachable().into()),
            true => Ok(()),
            false => self.0.set_up(address, login, circle).await,
        }
    }

    async fn circles(
        &self,
        address: &PlaceAddress,
        login: Option<&PlaceLogin>,
    ) -> Result<Vec<CircleId>, PlaceError> {
        self.0.circles(address, login).await
    }

    fn open(
        &self,
        address: &PlaceAddress,
        login: Option<&PlaceLogin>,
        circle: CircleId,
    ) -> Result<Arc<dyn BlobStore>, PlaceError> {
        if !Self::is_it(address) {
            return self.0.open(address, login, circle);
        }
        let away = Arc::clone(&self.1.away);
        let place = self.1.held.get_or_init(|| {
            let place = MemoryPlace::new(circle);
            place.judge(move |_| match away.load(Ordering::SeqCst) {
                true => Fate::Refuse(Nas::unreachable()),
                false => Fate::Serve,
            });
            place
        });
        Ok(Arc::new(place.of(circle)))
    }
}
