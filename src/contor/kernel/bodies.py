"""Base classes and text types of request and response bodies."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

SINGLE_LINE = r"^[^\x00-\x1f\x7f]*$"
"""Without control characters."""
MULTI_LINE = r"^[^\x00]*$"
"""Without NUL, which PostgreSQL's text type cannot store."""


def single_line(max_length: int, *, min_length: int | None = None) -> StringConstraints:
    """Lengths are those of the stripped text."""
    return StringConstraints(strip_whitespace=True, min_length=min_length, max_length=max_length, pattern=SINGLE_LINE)


def multi_line(max_length: int, *, min_length: int | None = None) -> StringConstraints:
    """Lengths are those of the stripped text."""
    return StringConstraints(strip_whitespace=True, min_length=min_length, max_length=max_length, pattern=MULTI_LINE)


class RequestBody(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class ResponseBody(BaseModel):
    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)


class PartialUpdate(RequestBody):
    """The body of a PATCH: omitted fields keep their value."""

    clearable: ClassVar[frozenset[str]] = frozenset()
    """The fields that accept null."""

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_null(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None and info.field_name not in cls.clearable:
            raise PydanticCustomError("not_nullable", "cannot be null; omit it to keep its value")
        return value

    def given(self) -> dict[str, Any]:
        """The fields of the body, without the omitted ones."""
        return self.model_dump(exclude_unset=True)
