-- Labels that came from other wallets and go back to them (BIP-0329). They are on nothing that this wallet shows, so nothing searches them.
CREATE TABLE input_labels (
    wallet INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    txid   BLOB    NOT NULL CHECK (length(txid) = 32),
    vin    INTEGER NOT NULL,
    label  TEXT    NOT NULL,
    PRIMARY KEY (wallet, txid, vin)
) STRICT, WITHOUT ROWID;
CREATE TABLE key_labels (
    wallet INTEGER NOT NULL REFERENCES wallets (n) ON DELETE CASCADE,
    key    TEXT    NOT NULL,
    label  TEXT    NOT NULL,
    PRIMARY KEY (wallet, key)
) STRICT, WITHOUT ROWID;
