//! What lost devices left at a place, for whoever brings it back without knowing their circle.

use satchel_bundle::object::max_len;
use satchel_ports::{Act, BlobError, ConfirmError, ConfirmText, Confirmed, PlaceLogin};
use satchel_types::PlaceAddress;
use tokio_util::sync::CancellationToken;

use crate::acts::line;
use crate::places::kind_of;
use crate::recover_circle::RecoverCircleError;
use crate::session::App;

/// Bytes that are read in all.
const MAX_BYTES: u64 = 1 << 30;

/// What lay there.
#[derive(Debug, Default)]
pub struct LeftObjects {
    /// The objects, of all circles that meet there. Nothing of them was checked.
    pub objects: Vec<Vec<u8>>,
    /// How many are listed and could not be read: gone meanwhile, too long, or more than is read in all.
    pub passed_over: usize,
}

/// Looking at a place that this device does not go to.
#[derive(Debug)]
pub struct LookAtPlace {
    /// Where it is.
    pub address: PlaceAddress,
    /// Who logs in there.
    pub user: Option<String>,
}

impl Act for LookAtPlace {
    fn text(&self) -> ConfirmText {
        let mut lines = vec![line(kind_of(&self.address), self.address.to_string())];
        if let Some(user) = &self.user {
            lines.push(line("As", user.clone()));
        }
        ConfirmText {
            title: "Look there for what your devices left?".to_owned(),
            lines,
            warnings: vec![
                "Whoever keeps the place sees that somebody looks, and nothing of what is in it."
                    .to_owned(),
            ],
            agree: "Look there".to_owned(),
        }
    }
}

impl App {
    /// Asks whether a place may be looked at. Nothing is sent there before: a page that was taken over could tell things to
    /// a server of its choice otherwise.
    ///
    /// # Errors
    /// Without consent, or when it was cancelled meanwhile.
    pub async fn agree_to_look(
        &self,
        address: PlaceAddress,
        user: Option<String>,
        cancel: &CancellationToken,
    ) -> Result<Confirmed<LookAtPlace>, ConfirmError> {
        let act = LookAtPlace { address, user };
        self.consent_until(cancel, act).await
    }

    /// Reads all that devices left at a place. No vault is needed: whether the words open any of it can be told before
    /// a first one is made. `progress` is told how many of how many were read.
    ///
    /// # Errors
    /// [`RecoverCircleError::Place`] when the place cannot be used or fails: then it is not known what lies there.
    pub async fn objects_at(
        &self,
        agreed: Confirmed<LookAtPlace>,
        login: Option<&PlaceLogin>,
        cancel: &CancellationToken,
        progress: &mut (dyn FnMut(usize, usize) + Send),
    ) -> Result<LeftObjects, RecoverCircleError> {
        let places = &self.ports.places;
        let LookAtPlace { address, .. } = agreed.into_act();
        let mut listed = Vec::new();
        // A server may take its time before it answers at all.
        let circles = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(place_fault(BlobError::Cancelled)),
            circles = places.circles(&address, login) => circles?,
        };
        for circle in circles {
            let store = places.open(&address, login, circle)?;
            for object in store.list(cancel).await.map_err(place_fault)? {
                listed.push((std::sync::Arc::clone(&store), object.name));
            }
        }
        let mut left = LeftObjects::default();
        let mut room = MAX_BYTES;
        let of = listed.len();
        for (done, (store, name)) in listed.into_iter().enumerate() {
            progress(done, of);
            let max = u64::try_from(max_len(&name)).unwrap_or(u64::MAX).min(room);
            let got = tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(place_fault(BlobError::Cancelled)),
                got = store.get(&name, max) => got,
            };
            match got {
                Ok(object) => {
                    room = room.saturating_sub(object.len() as u64);
                    left.objects.push(object);
                }
                Err(BlobError::NotFound | BlobError::TooLarge { .. }) => left.passed_over += 1,
                Err(error) => return Err(place_fault(error)),
            }
        }
        progress(of, of);
        Ok(left)
    }
}

fn place_fault(error: BlobError) -> RecoverCircleError {
    RecoverCircleError::Place(error.into())
}
