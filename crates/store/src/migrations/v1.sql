-- Version 1. Frozen: a change of the schema is a new file with the next number.
--
-- Money is in satoshis, time in seconds since 1970-01-01 UTC. Transaction ids are kept in the
-- order people read and type them, so that the start of one is a range of the index.

CREATE TABLE wallets (
    n               INTEGER PRIMARY KEY,
    id              BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    name            TEXT    NOT NULL,
    network         TEXT    NOT NULL,
    script_type     TEXT    NOT NULL,
    external        TEXT    NOT NULL,
    internal        TEXT    NOT NULL,
    fingerprint     BLOB    NOT NULL CHECK (length(fingerprint) = 4),
    account         INTEGER NOT NULL,
    origin          INTEGER NOT NULL,
    has_seed        INTEGER NOT NULL,
    sealed_seed     BLOB,
    created_at      INTEGER NOT NULL,
    words_proven_at INTEGER,
    backed_up_at    INTEGER
) STRICT;

CREATE TABLE selected (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    wallet INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE
) STRICT;

-- The engine's state: an append-only log of pieces that only the engine can read.
CREATE TABLE changes (
    n      INTEGER PRIMARY KEY,
    wallet INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    seq    INTEGER NOT NULL,
    piece  BLOB    NOT NULL CHECK (length(piece) > 0),
    UNIQUE (wallet, seq)
) STRICT;

-- state: 0 pending, 1 confirmed, 2 replaced, 3 dropped. lane: the three lists that a history is
-- merged from. height and block are of confirmed rows; moment is what a row is ordered by.
CREATE TABLE txs (
    n              INTEGER PRIMARY KEY,
    wallet         INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    txid           BLOB    NOT NULL CHECK (length(txid) = 32),
    state          INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
    lane           INTEGER NOT NULL AS (min(state, 2)) VIRTUAL,
    height         INTEGER NOT NULL,
    moment         INTEGER NOT NULL,
    block          BLOB    CHECK (length(block) = 32),
    replaced_by    BLOB    CHECK (length(replaced_by) = 32),
    direction      INTEGER NOT NULL CHECK (direction BETWEEN 0 AND 2),
    spent          INTEGER NOT NULL,
    received       INTEGER NOT NULL,
    fee            INTEGER,
    vsize          INTEGER NOT NULL,
    address        TEXT,
    more_addresses INTEGER NOT NULL,
    signals_rbf    INTEGER NOT NULL,
    cancels        BLOB    CHECK (length(cancels) = 32),
    CHECK ((state = 1) = (block IS NOT NULL)),
    CHECK ((state = 2) = (replaced_by IS NOT NULL)),
    UNIQUE (wallet, txid)
) STRICT;
CREATE INDEX txs_history ON txs (wallet, lane, height, moment, txid);
CREATE INDEX txs_direction ON txs (wallet, direction, lane, height, moment, txid);

-- state: 0 confirmed, 1 immature, 2 pending change, 3 pending from others.
CREATE TABLE coins (
    n       INTEGER PRIMARY KEY,
    wallet  INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    txid    BLOB    NOT NULL CHECK (length(txid) = 32),
    vout    INTEGER NOT NULL,
    amount  INTEGER NOT NULL,
    script  BLOB    NOT NULL,
    address TEXT    NOT NULL,
    side    INTEGER NOT NULL CHECK (side BETWEEN 0 AND 1),
    idx     INTEGER NOT NULL,
    state   INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
    height  INTEGER NOT NULL,
    moment  INTEGER NOT NULL,
    UNIQUE (wallet, txid, vout)
) STRICT;
CREATE INDEX coins_size ON coins (wallet, amount, txid, vout);

