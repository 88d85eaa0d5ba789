"""Messages of auth and user about accounts and people, and the problems that both answer."""

from typing import Literal
from uuid import UUID

from contor.kernel.errors import Problem
from contor.kernel.messaging.message import Message


class UsernameTaken(Problem):
    status = 409
    code = "username_taken"
    detail = "This username is taken. Upper and lower case count as the same; choose another."

    def __init__(self) -> None:
        super().__init__(errors=[{"field": "username", "message": self.detail, "code": self.code}])


class LastAdministrator(Problem):
    status = 409
    code = "last_administrator"
    detail = "This is the last administrator who can sign in; make another person an administrator first."


class WeakPassword(Problem):
    status = 422
    code = "weak_password"
    detail = "The password is too short, too long, contains the username, or is known from data breaches."

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message, errors=[{"field": "password", "message": message, "code": code}])


class AccountOpened(Message, key="account.opened"):
    """Someone can sign in from now on. The profile is made from this, if it is not there yet."""

    account_id: UUID
    username: str
    role: Literal["client", "admin"]
    full_name: str | None = None
    email: str | None = None
    phone: str | None = None


class AccountChanged(Message, key="account.changed"):
    """An account's role or standing is now this. `version` grows with every change; the older is ignored."""

    account_id: UUID
    version: int
    role: Literal["client", "admin"]
    disabled: bool


class SessionsRevoked(Message, key="session.revoked"):
    """These sessions ended before their time: their access tokens are refused from now on."""

    account_id: UUID
    session_ids: list[UUID]
    reason: Literal["logout", "reuse", "password_changed", "role_changed", "disabled", "deleted", "ended"]


class UserChanged(Message, key="user.changed"):
    """A person's profile as it is now. `version` grows with every change; the older is ignored."""

    user_id: UUID
    version: int
    username: str
    full_name: str | None
    role: Literal["client", "admin"]
    disabled: bool


class UserDeleted(Message, key="user.deleted"):
    """A person is gone; whatever was theirs is freed or forgotten."""

    user_id: UUID
