//! Whom the owner pays.

use satchel_wire::contact::{
    AddContactRequest, ChooseContactRequest, ChosenContact, Contact, ContactAddressRef,
    ContactPage, ContactQuery, ContactRef, KeepContactAddressRequest, RenameContactRequest,
};
use satchel_wire::{IpcError, parse};
use tauri::State;

use crate::shell::Shared;

/// Returns a page of the contacts, by name.
#[tauri::command]
#[specta::specta]
pub async fn cmd_list_contacts(
    shell: State<'_, Shared>,
    req: ContactQuery,
) -> Result<ContactPage, IpcError> {
    Ok(shell.app.contacts(&req.into())?.into())
}

/// Keeps somebody with an address, after consent to both.
#[tauri::command]
#[specta::specta]
pub async fn cmd_add_contact(
    shell: State<'_, Shared>,
    req: AddContactRequest,
) -> Result<Contact, IpcError> {
    Ok(shell.app.add_contact(req.try_into()?).await?.into())
}

/// Sets a contact's name and note. The question before a payment goes on saying the name that was agreed to.
#[tauri::command]
#[specta::specta]
pub async fn cmd_rename_contact(
    shell: State<'_, Shared>,
    req: RenameContactRequest,
) -> Result<Contact, IpcError> {
    let contact = parse::contact_id(&req.contact_id)?;
    let name = parse::contact_name(&req.name)?;
    let note = parse::label(req.note.as_deref())?;
    Ok(shell.app.rename_contact(contact, name, note)?.into())
}

/// Keeps an address for a contact, one more or in another's place, after consent.
#[tauri::command]
#[specta::specta]
pub async fn cmd_keep_contact_address(
    shell: State<'_, Shared>,
    req: KeepContactAddressRequest,
) -> Result<Contact, IpcError> {
    Ok(shell
        .app
        .keep_contact_address(req.try_into()?)
        .await?
        .into())
}

/// Lets an address that came from elsewhere count on this device, after its owner compared it.
#[tauri::command]
#[specta::specta]
pub async fn cmd_compare_contact(
    shell: State<'_, Shared>,
    req: ContactAddressRef,
) -> Result<Contact, IpcError> {
    let contact = parse::contact_id(&req.contact_id)?;
    let address = parse::contact_address_id(&req.address_id)?;
    let compared = shell.app.compare_contact_address(contact, address);
    Ok(compared.await?.into())
}

/// Removes an address of a contact.
#[tauri::command]
#[specta::specta]
pub async fn cmd_remove_contact_address(
    shell: State<'_, Shared>,
    req: ContactAddressRef,
) -> Result<(), IpcError> {
    let contact = parse::contact_id(&req.contact_id)?;
    let address = parse::contact_address_id(&req.address_id)?;
    Ok(shell.app.remove_contact_address(contact, address)?)
}

/// Takes a contact away, on the owner's other devices as well.
#[tauri::command]
#[specta::specta]
pub async fn cmd_remove_contact(shell: State<'_, Shared>, req: ContactRef) -> Result<(), IpcError> {
    Ok(shell
        .app
        .remove_contact(parse::contact_id(&req.contact_id)?)?)
}

/// Returns the address of a contact to pay to. One that was not compared on this device is refused.
#[tauri::command]
#[specta::specta]
pub async fn cmd_choose_contact(
    shell: State<'_, Shared>,
    req: ChooseContactRequest,
) -> Result<ChosenContact, IpcError> {
    let wallet = parse::wallet_id(req.wallet_id.as_deref())?;
    let contact = parse::contact_id(&req.contact_id)?;
    let address = req.address_id.as_deref();
    let address = address.map(parse::contact_address_id).transpose()?;
    Ok(shell.app.choose_contact(wallet, contact, address)?.into())
}
