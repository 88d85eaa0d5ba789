"""The rules of users: who may change what; at least one administrator who can sign in remains."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import AccountChanged, AccountOpened, LastAdministrator, UserChanged, UserDeleted
from contor.kernel.clock import now
from contor.kernel.errors import NotFound
from contor.kernel.identity import Forbidden, Identity, Role
from contor.kernel.messaging.outbox import emit
from contor.kernel.pagination import Page
from contor.kernel.peers import Peers
from contor.kernel.time_zones import require_time_zone
from contor.services.user.models import Profile
from contor.services.user.repository import UserRepository
from contor.services.user.schemas import Account, NewUser, Sort, User, UserChanges

COPIED = {"username", "role", "full_name", "email", "phone"}
"""Fields of a new account that its profile begins with."""
ACCOUNT_FIELDS = ("role", "disabled", "password")
"""Fields that auth stores; they are changed there with the administrator's own token."""


class AdministratorsOnly(Forbidden):
    def __init__(self, fields: list[str]) -> None:
        message = "only administrators may set this; change your own password at /auth/password"
        errors = [{"field": field, "message": message, "code": self.code} for field in fields]
        super().__init__(f"{', '.join(fields)}: {message}", errors=errors)


def _require_visible(user_id: UUID, identity: Identity) -> None:
    if not identity.is_admin and identity.id != user_id:
        raise NotFound


class UserService:
    """Each transaction that changes a user holds the user's advisory lock."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._users = UserRepository(session)

    async def page(
        self, *, q: str | None, role: Role | None, disabled: bool | None, sort: Sort, cursor: str | None, limit: int
    ) -> Page[User]:
        found, next_cursor = await self._users.page(
            q=q, role=role, disabled=disabled, sort=sort, cursor=cursor, limit=limit
        )
        return Page(items=[User.model_validate(profile) for profile in found], next_cursor=next_cursor)

    async def get(self, user_id: UUID, identity: Identity) -> Profile:
        """The user's own profile, or any for administrators; `NotFound` for everyone else."""
        _require_visible(user_id, identity)
        return await self._load(user_id)

    async def create(self, new: NewUser, identity: Identity, peers: Peers) -> Profile:
        """Create an account in auth and store its profile. Raises auth's problems."""
        response = await peers.call(
            "auth", "POST", "/auth/accounts", token=identity.token, json=new.model_dump(exclude_none=True)
        )
        account = Account.model_validate_json(response.content)
        profile = await self._create_profile(
            Profile(**account.model_dump(), full_name=new.full_name, email=new.email, phone=new.phone)
        )
        if profile is None:  # deleted by another administrator since auth's response
            raise NotFound
        return profile

    async def change(self, user_id: UUID, changes: UserChanges, identity: Identity, peers: Peers) -> Profile:
        """Raises `AdministratorsOnly`, `LastAdministrator` and auth's problems."""
        _require_visible(user_id, identity)
        await self._users.lock(user_id)
        profile = await self._load(user_id)
        values = changes.given()
        account_values = {field: values.pop(field) for field in ACCOUNT_FIELDS if field in values}
        if account_values and not identity.is_admin:
            raise AdministratorsOnly(list(account_values))
        if values.get("time_zone") is not None:
            require_time_zone(values["time_zone"])
        if account_values:
            values |= await self._change_account(profile, account_values, identity, peers)
        await self._apply(profile, values)
        return profile

    async def delete(self, user_id: UUID) -> None:
        """Raises `LastAdministrator`. Every service deletes or anonymises its data at `UserDeleted`."""
        await self._users.lock(user_id)
        profile = await self._load(user_id)
        await self._require_other_administrator(profile)
        await self._users.delete(profile)
        await emit(self._session, UserDeleted(user_id=user_id))

    async def account_opened(self, message: AccountOpened) -> None:
        """Create the profile of a new account, unless it exists or was deleted."""
        await self._create_profile(Profile(id=message.account_id, disabled=False, **message.model_dump(include=COPIED)))

    async def account_changed(self, message: AccountChanged) -> None:
        """Update the replicated role and status; a version that is not newer is ignored."""
        await self._users.lock(message.account_id)
        if await self._users.is_deleted(message.account_id):
            return
        profile = await self._users.get(message.account_id)
        if profile is None:
            await self._users.upsert_pending_state(message.account_id, message.version, message.role, message.disabled)
        elif message.version > profile.account_version:
            profile.account_version = message.version
            await self._apply(profile, {"role": message.role, "disabled": message.disabled})

    async def _load(self, user_id: UUID) -> Profile:
        profile = await self._users.get(user_id)
        if profile is None:
            raise NotFound
        return profile

    async def _create_profile(self, profile: Profile) -> Profile | None:
        """The stored profile, which may be older than this one; None when the user was deleted."""
        await self._users.lock(profile.id)
        if await self._users.is_deleted(profile.id):
            return None
        if (stored := await self._users.get(profile.id)) is not None:
            return stored
        if (state := await self._users.pop_pending_state(profile.id)) is not None:
            profile.account_version, profile.role, profile.disabled = state.version, state.role, state.disabled
        await self._users.add(profile)
        await self._emit_changed(profile)
        return profile

    async def _change_account(
        self, profile: Profile, values: dict[str, Any], identity: Identity, peers: Peers
    ) -> dict[str, Any]:
        if values.get("role") == "client" or values.get("disabled"):
            await self._require_other_administrator(profile)
        response = await peers.call("auth", "PATCH", f"/auth/accounts/{profile.id}", token=identity.token, json=values)
        account = Account.model_validate_json(response.content)
        return {"role": account.role, "disabled": account.disabled}

    async def _require_other_administrator(self, profile: Profile) -> None:
        # The row locks serialise two administrators who remove each other: the second is refused.
        if await self._users.lock_enabled_administrators() == [profile.id]:
            raise LastAdministrator

    async def _apply(self, profile: Profile, values: dict[str, Any]) -> None:
        changed = {field: value for field, value in values.items() if getattr(profile, field) != value}
        if not changed:
            return
        for field, value in changed.items():
            setattr(profile, field, value)
        profile.version += 1
        profile.updated_at = now()
        await self._emit_changed(profile)

    async def _emit_changed(self, profile: Profile) -> None:
        changed = UserChanged(
            user_id=profile.id,
            version=profile.version,
            username=profile.username,
            full_name=profile.full_name,
            role=profile.role,
            disabled=profile.disabled,
        )
        await emit(self._session, changed)
