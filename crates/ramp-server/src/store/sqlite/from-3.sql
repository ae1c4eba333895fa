-- Blobs that are nobody's any more.
CREATE INDEX builds_blob ON builds (blob);
CREATE INDEX artifacts_blob ON artifacts (blob);
CREATE TABLE discarded (
  blob TEXT PRIMARY KEY
) STRICT;
