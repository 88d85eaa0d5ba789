"""Substring search without regard to case and diacritics."""

from sqlalchemy import ColumnElement, Connection, SQLColumnExpression, Text, func

ACCENTED = "ăâîșşțţáàäãåąčćçďéèêëěęíìïłňńñóòôöõőøřšśťúùûüűůýÿžźż"
PLAIN = "aaissttaaaaaacccdeeeeeeiiilnnnooooooorsstuuuuuuyyzzz"

# The database may use the C locale, whose lower() changes ASCII only.
FOLDED = f"""
CREATE OR REPLACE FUNCTION folded(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN translate(lower(given COLLATE "pg_c_utf8"), '{ACCENTED}', '{PLAIN}') COLLATE "default"
"""


def create_search(connection: Connection) -> None:
    """For migrations: create the function `folded` and the extension `pg_trgm`."""
    connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    connection.exec_driver_sql(FOLDED)


def folded(text: SQLColumnExpression[str] | str) -> ColumnElement[str]:
    """`text` in lower case without diacritics; also for sorting names."""
    return func.folded(text, type_=Text())


def contains(folded_column: SQLColumnExpression[str], text: str) -> ColumnElement[bool]:
    """Whether a column of folded text contains `text`; uses a trigram index on the column."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return folded_column.like(folded(f"%{escaped}%"))
