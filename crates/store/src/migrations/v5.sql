-- Version 5: change is set aside as well, what concerns all wallets is told, what places lost is remembered. Frozen, as
-- version 1 is.

-- side: 0 receive, 1 change. Until now there was the receive side alone.
CREATE TABLE hand_outs_5 (
    wallet INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    side   INTEGER NOT NULL CHECK (side BETWEEN 0 AND 1),
    idx    INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    unsure INTEGER NOT NULL CHECK (unsure BETWEEN 0 AND 1),
    PRIMARY KEY (wallet, side, idx)
) STRICT, WITHOUT ROWID;
INSERT INTO hand_outs_5 (wallet, side, idx, at, unsure) SELECT wallet, 0, idx, at, unsure FROM hand_outs;
DROP TABLE hand_outs;
ALTER TABLE hand_outs_5 RENAME TO hand_outs;

CREATE TABLE leases_5 (
    wallet    INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    side      INTEGER NOT NULL CHECK (side BETWEEN 0 AND 1),
    idx       INTEGER NOT NULL,
    stream    BLOB    NOT NULL CHECK (length(stream) = 16),
    seq       INTEGER NOT NULL,
    confirmed INTEGER NOT NULL CHECK (confirmed BETWEEN 0 AND 1),
    PRIMARY KEY (wallet, side, idx)
) STRICT, WITHOUT ROWID;
INSERT INTO leases_5 (wallet, side, idx, stream, seq, confirmed)
    SELECT wallet, 0, idx, stream, seq, confirmed FROM leases;
DROP TABLE leases;
ALTER TABLE leases_5 RENAME TO leases;

-- kind: 0 a payment was replaced, which alone has payment and replaced_by; 1 an address was handed out twice; 2 what was
-- brought back is older than the wallet; 3 a device was added, which alone has no wallet. idx: of 1 the address's, of 2
-- how many addresses were paid to that were not known. told: to whom the payment was, or the address. device: who sent
-- the payment, who else showed the address, or who was added. other: who sent the one that replaced it, or who added it.
CREATE TABLE notices_5 (
    id           BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    wallet       INTEGER REFERENCES wallets (n) ON DELETE CASCADE,
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
    payment      BLOB    CHECK (length(payment) = 32),
    replaced_by  BLOB    CHECK (length(replaced_by) = 32),
    idx          INTEGER,
    told         TEXT,
    device       BLOB    CHECK (length(device) = 16),
    other        BLOB    CHECK (length(other) = 16),
    at           INTEGER NOT NULL,
    dismissed_at INTEGER,
    CHECK ((kind = 0) = (payment IS NOT NULL AND replaced_by IS NOT NULL)),
    CHECK ((kind IN (1, 2)) = (idx IS NOT NULL)),
    CHECK ((kind = 3) = (wallet IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO notices_5 (id, wallet, kind, payment, replaced_by, idx, told, device, other, at, dismissed_at)
    SELECT id, wallet, kind, payment, replaced_by, idx, told, device, other, at, dismissed_at FROM notices;
DROP TABLE notices;
ALTER TABLE notices_5 RENAME TO notices;
CREATE INDEX notices_newest ON notices (at, id);

-- How many objects that a place had were gone when they were last looked for.
ALTER TABLE places ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
