-- Version 6: whom the owner pays. Frozen, as version 1 is.

-- A contact belongs to the person and to no wallet. name: NULL where one device took the contact away while another kept an
-- address for it. folded, folded_note: name and note as they are searched; names are listed in the order of the first.
CREATE TABLE contacts (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name        TEXT,
    note        TEXT,
    folded      TEXT NOT NULL,
    folded_note TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_by_name ON contacts (folded, id);

-- address: as any device said it last. compared, compared_as: the address that the owner agreed to on this device, and the
-- name that the question had. counts_as: that name, or one that was given on this device since. The address counts while
-- compared is address and counts_as is the contact's name. None of the three is ever shared.
CREATE TABLE contact_addresses (
    contact     BLOB NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    network     TEXT NOT NULL,
    number      BLOB NOT NULL CHECK (length(number) = 16),
    address     TEXT NOT NULL,
    compared    TEXT,
    compared_as TEXT,
    counts_as   TEXT,
    PRIMARY KEY (contact, network, number),
    CHECK ((compared IS NULL) = (compared_as IS NULL)),
    CHECK ((compared IS NULL) = (counts_as IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_addresses_by_address ON contact_addresses (network, address);
