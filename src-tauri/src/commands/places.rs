//! Places where devices meet.

use satchel_app::place_password::PlacePasswordError;
use satchel_app::places::AddPlaceError;
use satchel_ports::PlaceLogin;
use satchel_types::{PlaceAddress, PlaceRecord};
use satchel_wire::circle::{Place, Rounds};
use satchel_wire::place::{
    AddPlaceRequest, NewPlace, PlacePasswordRequest, PlaceRef, PlaceState, SyncPlacesRequest,
};
use satchel_wire::{Code, IpcError, parse};
use tauri::State;

use crate::sealed;
use crate::shell::{Shared, Shell, cancelled};

/// Returns the places, and how this device stands there.
#[tauri::command]
#[specta::specta]
pub async fn cmd_list_places(shell: State<'_, Shared>) -> Result<Vec<PlaceState>, IpcError> {
    shell.places()
}

/// Meets at a place from now on, after consent. A folder is chosen in the system's own dialog; a password is typed
/// in the sealed window.
#[tauri::command]
#[specta::specta]
pub async fn cmd_add_place(
    shell: State<'_, Shared>,
    req: AddPlaceRequest,
) -> Result<Place, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let add = async { Ok(add(&shell, req.place).await?.into()) };
    shell.calls.placed.run(request, add).await
}

/// Takes another password for a place, which is typed in the sealed window.
#[tauri::command]
#[specta::specta]
pub async fn cmd_set_place_password(
    shell: State<'_, Shared>,
    req: PlacePasswordRequest,
) -> Result<Place, IpcError> {
    let request = parse::request_id(&req.request_id)?;
    let id = parse::place_id(&req.place_id)?;
    let change = async {
        let places = shell.app.places()?;
        let place = places.into_iter().find(|place| place.id == id);
        let place = place.ok_or(PlacePasswordError::UnknownPlace)?;
        // Nobody types one for nothing.
        let user = place.user.ok_or(PlacePasswordError::NoLogin)?;
        let theme = shell.settings().theme;
        let typed = sealed::place_password(&shell.desk, theme, &place.address, &user).await?;
        let password = typed.ok_or_else(cancelled)?;
        Ok(shell.app.set_place_password(id, &password)?.into())
    };
    shell.calls.placed.run(request, change).await
}

/// Meets at a place no more. What was left there stays.
#[tauri::command]
#[specta::specta]
pub async fn cmd_remove_place(shell: State<'_, Shared>, req: PlaceRef) -> Result<(), IpcError> {
    Ok(shell.app.remove_place(parse::place_id(&req.place_id)?)?)
}

/// Goes rounds now. Progress comes as `AppEvent`s. A place that fails is no error: the answer says what is not known.
#[tauri::command]
#[specta::specta]
pub async fn cmd_sync_places(
    shell: State<'_, Shared>,
    req: SyncPlacesRequest,
) -> Result<Rounds, IpcError> {
    let place = req.place_id.as_deref().map(parse::place_id).transpose()?;
    let rounds = shell.sync_places(place).await?;
    Ok(Rounds { rounds })
}

/// Stops the round that goes on, if any. What it learnt stays.
#[tauri::command]
#[specta::specta]
pub async fn cmd_cancel_sync_places(shell: State<'_, Shared>) -> Result<(), IpcError> {
    shell.rounds.stop();
    Ok(())
}

/// Longest text of an address, a bucket or a name, in bytes.
const LONGEST: usize = 2048;

async fn add(shell: &Shell, place: NewPlace) -> Result<PlaceRecord, IpcError> {
    // Nobody chooses a folder, or types a password, for nothing.
    if shell.app.circle()?.is_none() {
        return Err(AddPlaceError::NotIn.into());
    }
    let (address, user) = match server(place)? {
        Some(server) => server,
        None => {
            let folder = shell.files.folder(crate::dialogs::MEETING_FOLDER).await;
            let folder = folder.ok_or_else(cancelled)?;
            let folder = folder.to_str().ok_or_else(|| {
                IpcError::new(Code::BadPlace, "The folder's name cannot be written down.")
            })?;
            (PlaceAddress::Folder(folder.to_owned()), None)
        }
    };
    let login = match user {
        Some(user) => Some(login(shell, &address, user).await?),
        None => None,
    };
    Ok(shell.app.add_place(address, login).await?)
}

/// Returns the address of a place that is a server, and who logs in there; `None`: it is a folder.
pub(crate) fn server(place: NewPlace) -> Result<Option<(PlaceAddress, Option<String>)>, IpcError> {
    let (address, user) = match place {
        NewPlace::Folder {} => return Ok(None),
        NewPlace::Webdav { url, user } => (PlaceAddress::WebDav(text(url)?), user),
        NewPlace::S3 {
            endpoint,
            bucket,
            region,
            user,
        } => {
            let address = PlaceAddress::S3 {
                endpoint: text(endpoint)?,
                bucket: text(bucket)?,
                region: text(region)?,
            };
            (address, Some(user))
        }
    };
    let user = user.map(text).transpose()?;
    Ok(Some((address, user.filter(|user| !user.is_empty()))))
}

fn text(text: String) -> Result<String, IpcError> {
    let trimmed = text.trim();
    if trimmed.len() > LONGEST || trimmed.chars().any(char::is_control) {
        return Err(IpcError::new(
            Code::BadPlace,
            "This cannot be an address or a name.",
        ));
    }
    Ok(trimmed.to_owned())
}

async fn login(
    shell: &Shell,
    address: &PlaceAddress,
    user: String,
) -> Result<PlaceLogin, IpcError> {
    let theme = shell.settings().theme;
    let password = sealed::place_password(&shell.desk, theme, address, &user).await?;
    let password = password.ok_or_else(cancelled)?;
    Ok(PlaceLogin { user, password })
}
