//! Whom the owner pays, and which of their addresses count on this device.

use bitcoin::Network;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use satchel_types::{
    Compared, ContactAddressId, ContactAddressRow, ContactId, ContactName, ContactQuery,
    ContactRow, Label, Page, Payee, WalletId,
};

use crate::codec::Net;
use crate::cursor::List;
use crate::error::Fault;
use crate::search::{Search, fold};

/// What makes an address count.
const COUNTS: &str = "(a.compared = a.address AND a.counts_as = c.name)";

/// Which contacts a search finds; `?1` its text, `?2` its pattern.
const FOUND: &str = "(?1 IS NULL OR instr(c.folded, ?1) > 0 OR instr(c.folded_note, ?1) > 0 OR EXISTS \
     (SELECT 1 FROM contact_addresses a WHERE a.contact = c.id AND a.address LIKE ?2))";

/// Sets or clears a name. One that was given here takes along what counts here.
pub(crate) fn put_name(
    conn: &Connection,
    contact: ContactId,
    name: Option<&ContactName>,
    here: bool,
) -> Result<(), Fault> {
    let text = name.map(ContactName::as_str);
    if let (true, Some(text)) = (here, text) {
        conn.prepare_cached(
            "UPDATE contact_addresses SET counts_as = ?2 WHERE contact = ?1 \
             AND counts_as = (SELECT name FROM contacts WHERE id = ?1)",
        )?
        .execute(params![contact.as_bytes(), text])?;
    }
    begin(conn, contact)?;
    conn.prepare_cached("UPDATE contacts SET name = ?2, folded = ?3 WHERE id = ?1")?
        .execute(params![
            contact.as_bytes(),
            text,
            fold(text.unwrap_or_default())
        ])?;
    end(conn, contact)
}

/// Sets or clears a note.
pub(crate) fn put_note(
    conn: &Connection,
    contact: ContactId,
    note: Option<&Label>,
) -> Result<(), Fault> {
    let text = note.map(Label::as_str);
    conn.prepare_cached("UPDATE contacts SET note = ?2, folded_note = ?3 WHERE id = ?1")?
        .execute(params![
            contact.as_bytes(),
            text,
            fold(text.unwrap_or_default())
        ])?;
    Ok(())
}

/// Sets or removes an address.
pub(crate) fn put_address(
    conn: &Connection,
    contact: ContactId,
    id: ContactAddressId,
    address: Option<&str>,
) -> Result<(), Fault> {
    let Some(address) = address else {
        conn.prepare_cached(
            "DELETE FROM contact_addresses WHERE contact = ?1 AND network = ?2 AND number = ?3",
        )?
        .execute(params![contact.as_bytes(), Net(id.network), id.number])?;
        return end(conn, contact);
    };
    begin(conn, contact)?;
    conn.prepare_cached(
        "INSERT INTO contact_addresses (contact, network, number, address) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (contact, network, number) DO UPDATE SET address = excluded.address",
    )?
    .execute(params![
        contact.as_bytes(),
        Net(id.network),
        id.number,
        address
    ])?;
    Ok(())
}

/// Removes a contact with its addresses.
pub(crate) fn remove(conn: &Connection, contact: ContactId) -> Result<(), Fault> {
    conn.prepare_cached("DELETE FROM contacts WHERE id = ?1")?
        .execute([contact.as_bytes()])?;
    Ok(())
}

/// Notes what its owner agreed to; an address that is gone meanwhile stays gone.
pub(crate) fn compare(
    conn: &Connection,
    contact: ContactId,
    id: ContactAddressId,
    address: &str,
    name: &ContactName,
) -> Result<(), Fault> {
    conn.prepare_cached(
        "UPDATE contact_addresses SET compared = ?4, compared_as = ?5, counts_as = ?5 \
         WHERE contact = ?1 AND network = ?2 AND number = ?3",
    )?
    .execute(params![
        contact.as_bytes(),
        Net(id.network),
        id.number,
        address,
        name.as_str()
    ])?;
    Ok(())
}

fn begin(conn: &Connection, contact: ContactId) -> Result<(), Fault> {
    conn.prepare_cached(
        "INSERT INTO contacts (id, folded, folded_note) VALUES (?1, '', '') \
         ON CONFLICT (id) DO NOTHING",
    )?
    .execute([contact.as_bytes()])?;
    Ok(())
}

/// A contact is there as long as it has a name or an address.
fn end(conn: &Connection, contact: ContactId) -> Result<(), Fault> {
    conn.prepare_cached(
        "DELETE FROM contacts WHERE id = ?1 AND name IS NULL \
         AND NOT EXISTS (SELECT 1 FROM contact_addresses WHERE contact = ?1)",
    )?
    .execute([contact.as_bytes()])?;
    Ok(())
}

