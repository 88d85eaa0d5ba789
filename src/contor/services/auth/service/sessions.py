"""Sessions: sign-in, refresh, sign-out."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from contor.kernel.clock import now
from contor.kernel.errors import NotFound, Problem
from contor.kernel.identity import Identity, NotAuthenticated, SessionRevoked
from contor.services.auth.models import Account, AccountSession
from contor.services.auth.repository import AccountRepository, SessionRepository
from contor.services.auth.schemas import SessionInfo
from contor.services.auth.service.accounts import AccountService
from contor.services.auth.service.audit import Origin, record_action
from contor.services.auth.service.keyring import Keyring
from contor.services.auth.service.passwords import Passwords, hash_password, needs_rehash, require_strong
from contor.services.auth.service.refresh_tokens import RefreshToken, RefreshTokens
from contor.services.auth.service.revocation import revoke_sessions
from contor.services.auth.service.throttle import Bucket, KnownDevices, Throttle
from contor.services.auth.settings import AuthSettings


class InvalidCredentials(Problem):
    status = 401
    code = "invalid_credentials"
    detail = "The username or the password is wrong."


class AccountDisabled(Problem):
    status = 403
    code = "account_disabled"
    detail = "This account is disabled; ask an administrator."


class WrongPassword(Problem):
    status = 422
    code = "wrong_password"
    detail = "The current password is wrong."

    def __init__(self) -> None:
        super().__init__(errors=[{"field": "current_password", "message": self.detail, "code": self.code}])


@dataclass(frozen=True, slots=True)
class AuthServices:
    """The long-lived objects of the process that sessions need."""

    settings: AuthSettings
    passwords: Passwords
    keyring: Keyring
    refresh_tokens: RefreshTokens
    devices: KnownDevices


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The tokens of a session; only sessions of browsers have a refresh token."""

    account: Account
    access_token: str
    refresh_token: RefreshToken | None = None
    lifetime: timedelta = timedelta()
    """Of the unused refresh token."""


