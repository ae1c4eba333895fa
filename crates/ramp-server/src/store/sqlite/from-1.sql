-- Users had a name, by which they logged in. It is their e-mail address now; when the password was set, nobody knows.
CREATE TABLE users_of_2 (
  uid           INTEGER PRIMARY KEY AUTOINCREMENT,
  email         TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  issued        INTEGER NOT NULL,
  role          TEXT NOT NULL,
  email_alerts  INTEGER NOT NULL
) STRICT;
INSERT INTO users_of_2 (email, name, password_hash, issued, role, email_alerts)
  SELECT name, '', password_hash, unixepoch(), role, 1 FROM users ORDER BY rowid;
DROP TABLE users;
ALTER TABLE users_of_2 RENAME TO users;
CREATE UNIQUE INDEX users_name ON users (name) WHERE name <> '';
