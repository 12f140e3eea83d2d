-- Version 4: several devices and one chain. Frozen, as version 1 is.

-- Until when the coins of a payment that another device works on are kept for it, by this device's clock.
-- Payments are named by their unsigned transactions.
CREATE TABLE reservations (
    wallet  INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    payment BLOB    NOT NULL CHECK (length(payment) = 32),
    ends    INTEGER NOT NULL,
    PRIMARY KEY (wallet, payment)
) STRICT, WITHOUT ROWID;

-- Receive addresses that this device handed out while it shared with others.
CREATE TABLE hand_outs (
    wallet INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    idx    INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    unsure INTEGER NOT NULL CHECK (unsure BETWEEN 0 AND 1),
    PRIMARY KEY (wallet, idx)
) STRICT, WITHOUT ROWID;

-- Receive addresses that this device asked to have for itself, and in which object it said so.
CREATE TABLE leases (
    wallet    INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    idx       INTEGER NOT NULL,
    stream    BLOB    NOT NULL CHECK (length(stream) = 16),
    seq       INTEGER NOT NULL,
    confirmed INTEGER NOT NULL CHECK (confirmed BETWEEN 0 AND 1),
    PRIMARY KEY (wallet, idx)
) STRICT, WITHOUT ROWID;

-- kind: 0 a payment was replaced, which alone has payment and replaced_by; 1 an address was handed out
-- twice, which alone has idx. told: to whom the payment was, or the address. device: who sent the payment,
-- or who else showed the address. other: who sent the one that replaced it.
CREATE TABLE notices (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    wallet       INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 1),
    payment      BLOB    CHECK (length(payment) = 32),
    replaced_by  BLOB    CHECK (length(replaced_by) = 32),
    idx          INTEGER,
    told         TEXT,
    device       BLOB    CHECK (length(device) = 16),
    other        BLOB    CHECK (length(other) = 16),
    at           INTEGER NOT NULL,
    dismissed_at INTEGER,
    CHECK ((kind = 0) = (payment IS NOT NULL AND replaced_by IS NOT NULL)),
    CHECK ((kind = 1) = (idx IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_newest ON notices (at, id);
