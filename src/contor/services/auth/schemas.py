"""Request and response bodies of `/auth`."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StrictBool, StringConstraints

from contor.contracts.accounts import Email, FullName, Phone
from contor.kernel.bodies import PartialUpdate, RequestBody, ResponseBody
from contor.kernel.identity import Role

# ASCII only: letters of other alphabets that look the same would let one user pass for another.
Username = Annotated[str, StringConstraints(min_length=3, max_length=64, pattern=r"^[A-Za-z0-9._@-]+$")]
# Violations of the rules for new passwords have a problem type of their own; here only the size is limited.
Password = Annotated[str, StringConstraints(max_length=1024)]


class RegisterRequest(RequestBody):
    username: Username
    """3 to 64 letters, digits and `. _ @ -`; unique in any case."""
    password: Password
    """8 to 128 characters, not known from data breaches, and without the username."""
    full_name: FullName | None = None
    email: Email | None = None


class NewAccount(RegisterRequest):
    role: Role
    phone: Phone | None = None


class AccountChanges(PartialUpdate):
    """Omitted fields keep their value."""

    role: Role | None = None
    disabled: StrictBool | None = None
    """A disabled account cannot sign in."""
    password: Password | None = None
    """8 to 128 characters, not known from data breaches, and without the username."""


class LoginRequest(RequestBody):
    # Wider than `Username`: an impossible username gets the same answer as an unknown one.
    username: Annotated[str, StringConstraints(max_length=256)]
    password: Password


class PasswordChange(RequestBody):
    current_password: Password
    new_password: Password
    """8 to 128 characters, not known from data breaches, and without the username."""


class Account(ResponseBody):
    id: UUID
    username: str
    role: Role
    disabled: bool
    """A disabled account cannot sign in."""
    created_at: datetime


class Session(ResponseBody):
    """A new access token, to be sent as `Authorization: Bearer …`."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  not a password
    expires_in: int
    """The lifetime of the access token in seconds."""
    user: Account


class SessionInfo(ResponseBody):
    """A place where the user is signed in."""

    id: UUID
    current: bool
    """Whether it is the session of this request."""
    created_at: datetime
    last_used_at: datetime
    """The last sign-in or refresh."""
    user_agent: str | None
    ip_address: str | None


class PublicSettings(ResponseBody):
    registration_open: bool
    """Whether visitors may create their own account."""


class AuditEntry(ResponseBody):
    """A security-relevant action."""

    id: UUID
    at: datetime
    action: str
    account_id: UUID | None
    """The account concerned; null for a failed sign-in with an unknown username."""
    username: str | None
    """Its username; null once the account is deleted."""
    actor_id: UUID | None
    """The user who acted, if known."""
    ip_address: str | None
    detail: str | None
    """The new role, or the reason of a failure."""


class Jwk(ResponseBody):
    """An Ed25519 public key in JWK form (RFC 8037)."""

    kty: Literal["OKP"] = "OKP"
    crv: Literal["Ed25519"] = "Ed25519"
    x: str
    kid: str
    use: Literal["sig"] = "sig"
    alg: Literal["EdDSA"] = "EdDSA"


class Jwks(ResponseBody):
    """The public keys that access tokens may be signed with."""

    keys: list[Jwk]


class Revoked(ResponseBody):
    """Sessions that ended before their access tokens expired."""

    sessions: list[UUID]
