"""Accounts: registration, creation, changes, deletion."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from contor.contracts.accounts import AccountChanged, AccountOpened, LastAdministrator, UsernameTaken
from contor.kernel.clock import now
from contor.kernel.errors import NotFound, Problem
from contor.kernel.identity import Role
from contor.kernel.messaging.outbox import emit
from contor.services.auth.models import Account
from contor.services.auth.repository import AccountRepository
from contor.services.auth.schemas import AccountChanges, NewAccount, RegisterRequest
from contor.services.auth.service.audit import AuditAction, Origin, record_action
from contor.services.auth.service.passwords import hash_password, require_strong
from contor.services.auth.service.revocation import revoke_sessions
from contor.services.auth.service.throttle import Throttle
from contor.services.auth.settings import AuthSettings


class RegistrationClosed(Problem):
    status = 403
    code = "registration_closed"
    detail = "Registration is closed; ask an administrator for an account."


class AccountService:
    """Callers of methods that hash a password hold a `Passwords.slot`."""

    def __init__(self, session: AsyncSession, origin: Origin) -> None:
        self._session = session
        self._accounts = AccountRepository(session)
        self._origin = origin

    async def create(self, new: RegisterRequest | NewAccount, role: Role = "client") -> Account | None:
        """None when the username is taken, after the same time. Raises `WeakPassword`."""
        require_strong(new.password, new.username)
        return await self.create_unchecked(new, role)

    async def create_unchecked(self, new: RegisterRequest | NewAccount, role: Role) -> Account | None:
        """`create` without checking the password."""
        password_hash = await hash_password(new.password)
        moment = now()
        account = Account(
            id=uuid7(),
            username=new.username,
            role=role,
            disabled=False,
            password_hash=password_hash,
            version=1,
            created_at=moment,
            updated_at=moment,
        )
        if not await self._accounts.add(account):
            return None
        self_registered = self._origin.actor_id is None and role == "client"
        action: AuditAction = "registered" if self_registered else "account_opened"
        await record_action(self._session, action, account.id, self._origin, detail=role)
        opened = AccountOpened(
            account_id=account.id,
            username=account.username,
            role=role,
            full_name=new.full_name,
            email=new.email,
            phone=new.phone if isinstance(new, NewAccount) else None,
        )
        await emit(self._session, opened)
        return account

    async def change(self, account_id: UUID, changes: AccountChanges, own_session: UUID) -> Account:
        """Change an account as an administrator. Raises `LastAdministrator`, `WeakPassword`, `NotFound`.

        The account's sessions end; `own_session` stays when administrators change their own password.
        """
        # The row locks serialise two administrators who demote each other: the second is refused.
        loses_access = changes.role == "client" or changes.disabled
        if loses_access and await self._accounts.lock_administrators() == [account_id]:
            raise LastAdministrator
        account = await self._accounts.lock(account_id)
        if account is None:
            raise NotFound
        if changes.password is not None:
            require_strong(changes.password, account.username)
            own = own_session if account_id == self._origin.actor_id else None
            await self.set_password(account, changes.password, current_session=own)
        await self._change_role_and_status(account, changes)
        return account

    async def _change_role_and_status(self, account: Account, changes: AccountChanges) -> None:
        changed = False
        if changes.role is not None and changes.role != account.role:
            account.role, changed = changes.role, True
            await record_action(self._session, "role_changed", account.id, self._origin, detail=changes.role)
            await revoke_sessions(self._session, account.id, "role_changed")
        if changes.disabled is not None and changes.disabled != account.disabled:
            account.disabled, changed = changes.disabled, True
            await record_action(self._session, "disabled" if changes.disabled else "enabled", account.id, self._origin)
            if changes.disabled:
                await revoke_sessions(self._session, account.id, "disabled")
        if changed:
            account.version += 1
            account.updated_at = now()
            message = AccountChanged(
                account_id=account.id, version=account.version, role=account.role, disabled=account.disabled
            )
            await emit(self._session, message)

    async def set_password(self, account: Account, password: str, *, current_session: UUID | None) -> None:
        """Store the new password and end every session but `current_session`."""
        account.password_hash = await hash_password(password)
        account.updated_at = now()
        await record_action(self._session, "password_changed", account.id, self._origin)
        await revoke_sessions(self._session, account.id, "password_changed", exclude=current_session)


async def delete_account(session: AsyncSession, account_id: UUID) -> None:
    """Delete the account of a deleted user and end its sessions.

    Needs no tombstone: no message creates accounts, and ids are never reused.
    """
    accounts = AccountRepository(session)
    account = await accounts.lock(account_id)
    await revoke_sessions(session, account_id, "deleted")
    if account is not None:
        await record_action(session, "account_deleted", account_id, Origin())
    await accounts.delete(account_id)


async def register_client(
    session: AsyncSession, settings: AuthSettings, new: RegisterRequest, origin: Origin
) -> Account | Problem:
    """The new account, or `UsernameTaken`, which is returned so that the transaction commits the throttle's count.

    Raises `RegistrationClosed`, `WeakPassword`, `TooManyAttempts`.
    """
    if not settings.registration_open:
        raise RegistrationClosed
    throttle = Throttle(session, settings)
    buckets = throttle.registration_buckets(origin.ip_address or "")
    await throttle.check(buckets)
    await throttle.add_failure(buckets)
    account = await AccountService(session, origin).create(new)
    return account or UsernameTaken()