class SessionService:
    """Problems whose transaction must commit (a counted failure, a revoked session) are returned, not raised."""

    def __init__(self, session: AsyncSession, auth: AuthServices, origin: Origin) -> None:
        self._session = session
        self._accounts = AccountRepository(session)
        self._sessions = SessionRepository(session)
        self._auth = auth
        self._origin = origin
        self._throttle = Throttle(session, auth.settings)

    async def sign_in(
        self, username: str, password: str, *, marker: str | None = None, refreshable: bool = True
    ) -> SignedIn | Problem:
        """Create a session, with a refresh token if `refreshable`. Raises `TooManyAttempts`.

        An unknown username causes the same work and answer as a wrong password.
        """
        # Unprintable usernames are not looked up: PostgreSQL cannot store NUL.
        account = await self._accounts.by_username(username) if username.isprintable() else None
        known = account is not None and marker is not None and self._auth.devices.is_known(marker, account.id)
        buckets = self._throttle.sign_in_buckets(username, self._origin.ip_address or "", marker if known else None)
        await self._throttle.check(buckets)
        checked = account.password_hash if account is not None else None
        verify = self._auth.passwords.verify
        if not await verify(password, checked) or account is None:
            return await self._reject_credentials(account, buckets)
        # Read again under a lock: it may have changed or been deleted during the verification.
        account = await self._accounts.lock(account.id)
        if account is None or (account.password_hash != checked and not await verify(password, account.password_hash)):
            return await self._reject_credentials(account, buckets)
        if account.disabled:
            await record_action(self._session, "sign_in_failed", account.id, self._origin, detail="disabled")
            return AccountDisabled()
        await self._throttle.reset(buckets)
        if needs_rehash(account.password_hash):
            account.password_hash = await hash_password(password)
        return await self._create_session(account, refreshable=refreshable)

    async def _reject_credentials(self, account: Account | None, buckets: list[Bucket]) -> Problem:
        await self._throttle.add_failure(buckets)
        await record_action(self._session, "sign_in_failed", account.id if account else None, self._origin)
        return InvalidCredentials()

    async def _create_session(self, account: Account, *, refreshable: bool) -> SignedIn:
        session_id = uuid7()
        settings = self._auth.settings
        token = self._auth.refresh_tokens.issue(session_id)
        moment = now()
        lifetime = min(settings.refresh_idle, settings.refresh_absolute)
        account_session = AccountSession(
            id=session_id,
            account_id=account.id,
            token_hash=token.hash,
            created_at=moment,
            last_used_at=moment,
            expires_at=moment + (lifetime if refreshable else timedelta(seconds=settings.token_lifetime)),
            user_agent=self._origin.user_agent,
            ip_address=self._origin.ip_address,
        )
        await self._sessions.add(account_session)
        await record_action(self._session, "signed_in", account.id, self._origin.with_actor(account.id))
        access = await self._access_token(account, session_id)
        return SignedIn(account, access, token, lifetime) if refreshable else SignedIn(account, access)

    async def refresh(self, presented: str | None) -> SignedIn | Problem:
        """Rotate the refresh token and issue an access token. A reused refresh token revokes its session."""
        token = self._auth.refresh_tokens.parse(presented or "")
        if token is None:
            return NotAuthenticated("There is no session to refresh; sign in.")
        successor = self._auth.refresh_tokens.successor(token)
        settings = self._auth.settings
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
            account_id = await self._sessions.account_of_previous_token(token.session_id, token.hash, leeway)
        if account_id is None:
            return await self._revoke_reused(token)
        account = await self._accounts.get(account_id)
        if account is None or account.disabled:
            return SessionRevoked()
        access = await self._access_token(account, token.session_id)
        return SignedIn(account, access, successor, settings.refresh_idle)

    async def _revoke_reused(self, token: RefreshToken) -> Problem:
        """Revoke the session of an authentic token that is no longer valid: it may be stolen (RFC 9700, 4.14)."""
        found = await self._sessions.get(token.session_id)
        if found is not None and await revoke_sessions(self._session, found.account_id, "reuse", only=found.id):
            await record_action(self._session, "token_reused", found.account_id, self._origin)
        return SessionRevoked()

    async def sign_out(self, presented: str | None, identity: Identity | None) -> None:
        """End the sessions of the refresh token and of the access token, if there are any."""
        token = self._auth.refresh_tokens.parse(presented or "")
        if token is not None:
            account_id = await self._sessions.account_of_token(token.session_id, token.hash)
            if account_id is not None:
                await self._sign_out(account_id, token.session_id)
        if identity is not None:
            await self._sign_out(identity.id, identity.session_id)

    async def _sign_out(self, account_id: UUID, session_id: UUID) -> None:
        if await revoke_sessions(self._session, account_id, "logout", only=session_id):
            await record_action(self._session, "signed_out", account_id, self._origin.with_actor(account_id))

    async def end(self, identity: Identity, session_id: UUID) -> None:
        """End a session of this user. Raises `NotFound`."""
        if not await revoke_sessions(self._session, identity.id, "ended", only=session_id):
            raise NotFound
        await record_action(self._session, "session_ended", identity.id, self._origin)

    async def list(self, identity: Identity) -> list[SessionInfo]:
        """The user's sessions, the most recently used first."""
        return [
            SessionInfo(
                id=found.id,
                current=found.id == identity.session_id,
                created_at=found.created_at,
                last_used_at=found.last_used_at,
                user_agent=found.user_agent,
                ip_address=found.ip_address,
            )
            for found in await self._sessions.list_active(identity.id)
        ]

    async def account(self, identity: Identity) -> Account:
        """Raises `SessionRevoked` if the account was deleted."""
        account = await self._accounts.get(identity.id)
        if account is None:
            raise SessionRevoked
        return account

    async def change_password(self, identity: Identity, current: str, new: str) -> Problem | None:
        """Change the user's own password and end every other session. Raises `WeakPassword`, `TooManyAttempts`."""
        account = await self._accounts.lock(identity.id)
        if account is None or await self._sessions.get(identity.session_id) is None:
            raise SessionRevoked
        buckets = self._throttle.sign_in_buckets(account.username, self._origin.ip_address or "", None)
        await self._throttle.check(buckets)
        if not await self._auth.passwords.verify(current, account.password_hash):
            await self._throttle.add_failure(buckets)
            await record_action(self._session, "password_change_failed", account.id, self._origin)
            return WrongPassword()
        require_strong(new, account.username)
        accounts = AccountService(self._session, self._origin)
        await accounts.set_password(account, new, current_session=identity.session_id)
        return None

    async def _access_token(self, account: Account, session_id: UUID) -> str:
        return await self._auth.keyring.sign(
            self._session,
            account_id=account.id,
            session_id=session_id,
            role=account.role,
            lifetime=self._auth.settings.token_lifetime,
        )
