"""Keyset pagination."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from pydantic import BaseModel
from sqlalchemy import Select, SQLColumnExpression, literal, tuple_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from contor.kernel.errors import InvalidCursor
from contor.kernel.postgres_errors import is_connection_failure

T = TypeVar("T")
Item = TypeVar("Item")


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("the offset is missing")
    return instant


FROM_TEXT: dict[type, Callable[[str], Any]] = {datetime: _instant, UUID: UUID, int: int, str: str}


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next_cursor` is null on the last page."""

    items: list[Item]
    next_cursor: str | None = None


def encode_cursor(values: Sequence[Any]) -> str:
    """An opaque cursor for the row whose sort key is `values`."""
    texts = [value.isoformat() if isinstance(value, datetime) else str(value) for value in values]
    return base64.urlsafe_b64encode(msgspec.json.encode(texts)).decode().rstrip("=")


def decode_cursor(cursor: str, types: Sequence[type]) -> list[Any]:
    """The sort key in `cursor`. Raises `InvalidCursor`."""
    try:
        texts = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=list[str])
        return [FROM_TEXT[kind](text) for kind, text in zip(types, texts, strict=True)]
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise InvalidCursor from error


async def keyset_page(
    session: AsyncSession,
    statement: Select[*tuple[Any, ...]],
    key: Sequence[SQLColumnExpression[Any]],
    *,
    cursor: str | None,
    limit: int,
    descending: bool = False,
) -> tuple[list[Any], str | None]:
    """The rows of `statement` after `cursor` in the order of `key`, and the cursor of the next page.

    `key` must be unique and not null: end it with the primary key. Its columns are added to the rows. A statement of
    one entity or column returns these instead of rows.
    """
    wide = len(statement.column_descriptions) > 1
    columns: list[Any] = list(key)
    if cursor is not None:
        values = decode_cursor(cursor, [column.type.python_type for column in columns])
        bound = tuple_(*(literal(value, column.type) for value, column in zip(values, columns, strict=True)))
        ordered = tuple_(*columns)
        statement = statement.where(ordered < bound if descending else ordered > bound)
    statement = statement.add_columns(*(column.label(f"_key{n}") for n, column in enumerate(columns)))
    statement = statement.order_by(*(column.desc() if descending else column.asc() for column in columns))
    try:
        rows = (await session.execute(statement.limit(limit + 1))).all()
    except DBAPIError as error:
        if cursor is None or is_connection_failure(error):
            raise
        raise InvalidCursor from error  # a forged cursor: values outside the column's range
    shown = rows[:limit]
    following = encode_cursor(shown[-1][-len(columns) :]) if len(rows) > limit else None
    return ([row if wide else row[0] for row in shown], following)