CREATE TABLE addresses (
    wallet   INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    side     INTEGER NOT NULL CHECK (side BETWEEN 0 AND 1),
    idx      INTEGER NOT NULL,
    address  TEXT    NOT NULL,
    script   BLOB    NOT NULL,
    used     INTEGER NOT NULL CHECK (used BETWEEN 0 AND 1),
    received INTEGER NOT NULL,
    payments INTEGER NOT NULL,
    PRIMARY KEY (wallet, side, idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX addresses_text ON addresses (wallet, address);
CREATE INDEX addresses_unused ON addresses (wallet, side, idx) WHERE used = 0;

CREATE TABLE balances (
    wallet           INTEGER PRIMARY KEY REFERENCES wallets (n) ON DELETE CASCADE,
    confirmed        INTEGER NOT NULL,
    pending_change   INTEGER NOT NULL,
    pending_incoming INTEGER NOT NULL,
    pending_outgoing INTEGER NOT NULL,
    immature         INTEGER NOT NULL
) STRICT;

CREATE TABLE freshness (
    wallet    INTEGER PRIMARY KEY REFERENCES wallets (n) ON DELETE CASCADE,
    height    INTEGER NOT NULL,
    hash      BLOB    NOT NULL CHECK (length(hash) = 32),
    synced_at INTEGER NOT NULL,
    source    TEXT    NOT NULL
) STRICT;

-- Labels (BIP-0329). folded: the text in lower case, for search.
CREATE TABLE tx_labels (
    wallet INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    txid   BLOB    NOT NULL CHECK (length(txid) = 32),
    label  TEXT    NOT NULL,
    folded TEXT    NOT NULL,
    PRIMARY KEY (wallet, txid)
) STRICT, WITHOUT ROWID;
CREATE TABLE address_labels (
    wallet  INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    address TEXT    NOT NULL,
    label   TEXT    NOT NULL,
    folded  TEXT    NOT NULL,
    PRIMARY KEY (wallet, address)
) STRICT, WITHOUT ROWID;
CREATE TABLE output_labels (
    wallet INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    txid   BLOB    NOT NULL CHECK (length(txid) = 32),
    vout   INTEGER NOT NULL,
    label  TEXT    NOT NULL,
    folded TEXT    NOT NULL,
    PRIMARY KEY (wallet, txid, vout)
) STRICT, WITHOUT ROWID;

-- Not bound to `coins`: a lock outlives its coin.
CREATE TABLE coin_locks (
    wallet INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    txid   BLOB    NOT NULL CHECK (length(txid) = 32),
    vout   INTEGER NOT NULL,
    PRIMARY KEY (wallet, txid, vout)
) STRICT, WITHOUT ROWID;

-- purpose: 0 payment, 1 cancel, 2 bump. state: 0 open, 1 signed, 2 broadcast.
CREATE TABLE drafts (
    n          INTEGER PRIMARY KEY,
    id         BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    wallet     INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    purpose    INTEGER NOT NULL CHECK (purpose BETWEEN 0 AND 2),
    target     BLOB    CHECK (length(target) = 32),
    state      INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
    txid       BLOB    CHECK (length(txid) = 32),
    psbt       BLOB    NOT NULL,
    change     INTEGER,
    fee        INTEGER NOT NULL,
    fee_rate   INTEGER NOT NULL,
    vsize      INTEGER NOT NULL,
    label      TEXT,
    created_at INTEGER NOT NULL,
    CHECK ((purpose = 0) = (target IS NULL)),
    CHECK ((state = 0) = (txid IS NULL))
) STRICT;
CREATE INDEX drafts_newest ON drafts (wallet, created_at, n);
CREATE TABLE draft_recipients (
    draft    INTEGER NOT NULL REFERENCES drafts (n) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    address  TEXT    NOT NULL,
    amount   INTEGER NOT NULL,
    PRIMARY KEY (draft, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
    id      BLOB    PRIMARY KEY CHECK (length(id) = 16),
    outcome TEXT    NOT NULL,
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE backends (
    network TEXT    PRIMARY KEY,
    kind    INTEGER NOT NULL,
    url     TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- How many rows a list has without a search, so that no page counts a whole wallet.
-- kind: 0 to 2 transactions by direction; 3 coins; 4 + 2 * side + used addresses.
CREATE TABLE counts (
    wallet INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    kind   INTEGER NOT NULL,
    n      INTEGER NOT NULL CHECK (n >= 0),
    PRIMARY KEY (wallet, kind)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER txs_in AFTER INSERT ON txs BEGIN
    INSERT INTO counts (wallet, kind, n) VALUES (new.wallet, new.direction, 1)
        ON CONFLICT (wallet, kind) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER txs_out AFTER DELETE ON txs BEGIN
    UPDATE counts SET n = n - 1 WHERE wallet = old.wallet AND kind = old.direction;
END;
CREATE TRIGGER txs_turned AFTER UPDATE OF direction ON txs WHEN old.direction <> new.direction BEGIN
    UPDATE counts SET n = n - 1 WHERE wallet = old.wallet AND kind = old.direction;
    INSERT INTO counts (wallet, kind, n) VALUES (new.wallet, new.direction, 1)
        ON CONFLICT (wallet, kind) DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER coins_in AFTER INSERT ON coins BEGIN
    INSERT INTO counts (wallet, kind, n) VALUES (new.wallet, 3, 1)
        ON CONFLICT (wallet, kind) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER coins_out AFTER DELETE ON coins BEGIN
    UPDATE counts SET n = n - 1 WHERE wallet = old.wallet AND kind = 3;
END;

CREATE TRIGGER addresses_in AFTER INSERT ON addresses BEGIN
    INSERT INTO counts (wallet, kind, n) VALUES (new.wallet, 4 + 2 * new.side + new.used, 1)
        ON CONFLICT (wallet, kind) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER addresses_out AFTER DELETE ON addresses BEGIN
    UPDATE counts SET n = n - 1 WHERE wallet = old.wallet AND kind = 4 + 2 * old.side + old.used;
END;
CREATE TRIGGER addresses_turned AFTER UPDATE OF used ON addresses WHEN old.used <> new.used BEGIN
    UPDATE counts SET n = n - 1 WHERE wallet = old.wallet AND kind = 4 + 2 * old.side + old.used;
    INSERT INTO counts (wallet, kind, n) VALUES (new.wallet, 4 + 2 * new.side + new.used, 1)
        ON CONFLICT (wallet, kind) DO UPDATE SET n = n + 1;
END;