/// Returns a page of the contacts by name.
pub(crate) fn page(conn: &mut Connection, query: &ContactQuery) -> Result<Page<ContactRow>, Fault> {
    let tx = conn.transaction()?;
    let search = Search::new(query.search.as_deref());
    let text = search.as_ref().map(|search| search.text.as_str());
    let like = search.as_ref().and_then(|search| search.like.as_deref());
    let list = List {
        name: "contacts",
        wallet: WalletId::from_bytes([0; 16]),
        filter: &[text.unwrap_or_default()],
    };
    let after = match &query.after {
        Some(after) => after_of(&tx, &list, after)?,
        None => (String::new(), Vec::new()),
    };
    let size = usize::from(query.size.get());
    let mut rows: Vec<(String, ContactRow)> = tx
        .prepare_cached(&format!(
            "SELECT c.id, c.name, c.note, c.folded FROM contacts c \
             WHERE {FOUND} AND (c.folded, c.id) > (?3, ?4) ORDER BY c.folded, c.id LIMIT ?5"
        ))?
        .query_and_then(
            params![text, like, after.0, after.1, size as i64 + 1],
            |row| Ok((row.get(3)?, read(row)?)),
        )?
        .collect::<Result<_, Fault>>()?;
    let total = tx
        .prepare_cached(&format!("SELECT count(*) FROM contacts c WHERE {FOUND}"))?
        .query_row(params![text, like], |row| row.get::<_, i64>(0))?;
    let more = rows.len() > size;
    rows.truncate(size);
    let last = rows.last().filter(|_| more);
    let next = last.map(|(_, row)| list.cursor(row.id.as_bytes()));
    let mut page = Vec::with_capacity(rows.len());
    for (_, mut row) in rows {
        row.addresses = addresses(&tx, row.id)?;
        page.push(row);
    }
    Ok(Page {
        rows: page,
        next,
        total: u64::try_from(total).map_err(|_| Fault::Damaged("contact"))?,
    })
}

/// Returns where a page goes on. A contact that went away since ends its list.
fn after_of(
    tx: &Transaction<'_>,
    list: &List<'_>,
    cursor: &str,
) -> Result<(String, Vec<u8>), Fault> {
    let mut body = list.read(cursor)?;
    let id: [u8; 16] = body.take()?;
    body.end()?;
    tx.prepare_cached("SELECT folded FROM contacts WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, id.to_vec())))
        .optional()?
        .ok_or(Fault::BadCursor)
}

/// Returns one contact.
pub(crate) fn one(conn: &mut Connection, id: ContactId) -> Result<Option<ContactRow>, Fault> {
    let tx = conn.transaction()?;
    let mut found = tx
        .prepare_cached("SELECT id, name, note FROM contacts WHERE id = ?1")?
        .query_and_then([id.as_bytes()], read)?
        .next()
        .transpose()?;
    if let Some(row) = &mut found {
        row.addresses = addresses(&tx, id)?;
    }
    Ok(found)
}

fn read(row: &Row<'_>) -> Result<ContactRow, Fault> {
    Ok(ContactRow {
        id: ContactId::from_bytes(row.get(0)?),
        name: row.get(1)?,
        note: row.get(2)?,
        addresses: Vec::new(),
    })
}

fn addresses(tx: &Transaction<'_>, contact: ContactId) -> Result<Vec<ContactAddressRow>, Fault> {
    tx.prepare_cached(&format!(
        "SELECT a.network, a.number, a.address, a.compared, a.compared_as, ifnull({COUNTS}, 0) AS counts \
         FROM contact_addresses a JOIN contacts c ON c.id = a.contact \
         WHERE a.contact = ?1 ORDER BY counts DESC, a.network, a.number LIMIT ?2"
    ))?
    .query_and_then(params![contact.as_bytes(), ContactRow::MAX_ADDRESSES as i64], |row| {
        let compared = match (row.get(3)?, row.get(4)?) {
            (Some(address), Some(name)) => Some(Compared { address, name }),
            (None, None) => None,
            _ => return Err(Fault::Damaged("contact")),
        };
        Ok(ContactAddressRow {
            id: ContactAddressId {
                network: row.get::<_, Net>(0)?.0,
                number: row.get(1)?,
            },
            address: row.get(2)?,
            compared,
            counts: row.get(5)?,
        })
    })?
    .collect()
}

/// What finds whose an address is.
const WHOSE: &str = "SELECT c.id, c.name, a.compared_as FROM contact_addresses a \
     JOIN contacts c ON c.id = a.contact \
     WHERE a.network = ?1 AND a.address = ?2 AND a.compared = a.address AND a.counts_as = c.name \
     ORDER BY c.folded, c.id LIMIT 1";

/// Returns for each address whose it is, if that counts here.
pub(crate) fn payees(
    conn: &mut Connection,
    network: Network,
    addresses: &[String],
) -> Result<Vec<Option<Payee>>, Fault> {
    let tx = conn.transaction()?;
    let mut find = tx.prepare_cached(WHOSE)?;
    let whose = addresses.iter().map(|address| {
        let found = find.query_row(params![Net(network), address], |row| {
            Ok(Payee {
                contact: ContactId::from_bytes(row.get(0)?),
                name: row.get(1)?,
                compared_as: row.get(2)?,
            })
        });
        Ok(found.optional()?)
    });
    whose.collect()
}

#[cfg(test)]
mod tests {
    use crate::plan::plan;

    #[test]
    fn whose_an_address_is_is_found_without_reading_all_contacts() {
        let plan = plan(super::WHOSE);
        assert!(plan.contains("contact_addresses_by_address"), "{plan}");
        assert!(!plan.contains("SCAN"), "{plan}");
    }
}
