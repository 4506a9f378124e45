"""The tables of a ledger, and every statement that reads or writes them; columns and values go by name.

`ledger` makes the tables and runs the statements, `history`, `memory` and `decisions` know what they mean.
"""

from __future__ import annotations

# Marks a file as a ledger of ours (SQLite's application_id), and how its tables are made (user_version).
APPLICATION, SCHEMA_VERSION = 0x4A495841, 1

SCHEMA = (
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    # What a program of one version remembers under forms of one state; older ones are dropped when long unused.
    "CREATE TABLE epochs (epoch TEXT PRIMARY KEY, used TEXT NOT NULL)",
    "CREATE TABLE readings (key TEXT PRIMARY KEY, epoch TEXT NOT NULL REFERENCES epochs ON DELETE CASCADE,"
    " content TEXT NOT NULL, answer BLOB NOT NULL)",
    "CREATE TABLE blocks (key TEXT PRIMARY KEY, epoch TEXT NOT NULL REFERENCES epochs ON DELETE CASCADE, findings BLOB NOT NULL)",
    # A return is what one unit sent for one year in one round: the order of `id` is the order of arrival.
    "CREATE TABLE returns (id INTEGER PRIMARY KEY AUTOINCREMENT, unit_key TEXT NOT NULL, unit TEXT NOT NULL,"
    " year INTEGER NOT NULL, round TEXT NOT NULL, form TEXT NOT NULL, content TEXT NOT NULL, file TEXT NOT NULL,"
    " modified TEXT NOT NULL, seen TEXT NOT NULL, status TEXT NOT NULL, errors INTEGER NOT NULL,"
    " warnings INTEGER NOT NULL, hints INTEGER NOT NULL, projects TEXT NOT NULL, declarations BLOB,"
    " UNIQUE (unit_key, year, round, form, content))",
    "CREATE TABLE findings (return_id INTEGER PRIMARY KEY REFERENCES returns ON DELETE CASCADE, records BLOB NOT NULL)",
    # Every file as it was last seen, by its absolute place.
    "CREATE TABLE places (place TEXT PRIMARY KEY, file TEXT NOT NULL, content TEXT NOT NULL, unit TEXT NOT NULL,"
    " status TEXT NOT NULL, attached_to TEXT NOT NULL, rivals TEXT NOT NULL, instead TEXT NOT NULL, reason TEXT NOT NULL,"
    " modified TEXT NOT NULL, seen TEXT NOT NULL, round TEXT NOT NULL)",
    "CREATE INDEX returns_by_content ON returns (content)",
    "CREATE TABLE decisions (key TEXT PRIMARY KEY, cells TEXT NOT NULL, seen TEXT NOT NULL)",
)

# What a column holds where it is no text; what `codec` unpacks is looked at there.
KINDS: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("id", "year", "errors", "warnings", "hints", "found", "application_id", "user_version"), int),
    **dict.fromkeys(("answer", "findings", "records", "declarations"), object),
}


def _into(table: str, columns: str, verb: str = "INSERT OR REPLACE") -> str:
    """The statement that writes a row, each value under the name of its column."""
    names = columns.split()
    return f"{verb} INTO {table} ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"


TABLES = "SELECT count(*) AS found FROM sqlite_master"

YEAR = "SELECT value FROM settings WHERE name = 'year'"
KEEP_YEAR = "INSERT OR REPLACE INTO settings (name, value) VALUES ('year', :year)"
ROUND = "SELECT value FROM settings WHERE name = 'round'"
KEEP_ROUND = "INSERT OR REPLACE INTO settings (name, value) VALUES ('round', :round)"
JOINED = "SELECT value FROM settings WHERE name = 'joined'"
KEEP_JOINED = "INSERT OR REPLACE INTO settings (name, value) VALUES ('joined', :joined)"
FORGET_JOINED = "DELETE FROM settings WHERE name = 'joined'"
CHOICES = "SELECT value FROM settings WHERE name = 'choices'"
KEEP_CHOICES = "INSERT OR REPLACE INTO settings (name, value) VALUES ('choices', :choices)"

USE_EPOCH = "INSERT INTO epochs (epoch, used) VALUES (:epoch, :now) ON CONFLICT (epoch) DO UPDATE SET used = max(used, excluded.used)"
DROP_EPOCHS = "DELETE FROM epochs WHERE used < :before"
READING = "SELECT content, answer FROM readings WHERE key = :key"
KEEP_READING = _into("readings", "key epoch content answer")
BLOCK = "SELECT findings FROM blocks WHERE key = :key"
KEEP_BLOCK = _into("blocks", "key epoch findings")

_PLACE = "place file content unit status attached_to rivals instead reason modified"
PLACES = "SELECT place, content, round FROM places"
PLACES_OF_ROUND = f"SELECT {', '.join(_PLACE.split())} FROM places WHERE round = :round ORDER BY place"
PLACES_SEEN = "SELECT place, modified, seen FROM places"
NAME_ROUND = (
    "UPDATE returns SET round = :new WHERE round = :old",
    "UPDATE places SET round = :new WHERE round = :old",
    "UPDATE settings SET value = :new WHERE name = 'round' AND value = :old",
)
ALL_PLACES = f"SELECT {', '.join(_PLACE.split())}, seen, round FROM places ORDER BY place"
KEEP_PLACE = _into("places", f"{_PLACE} seen round")
FORGET_PLACE = "DELETE FROM places WHERE place = :place"

_RETURN = "unit year round form content file modified seen status errors warnings hints projects"
ANY_RETURN = "SELECT id FROM returns LIMIT 1"
RETURNS = f"SELECT id, {', '.join(_RETURN.split())} FROM returns ORDER BY id"
RETURN = "SELECT id FROM returns WHERE unit_key = :unit_key AND year = :year AND round = :round AND form = :form AND content = :content"
ALL_RETURNS = f"SELECT id, unit_key, {', '.join(_RETURN.split())}, declarations FROM returns ORDER BY id"
ALL_FINDINGS = "SELECT return_id AS id, records FROM findings"
DECLARATIONS = "SELECT file, declarations FROM returns WHERE id = :id"
# When a content first came: an old copy sent on in a later round is no newer for that.
ARRIVALS = "SELECT min(id) AS id, content FROM returns GROUP BY content"
ADD_RETURN = _into("returns", f"unit_key {_RETURN} declarations", "INSERT")
COUNT_RETURN = "UPDATE returns SET status = :status, errors = :errors, warnings = :warnings, hints = :hints WHERE id = :id"
FINDINGS = "SELECT records FROM findings WHERE return_id = :id"
KEEP_FINDINGS = "INSERT OR REPLACE INTO findings (return_id, records) VALUES (:id, :records)"

DECISIONS = "SELECT rowid AS id, key, cells FROM decisions ORDER BY rowid"
ALL_DECISIONS = "SELECT key, cells, seen FROM decisions ORDER BY key"
KEEP_DECISION = _into("decisions", "key cells seen")
FORGET_DECISION = "DELETE FROM decisions WHERE key = :key"
