"""The column types that every service's tables use, by Python type: for `type_annotation_map`."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, DateTime, LargeBinary, Text

from contor.kernel.identity import Role

COLUMN_TYPES: Final[dict[Any, Any]] = {
    str: Text(),
    Role: Text(),
    bytes: LargeBinary(),
    int: BigInteger(),
    datetime: DateTime(timezone=True),
}
