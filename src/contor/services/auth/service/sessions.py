"""Sessions: signing in, refreshing, signing out."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from contor.kernel.clock import now
from contor.kernel.errors import NotFound, Problem
from contor.kernel.identity import Identity, NotAuthenticated, SessionRevoked
from contor.services.auth.models import Account, SignedInSession
from contor.services.auth.repository import Accounts, Sessions
from contor.services.auth.schemas import SessionInfo
from contor.services.auth.service.accounts import AccountService
from contor.services.auth.service.audit import Origin, write_down
from contor.services.auth.service.keyring import Keyring
from contor.services.auth.service.passwords import Passwords, hashed, needs_rehash, refuse_weak
from contor.services.auth.service.refresh_tokens import RefreshToken, RefreshTokens
from contor.services.auth.service.revocation import revoke
from contor.services.auth.service.throttle import Bucket, KnownDevices, Throttle
from contor.services.auth.settings import AuthSettings


class InvalidCredentials(Problem):
    status = 401
    code = "invalid_credentials"
    detail = "The username or the password is not right."


class AccountDisabled(Problem):
    status = 403
    code = "account_disabled"
    detail = "This account is disabled; ask an administrator."


class WrongPassword(Problem):
    status = 422
    code = "wrong_password"
    detail = "The current password is not right."

    def __init__(self) -> None:
        super().__init__(errors=[{"field": "current_password", "message": self.detail, "code": self.code}])


@dataclass(frozen=True, slots=True)
class AuthServices:
    """What signing in needs from the process."""

    settings: AuthSettings
    passwords: Passwords
    keyring: Keyring
    refresh_tokens: RefreshTokens
    devices: KnownDevices


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An open session: an access token, and the refresh token if the session lasts longer than that."""

    account: Account
    access_token: str
    refresh_token: RefreshToken | None = None
    lifetime: timedelta = timedelta()
    """How long the refresh token may lie unused."""


