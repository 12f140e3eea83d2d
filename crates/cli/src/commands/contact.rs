//! Whom the owner pays.

use satchel_app::App;
use satchel_app::contacts::add::AddContact;
use satchel_app::contacts::address::KeepAddress;
use satchel_app::contacts::pay::ChooseContactError;
use satchel_app::payment::{PaymentTarget, PaymentTextError, parse_payment};
use satchel_types::{ContactId, WalletRecord};
use satchel_wire::contact::{Contact, ContactPage, ContactQuery};
use satchel_wire::{Code, IpcError, parse};

use crate::args::ContactCommand;
use crate::compose::{Session, request_id};
use crate::human::Done;
use crate::output::Output;

pub async fn run(
    command: ContactCommand,
    session: &Session,
    output: &Output,
) -> Result<(), IpcError> {
    let app = session.unlock().await?;
    match command {
        ContactCommand::Add {
            name,
            address,
            note,
        } => {
            let wanted = AddContact {
                request: request_id()?,
                wallet: session.wallet()?,
                name: parse::contact_name(&name)?,
                note: parse::label(note.as_deref())?,
                address,
            };
            output.answer(&Contact::from(app.add_contact(wanted).await?))
        }
        ContactCommand::Rename {
            contact,
            name,
            note,
        } => {
            let id = named(app, &contact)?;
            let name = parse::contact_name(&name)?;
            let note = match note {
                Some(note) => Some(note),
                None => app.contact(id)?.and_then(|contact| contact.note),
            };
            let note = parse::label(note.as_deref())?;
            output.answer(&Contact::from(app.rename_contact(id, name, note)?))
        }
        ContactCommand::Address {
            contact,
            remove: Some(remove),
            ..
        } => {
            let id = parse::contact_address_id(&remove)?;
            app.remove_contact_address(named(app, &contact)?, id)?;
            output.answer(&Done {})
        }
        ContactCommand::Address {
            contact,
            address,
            instead_of,
            remove: None,
        } => {
            let instead_of = instead_of.as_deref();
            let wanted = KeepAddress {
                request: request_id()?,
                contact: named(app, &contact)?,
                instead_of: instead_of.map(parse::contact_address_id).transpose()?,
                wallet: session.wallet()?,
                address: address.unwrap_or_default(),
            };
            let kept = app.keep_contact_address(wanted).await?;
            output.answer(&Contact::from(kept))
        }
        ContactCommand::Confirm { contact, id } => {
            let contact = named(app, &contact)?;
            let id = match id {
                Some(id) => parse::contact_address_id(&id)?,
                None => only_one_to_compare(app, contact)?,
            };
            let compared = app.compare_contact_address(contact, id).await?;
            output.answer(&Contact::from(compared))
        }
        ContactCommand::Remove { contact } => {
            app.remove_contact(named(app, &contact)?)?;
            output.answer(&Done {})
        }
        ContactCommand::List { page, search } => {
            let query = ContactQuery {
                after: page.after,
                limit: Some(page.limit),
                search,
            };
            output.answer(&ContactPage::from(app.contacts(&query.into())?))
        }
    }
}

/// Returns the contact of an id or a name.
fn named(app: &App, text: &str) -> Result<ContactId, IpcError> {
    if let Ok(id) = text.parse()
        && app.contact(id)?.is_some()
    {
        return Ok(id);
    }
    Ok(app.contact_named(text)?)
}

fn only_one_to_compare(
    app: &App,
    contact: ContactId,
) -> Result<satchel_types::ContactAddressId, IpcError> {
    use satchel_app::contacts::Standing;
    let contact = app.contact(contact)?;
    let addresses = contact.into_iter().flat_map(|contact| contact.addresses);
    let waiting = addresses.filter(|it| matches!(it.standing, Standing::NotCompared { .. }));
    let waiting: Vec<_> = waiting.map(|it| it.id).collect();
    match waiting.as_slice() {
        [one] => Ok(*one),
        [] => Err(IpcError::new(
            Code::BadInput,
            "every address of this contact counts here already",
        )),
        several => Err(IpcError::new(
            Code::BadInput,
            format!(
                "{} addresses are not compared; say which with --id",
                several.len()
            ),
        )),
    }
}

/// Reads whom to pay: an address, a link, or the name of a contact whose address counts on this device.
pub fn payee(app: &App, record: &WalletRecord, text: &str) -> Result<PaymentTarget, IpcError> {
    let unreadable = match parse_payment(text, record.network) {
        Ok(target) => return Ok(target),
        Err(error @ PaymentTextError::NotAnAddress) => error,
        Err(error) => return Err(error.into()),
    };
    let contact = match app.contact_named(text) {
        Err(ChooseContactError::UnknownContact) => return Err(unreadable.into()),
        named => named?,
    };
    let chosen = app.choose_contact(Some(record.id), contact, None)?;
    Ok(PaymentTarget {
        address: chosen.address,
        amount: None,
        label: None,
        message: None,
    })
}
