"""Search as people type it: any part of a word, whatever its case and its diacritics."""

from sqlalchemy import ColumnElement, Connection, SQLColumnExpression, Text, func

ACCENTED = "ăâîșşțţáàäãåąčćçďéèêëěęíìïłňńñóòôöõőøřšśťúùûüűůýÿžźż"
PLAIN = "aaissttaaaaaacccdeeeeeeiiilnnnooooooorsstuuuuuuyyzzz"

# The database itself may be of the C locale, where lower() leaves everything beyond ASCII as it is.
FOLDED = f"""
CREATE OR REPLACE FUNCTION folded(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN translate(lower(given COLLATE "pg_c_utf8"), '{ACCENTED}', '{PLAIN}') COLLATE "default"
"""


def create_search(connection: Connection) -> None:
    """Create the function `folded` and the extension `pg_trgm`: for migrations of services that search."""
    connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    connection.exec_driver_sql(FOLDED)


def folded(text: SQLColumnExpression[str] | str) -> ColumnElement[str]:
    """`text` without case and diacritics, as the database folds it; also a sensible order for names."""
    return func.folded(text, type_=Text())


def contains(folded_column: SQLColumnExpression[str], text: str) -> ColumnElement[bool]:
    """Whether a column that holds folded text contains `text`; a trigram index on the column serves it."""
    literally = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return folded_column.like(folded(f"%{literally}%"))
