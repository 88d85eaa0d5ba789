"""Security-relevant acts, written down in the transaction they happen in."""

from dataclasses import dataclass, replace
from typing import Literal, Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.kernel.pagination import Page
from contor.services.auth import schemas
from contor.services.auth.models import AuditEntry
from contor.services.auth.repository import Audit

Action = Literal[
    "account_opened",
    "registered",
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "session_ended",
    "token_reused",
    "password_changed",
    "password_change_failed",
    "role_changed",
    "disabled",
    "enabled",
    "account_deleted",
]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act came from: the address, the browser, and who acted, if known."""

    ip_address: str | None = None
    user_agent: str | None = None
    actor_id: UUID | None = None

    def by(self, actor_id: UUID) -> Self:
        """The same place, and who turned out to act there."""
        return replace(self, actor_id=actor_id)


async def write_down(
    session: AsyncSession, action: Action, account_id: UUID | None, origin: Origin, detail: str | None = None
) -> None:
    """One line of the audit log. Names nobody has are not kept: people type passwords where names belong."""
    entry = AuditEntry(
        action=action, account_id=account_id, actor_id=origin.actor_id, ip_address=origin.ip_address, detail=detail
    )
    await Audit(session).add(entry)


async def read(session: AsyncSession, cursor: str | None, limit: int) -> Page[schemas.AuditEntry]:
    """A page of the audit log, newest first; entries about people who are gone have no username."""
    found, following = await Audit(session).page(cursor, limit)
    items = [
        schemas.AuditEntry(
            id=entry.id,
            at=entry.at,
            action=entry.action,
            account_id=entry.account_id,
            username=username,
            actor_id=entry.actor_id,
            ip_address=entry.ip_address,
            detail=entry.detail,
        )
        for entry, username in found
    ]
    return Page(items=items, next_cursor=following)
