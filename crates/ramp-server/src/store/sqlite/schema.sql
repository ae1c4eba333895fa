-- A module is visible once it is defined or one of its builds is committed.
CREATE TABLE modules (
  uid         TEXT PRIMARY KEY,
  module_name TEXT NOT NULL,
  version     INTEGER NOT NULL,
  metadata    TEXT NOT NULL,
  defined     INTEGER NOT NULL,
  UNIQUE (module_name, version)
) STRICT;

CREATE TABLE builds (
  uid       TEXT NOT NULL REFERENCES modules (uid) ON DELETE CASCADE,
  place     TEXT NOT NULL,
  claim     TEXT NOT NULL,
  owner     TEXT NOT NULL,
  committed INTEGER NOT NULL,
  blob      TEXT NOT NULL,
  details   TEXT NOT NULL,
  UNIQUE (uid, place)
) STRICT;
CREATE INDEX builds_claim ON builds (claim);
CREATE INDEX builds_blob ON builds (blob);

CREATE TABLE artifacts (
  module_name TEXT NOT NULL,
  version     INTEGER NOT NULL,
  node        TEXT NOT NULL,
  claim       TEXT NOT NULL,
  owner       TEXT NOT NULL,
  committed   INTEGER NOT NULL,
  blob        TEXT NOT NULL,
  details     TEXT NOT NULL,
  UNIQUE (module_name, version, node)
) STRICT;
CREATE INDEX artifacts_claim ON artifacts (claim);
CREATE INDEX artifacts_blob ON artifacts (blob);

-- Blobs that are nobody's any more, until they are known to be gone from the storage.
CREATE TABLE discarded (
  blob TEXT PRIMARY KEY
) STRICT;

CREATE TABLE actions (
  number     INTEGER PRIMARY KEY AUTOINCREMENT,
  action_uid TEXT NOT NULL UNIQUE,
  action     TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE users (
  uid           INTEGER PRIMARY KEY AUTOINCREMENT,
  email         TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  issued        INTEGER NOT NULL,
  role          TEXT NOT NULL,
  email_alerts  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_name ON users (name) WHERE name <> '';

CREATE TABLE databases (
  uid  INTEGER PRIMARY KEY AUTOINCREMENT,
  spec TEXT NOT NULL
) STRICT;

-- A module that is used stays.
CREATE TABLE uses (
  database INTEGER NOT NULL REFERENCES databases (uid) ON DELETE CASCADE,
  module   TEXT NOT NULL REFERENCES modules (uid),
  UNIQUE (database, module)
) STRICT;
CREATE INDEX uses_module ON uses (module);
