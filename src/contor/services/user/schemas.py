"""Request and response bodies of `/users`."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StrictBool

from contor.contracts.accounts import Email, FullName, Phone
from contor.kernel.bodies import PartialUpdate, RequestBody, ResponseBody, single_line
from contor.kernel.identity import Role

Language = Literal["ro", "en"]
# Auth validates usernames and passwords, and its problems are passed on; only the size is limited here.
Username = Annotated[str, Field(max_length=256)]
Password = Annotated[str, Field(max_length=1024)]
Query = Annotated[str, single_line(200)]
Sort = Literal["username", "-username", "full_name", "-full_name", "created_at", "-created_at"]


class User(ResponseBody):
    """The profile of a user."""

    id: UUID
    """Also the id of the user's account."""
    username: str
    role: Role
    disabled: bool
    """A disabled user cannot sign in."""
    full_name: str | None
    email: str | None
    phone: str | None
    language: Language | None
    """The preferred language; null: not chosen."""
    time_zone: str | None
    """The preferred IANA time zone; null: not chosen."""
    created_at: datetime
    updated_at: datetime


class NewUser(RequestBody):
    username: Username
    """3 to 64 letters, digits and `. _ @ -`; unique in any case."""
    password: Password
    """8 to 128 characters, not known from data breaches, and without the username."""
    role: Role
    full_name: FullName | None = None
    email: Email | None = None
    phone: Phone | None = None


class UserChanges(PartialUpdate):
    """Omitted fields keep their value; null clears a field of the profile."""

    clearable = frozenset({"full_name", "email", "phone", "language", "time_zone"})

    full_name: FullName | None = None
    email: Email | None = None
    phone: Phone | None = None
    language: Language | None = None
    time_zone: Annotated[str, Field(max_length=64)] | None = None
    """An IANA name."""
    role: Role | None = None
    """Only administrators may set it."""
    disabled: StrictBool | None = None
    """A disabled user cannot sign in. Only administrators may set it."""
    password: Password | None = None
    """Only administrators may set it; every session of the user ends."""


class Account(BaseModel):
    """Auth's response about an account."""

    id: UUID
    username: str
    role: Role
    disabled: bool
