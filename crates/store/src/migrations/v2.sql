-- Version 2: the circle of devices that share. Frozen, as version 1 is.

CREATE TABLE circle (
    one           INTEGER PRIMARY KEY CHECK (one = 1),
    id            BLOB    NOT NULL CHECK (length(id) = 16),
    owner         BLOB    NOT NULL CHECK (length(owner) = 32),
    device        BLOB    NOT NULL CHECK (length(device) = 16),
    shared_stream BLOB    NOT NULL CHECK (length(shared_stream) = 16),
    seeds_stream  BLOB    NOT NULL CHECK (length(seeds_stream) = 16),
    sealed_keys   BLOB    NOT NULL,
    sealed_owner  BLOB,
    joined_at     INTEGER NOT NULL
) STRICT;

-- Objects by the name they have in a place. len: so that a list reads no objects.
CREATE TABLE objects (
    name  TEXT    NOT NULL PRIMARY KEY,
    len   INTEGER NOT NULL CHECK (len = length(bytes)),
    bytes BLOB    NOT NULL
) STRICT;

-- Which place was seen to hold which object, whole.
CREATE TABLE object_marks (
    place TEXT NOT NULL,
    name  TEXT NOT NULL,
    PRIMARY KEY (place, name)
) STRICT, WITHOUT ROWID;

-- kind: 0 folder, 1 WebDAV, 2 S3-compatible, which alone has bucket and region.
CREATE TABLE places (
    id              BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    kind            INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
    address         TEXT    NOT NULL,
    bucket          TEXT,
    region          TEXT,
    user            TEXT,
    sealed_password BLOB,
    added_at        INTEGER NOT NULL,
    last_round_at   INTEGER
) STRICT, WITHOUT ROWID;
