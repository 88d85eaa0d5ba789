"""What goes in and out of `/auth`."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StrictBool, StringConstraints

from contor.kernel.identity import Role

# Letters of one alphabet only: names that merely look alike are a way to pass for somebody else.
Username = Annotated[str, StringConstraints(min_length=3, max_length=64, pattern=r"^[A-Za-z0-9._@-]+$")]
# The rules for a new password have answers of their own; here only the size is bounded.
Password = Annotated[str, StringConstraints(max_length=1024)]
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


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class RegisterRequest(_In):
    """A client who opens an account themselves."""

    username: Username
    password: Password
    full_name: Name | None = None
    email: Email | None = None


class NewAccount(RegisterRequest):
    """An account an administrator opens for somebody."""

    role: Role
    phone: Phone | None = None


class AccountChanges(_In):
    """What an administrator changes; what is left out stays."""

    role: Role | None = None
    disabled: StrictBool | None = None
    password: Password | None = None


class LoginRequest(_In):
    """Whatever a person typed; what cannot be a username is answered like a wrong one."""

    username: Annotated[str, StringConstraints(max_length=256)]
    password: Password


class PasswordChange(_In):
    """A person's own new password."""

    current_password: Password
    new_password: Password


class Account(_Out):
    """Someone who can sign in."""

    id: UUID
    username: str
    role: Role
    disabled: bool
    created_at: datetime


class Session(_Out):
    """Signed in: the access token goes into `Authorization: Bearer …`; `expires_in` is in seconds."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  not a password
    expires_in: int
    user: Account


class SessionInfo(_Out):
    """Where somebody is signed in."""

    id: UUID
    current: bool
    created_at: datetime
    last_used_at: datetime
    user_agent: str | None
    ip_address: str | None


class PublicSettings(_Out):
    """What the sign-in page needs to know."""

    registration_open: bool


class AuditEntry(_Out):
    """A security-relevant act."""

    id: UUID
    at: datetime
    action: str
    account_id: UUID | None
    username: str | None
    actor_id: UUID | None
    ip_address: str | None
    detail: str | None


class Jwk(_Out):
    """A public key, RFC 8037."""

    kty: Literal["OKP"] = "OKP"
    crv: Literal["Ed25519"] = "Ed25519"
    x: str
    kid: str
    use: Literal["sig"] = "sig"
    alg: Literal["EdDSA"] = "EdDSA"


class Jwks(_Out):
    """The public keys that access tokens may be signed with now."""

    keys: list[Jwk]


class Revoked(_Out):
    """Sessions that ended while access tokens of theirs may be alive."""

    sessions: list[UUID]
