"""Accounts: opened, changed, forgotten."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from contor.contracts.accounts import AccountChanged, AccountOpened, LastAdministrator
from contor.kernel.clock import now
from contor.kernel.errors import NotFound
from contor.kernel.identity import Role
from contor.kernel.messaging.outbox import emit
from contor.services.auth.models import Account
from contor.services.auth.repository import Accounts
from contor.services.auth.schemas import AccountChanges, NewAccount, RegisterRequest
from contor.services.auth.service.audit import Action, Origin, write_down
from contor.services.auth.service.passwords import hashed, refuse_weak
from contor.services.auth.service.revocation import revoke


class AccountService:
    """Works in the session it is given. Whoever calls what hashes holds a slot of `Passwords`."""

    def __init__(self, session: AsyncSession, origin: Origin) -> None:
        self._session = session
        self._accounts = Accounts(session)
        self._origin = origin

    async def open(self, new: RegisterRequest | NewAccount, role: Role = "client") -> Account | None:
        """Open an account, or none when the username is taken: that takes the same time. Raises `WeakPassword`."""
        refuse_weak(new.password, new.username)
        return await self.open_without_check(new, role)

    async def open_without_check(self, new: RegisterRequest | NewAccount, role: Role) -> Account | None:
        """The same for a password that somebody else has judged."""
        password_hash = await hashed(new.password)
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
        by_themselves = self._origin.actor_id is None and role == "client"
        action: Action = "registered" if by_themselves else "account_opened"
        await write_down(self._session, action, account.id, self._origin, detail=role)
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
        """What an administrator changes. Raises `LastAdministrator`, `WeakPassword`, `NotFound`.

        Sessions of that person end; when they change their own password, `own_session` stays.
        """
        # Two administrators who demote each other wait for one another here, and the second is refused.
        loses_power = changes.role == "client" or changes.disabled
        if loses_power and await self._accounts.lock_administrators() == [account_id]:
            raise LastAdministrator
        account = await self._accounts.lock(account_id)
        if account is None:
            raise NotFound
        if changes.password is not None:
            refuse_weak(changes.password, account.username)
            own = own_session if account_id == self._origin.actor_id else None
            await self.set_password(account, changes.password, keep=own)
        await self._change_standing(account, changes)
        return account

    async def _change_standing(self, account: Account, changes: AccountChanges) -> None:
        changed = False
        if changes.role is not None and changes.role != account.role:
            account.role, changed = changes.role, True
            await write_down(self._session, "role_changed", account.id, self._origin, detail=changes.role)
            await revoke(self._session, account.id, "role_changed")
        if changes.disabled is not None and changes.disabled != account.disabled:
            account.disabled, changed = changes.disabled, True
            await write_down(self._session, "disabled" if changes.disabled else "enabled", account.id, self._origin)
            if changes.disabled:
                await revoke(self._session, account.id, "disabled")
        if changed:
            account.version += 1
            account.updated_at = now()
            said = AccountChanged(
                account_id=account.id, version=account.version, role=account.role, disabled=account.disabled
            )
            await emit(self._session, said)

    async def set_password(self, account: Account, password: str, *, keep: UUID | None) -> None:
        """Store the new password and end every session but `keep`."""
        account.password_hash = await hashed(password)
        account.updated_at = now()
        await write_down(self._session, "password_changed", account.id, self._origin)
        await revoke(self._session, account.id, "password_changed", but=keep)


async def forget_account(session: AsyncSession, account_id: UUID) -> None:
    """Drop the account of a person who is gone, and end their sessions.

    Nothing can open it again: ids of accounts are made here, and never twice.
    """
    accounts = Accounts(session)
    account = await accounts.lock(account_id)
    await revoke(session, account_id, "deleted")
    if account is not None:
        await write_down(session, "account_deleted", account_id, Origin())
    await accounts.remove(account_id)
