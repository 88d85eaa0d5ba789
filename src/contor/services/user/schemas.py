"""What goes in and out of `/users`."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from contor.kernel.identity import Role

Language = Literal["ro", "en"]

# PostgreSQL's text cannot hold a NUL, and no name has control characters.
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        max_length=254,
        pattern=r"^[^@\s\x00-\x1f\x7f]{1,64}@[^@\s.\x00-\x1f\x7f]+(\.[^@\s.\x00-\x1f\x7f]+)+$",
    ),
]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9][0-9 ()./-]{2,30}$")]
# Their rules are auth's, which answers by its own codes; only the size is bounded here.
Username = Annotated[str, Field(max_length=256)]
Password = Annotated[str, Field(max_length=1024)]

Query = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Sort = Literal["username", "-username", "full_name", "-full_name", "created_at", "-created_at"]


class User(BaseModel):
    """A person's profile."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    username: str
    role: Role
    disabled: bool
    full_name: str | None
    email: str | None
    phone: str | None
    language: Language | None
    time_zone: str | None
    created_at: datetime
    updated_at: datetime


class NewUser(BaseModel):
    """A person with an account to sign in by."""

    model_config = ConfigDict(extra="forbid")

    username: Username
    password: Password
    role: Role
    full_name: Name | None = None
    email: Email | None = None
    phone: Phone | None = None


class UserChanges(BaseModel):
    """Only what is given changes; null empties a field of the profile."""

    model_config = ConfigDict(extra="forbid")

    full_name: Name | None = None
    email: Email | None = None
    phone: Phone | None = None
    language: Language | None = None
    time_zone: Annotated[str, Field(max_length=64)] | None = None
    role: Role | None = None
    disabled: StrictBool | None = None
    password: Password | None = None

    @field_validator("role", "disabled", "password", mode="before")
    @classmethod
    def _never_empty(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("not_nullable", "cannot be null; leave it out to keep it as it is")
        return value

    def given(self) -> dict[str, Any]:
        """The fields that were in the body."""
        return self.model_dump(exclude_unset=True)


class Account(BaseModel):
    """What auth answers about an account."""

    id: UUID
    username: str
    role: Role
    disabled: bool
