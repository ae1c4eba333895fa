-- A catalogue as the fourth version made it, which knows by an id whose bundles a storage holds.
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

INSERT INTO users VALUES (1, 'admin@test', '', '{{HASH}}', 1764084000, 'admin', 1);
INSERT INTO users VALUES (2, 'viewer@test', 'A viewer', '{{HASH}}', 1764084001, 'db_viewer', 0);

INSERT INTO modules VALUES ('0123456789abcdef0123456789abcdef', 'testmodule', {{VERSION}}, '{{METADATA}}', 0);
INSERT INTO builds VALUES ('0123456789abcdef0123456789abcdef', 'rhel9/x86_64', '{{CLAIM}}', 'me', 1, '{{BLOB}}', '{"dependencies":{},"sha256":"s"}');
INSERT INTO actions (action_uid, action) VALUES ('7e1f0000-0000-4000-8000-000000000000', '{"action_uid":"7e1f0000-0000-4000-8000-000000000000","name":"module_installation","status":"completed","module_uid":"0123456789abcdef0123456789abcdef","creation_time":1764084000}');
INSERT INTO settings VALUES ('module_upload_max_size_mb', '5');
INSERT INTO databases VALUES (7, '{"name":"db","kind":"redis","memory_size":1,"modules":[{"module_uid":"0123456789abcdef0123456789abcdef","module_name":"testmodule","semantic_version":"1.2.3","module_args":""}]}');
INSERT INTO uses VALUES (7, '0123456789abcdef0123456789abcdef');
INSERT INTO settings VALUES ('catalogue identity', 'fedcba9876543210fedcba9876543210');
PRAGMA user_version = 4;
