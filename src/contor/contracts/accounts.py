"""Messages of auth and user about accounts and users, and the field types and problems that both have."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from contor.kernel.bodies import single_line
from contor.kernel.errors import Problem
from contor.kernel.identity import Role
from contor.kernel.messaging.message import Message

FullName = Annotated[str, single_line(200, min_length=1)]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        max_length=254,
        pattern=r"^[^@\s\x00-\x1f\x7f]{1,64}@[^@\s.\x00-\x1f\x7f]+(\.[^@\s.\x00-\x1f\x7f]+)+$",
    ),
]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9][0-9 ()./-]{2,30}$")]
RevocationReason = Literal["logout", "reuse", "password_changed", "role_changed", "disabled", "deleted", "ended"]


class UsernameTaken(Problem):
    status = 409
    code = "username_taken"
    detail = "This username is taken. Upper and lower case count as the same; choose another."

    def __init__(self) -> None:
        super().__init__(errors=[{"field": "username", "message": self.detail, "code": self.code}])


class LastAdministrator(Problem):
    status = 409
    code = "last_administrator"
    detail = "This is the last administrator who can sign in; make another user an administrator first."


class WeakPassword(Problem):
    status = 422
    code = "weak_password"
    detail = "The password is too short, too long, contains the username, or is known from data breaches."

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message, errors=[{"field": "password", "message": message, "code": code}])


class AccountOpened(Message, key="account.opened"):
    """An account was created. The user service creates the profile from this message unless it exists."""

    account_id: UUID
    username: str
    role: Role
    full_name: str | None = None
    email: str | None = None
    phone: str | None = None


class AccountChanged(Message, key="account.changed"):
    """The state of an account after its role or status changed. Consumers ignore versions that are not newer."""

    account_id: UUID
    version: int
    role: Role
    disabled: bool


class SessionsRevoked(Message, key="session.revoked"):
    """Sessions ended before they expired: their access tokens must be rejected from now on."""

    account_id: UUID
    session_ids: list[UUID]
    reason: RevocationReason


class UserChanged(Message, key="user.changed"):
    """The state of a profile after it was created or changed. Consumers ignore versions that are not newer."""

    user_id: UUID
    version: int
    username: str
    full_name: str | None
    role: Role
    disabled: bool


class UserDeleted(Message, key="user.deleted"):
    """A user was deleted. Consumers delete or anonymise what they store about the user."""

    user_id: UUID
