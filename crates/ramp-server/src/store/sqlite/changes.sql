-- Of which modules something that can be seen has changed, the latest last. Triggers write it, so that no statement can forget to.
CREATE TABLE changes (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  uid    TEXT NOT NULL
) STRICT;

CREATE TRIGGER changes_bounded AFTER INSERT ON changes BEGIN
  DELETE FROM changes WHERE number <= NEW.number - 1024;
END;

CREATE TRIGGER build_added AFTER INSERT ON builds WHEN NEW.committed = 1 BEGIN
  INSERT INTO changes (uid) VALUES (NEW.uid);
END;
CREATE TRIGGER build_committed AFTER UPDATE OF committed ON builds WHEN NEW.committed = 1 BEGIN
  INSERT INTO changes (uid) VALUES (NEW.uid);
END;
CREATE TRIGGER build_removed AFTER DELETE ON builds WHEN OLD.committed = 1 BEGIN
  INSERT INTO changes (uid) VALUES (OLD.uid);
END;

CREATE TRIGGER module_defined AFTER INSERT ON modules WHEN NEW.defined = 1 BEGIN
  INSERT INTO changes (uid) VALUES (NEW.uid);
END;
CREATE TRIGGER module_redefined AFTER UPDATE OF defined ON modules BEGIN
  INSERT INTO changes (uid) VALUES (NEW.uid);
END;
