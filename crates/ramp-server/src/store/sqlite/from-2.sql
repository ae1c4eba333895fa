-- Databases, and which modules they use.
CREATE TABLE databases (
  uid  INTEGER PRIMARY KEY AUTOINCREMENT,
  spec TEXT NOT NULL
) STRICT;
CREATE TABLE uses (
  database INTEGER NOT NULL REFERENCES databases (uid) ON DELETE CASCADE,
  module   TEXT NOT NULL REFERENCES modules (uid),
  UNIQUE (database, module)
) STRICT;
CREATE INDEX uses_module ON uses (module);