class SessionService:
    """Refusals that leave a trace (a count, an ended family) are returned, so that the trace is committed."""

    def __init__(self, session: AsyncSession, tools: AuthServices, origin: Origin) -> None:
        self._session = session
        self._accounts = Accounts(session)
        self._sessions = Sessions(session)
        self._tools = tools
        self._origin = origin
        self._throttle = Throttle(session, tools.settings)

    async def sign_in(
        self, username: str, password: str, *, marker: str | None = None, lasting: bool = True
    ) -> SignedIn | Problem:
        """Open a session, with a refresh token if `lasting`. Raises `TooManyAttempts`.

        For an account that does not exist the same is done as for a wrong password.
        """
        # What cannot be a username is not looked up (PostgreSQL has no NUL), and is answered like a wrong one.
        account = await self._accounts.by_username(username) if username.isprintable() else None
        known = account is not None and marker is not None and self._tools.devices.recognises(marker, account.id)
        buckets = self._throttle.signing_in(username, self._origin.ip_address or "", marker if known else None)
        await self._throttle.check(buckets)
        checked = account.password_hash if account is not None else None
        matches = self._tools.passwords.matches
        if not await matches(password, checked) or account is None:
            return await self._refused(account, buckets)
        # Looked at again under a lock: it may have been changed or deleted while the password was checked.
        account = await self._accounts.lock(account.id)
        if account is None or (account.password_hash != checked and not await matches(password, account.password_hash)):
            return await self._refused(account, buckets)
        if account.disabled:
            await write_down(self._session, "sign_in_failed", account.id, self._origin, detail="disabled")
            return AccountDisabled()
        await self._throttle.forgive(buckets)
        if needs_rehash(account.password_hash):
            account.password_hash = await hashed(password)
        return await self._open(account, lasting=lasting)

    async def _refused(self, account: Account | None, buckets: list[Bucket]) -> Problem:
        await self._throttle.count(buckets)
        await write_down(self._session, "sign_in_failed", account.id if account else None, self._origin)
        return InvalidCredentials()

    async def _open(self, account: Account, *, lasting: bool) -> SignedIn:
        session_id = uuid7()
        settings = self._tools.settings
        token = self._tools.refresh_tokens.first(session_id)
        moment = now()
        lifetime = min(settings.refresh_idle, settings.refresh_absolute)
        signed_in = SignedInSession(
            id=session_id,
            account_id=account.id,
            token_hash=token.hash,
            created_at=moment,
            last_used_at=moment,
            expires_at=moment + (lifetime if lasting else timedelta(seconds=settings.token_lifetime)),
            user_agent=self._origin.user_agent,
            ip_address=self._origin.ip_address,
        )
        await self._sessions.add(signed_in)
        await write_down(self._session, "signed_in", account.id, self._origin.by(account.id))
        access = await self._access_token(account, session_id)
        return SignedIn(account, access, token, lifetime) if lasting else SignedIn(account, access)

    async def refresh(self, presented: str | None) -> SignedIn | Problem:
        """A new access token, and the successor of the refresh token; a replayed one ends its session."""
        token = self._tools.refresh_tokens.read(presented or "")
        if token is None:
            return NotAuthenticated("There is no session to refresh; sign in.")
        successor = self._tools.refresh_tokens.successor(token)
        settings = self._tools.settings
        account_id = await self._sessions.rotate(
            token.session_id,
            old=token.hash,
            new=successor.hash,
            idle=settings.refresh_idle,
            absolute=settings.refresh_absolute,
            user_agent=self._origin.user_agent,
            ip_address=self._origin.ip_address,
        )
        if account_id is None:
            leeway = timedelta(seconds=settings.refresh_leeway)
            account_id = await self._sessions.lost_race(token.session_id, token.hash, leeway)
        if account_id is None:
            return await self._replayed(token)
        account = await self._accounts.get(account_id)
        if account is None or account.disabled:
            return SessionRevoked()
        access = await self._access_token(account, token.session_id)
        return SignedIn(account, access, successor, settings.refresh_idle)

    async def _replayed(self, token: RefreshToken) -> Problem:
        """The token is ours and not valid: with its session alive, somebody has a copy."""
        family = await self._sessions.get(token.session_id)
        if family is not None and await revoke(self._session, family.account_id, "reuse", only=family.id):
            await write_down(self._session, "token_reused", family.account_id, self._origin)
        return SessionRevoked()

    async def sign_out(self, presented: str | None, identity: Identity | None) -> None:
        """End the session of the refresh token and that of the access token, if there are any."""
        token = self._tools.refresh_tokens.read(presented or "")
        if token is not None:
            holder = await self._sessions.holder(token.session_id, token.hash)
            if holder is not None:
                await self._end(holder, token.session_id)
        if identity is not None:
            await self._end(identity.id, identity.session_id)

    async def _end(self, account_id: UUID, session_id: UUID) -> None:
        if await revoke(self._session, account_id, "logout", only=session_id):
            await write_down(self._session, "signed_out", account_id, self._origin.by(account_id))

    async def end(self, identity: Identity, session_id: UUID) -> None:
        """End one of one's own sessions; raises `NotFound`."""
        if not await revoke(self._session, identity.id, "ended", only=session_id):
            raise NotFound
        await write_down(self._session, "session_ended", identity.id, self._origin)

    async def list(self, identity: Identity) -> list[SessionInfo]:
        """Where this person is signed in, the latest used first."""
        return [
            SessionInfo(
                id=found.id,
                current=found.id == identity.session_id,
                created_at=found.created_at,
                last_used_at=found.last_used_at,
                user_agent=found.user_agent,
                ip_address=found.ip_address,
            )
            for found in await self._sessions.of(identity.id)
        ]

    async def account(self, identity: Identity) -> Account:
        """The account behind a token; raises `SessionRevoked` when it has gone meanwhile."""
        account = await self._accounts.get(identity.id)
        if account is None:
            raise SessionRevoked
        return account

    async def change_password(self, identity: Identity, current: str, new: str) -> Problem | None:
        """Change one's own password; every other session ends. Raises `WeakPassword`, `TooManyAttempts`."""
        account = await self._accounts.lock(identity.id)
        if account is None or await self._sessions.get(identity.session_id) is None:
            raise SessionRevoked
        buckets = self._throttle.signing_in(account.username, self._origin.ip_address or "", None)
        await self._throttle.check(buckets)
        if not await self._tools.passwords.matches(current, account.password_hash):
            await self._throttle.count(buckets)
            await write_down(self._session, "password_change_failed", account.id, self._origin)
            return WrongPassword()
        refuse_weak(new, account.username)
        accounts = AccountService(self._session, self._origin)
        await accounts.set_password(account, new, keep=identity.session_id)
        return None

    async def _access_token(self, account: Account, session_id: UUID) -> str:
        return await self._tools.keyring.sign(
            self._session,
            account_id=account.id,
            session_id=session_id,
            role=account.role,
            lifetime=self._tools.settings.token_lifetime,
        )
