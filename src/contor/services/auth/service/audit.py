"""The audit log. An entry is stored in the transaction of its action."""

from dataclasses import dataclass, replace
from typing import Literal, Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.kernel.pagination import Page
from contor.services.auth import schemas
from contor.services.auth.models import AuditEntry
from contor.services.auth.repository import AuditRepository

AuditAction = Literal[
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
    """Where a request came from; `actor_id` is the user who acts, if known."""

    ip_address: str | None = None
    user_agent: str | None = None
    actor_id: UUID | None = None

    def with_actor(self, actor_id: UUID) -> Self:
        return replace(self, actor_id=actor_id)


async def record_action(
    session: AsyncSession, action: AuditAction, account_id: UUID | None, origin: Origin, detail: str | None = None
) -> None:
    """Unknown usernames of failed sign-ins are not recorded: users type passwords into the wrong field."""
    entry = AuditEntry(
        action=action, account_id=account_id, actor_id=origin.actor_id, ip_address=origin.ip_address, detail=detail
    )
    await AuditRepository(session).add(entry)


async def audit_page(session: AsyncSession, cursor: str | None, limit: int) -> Page[schemas.AuditEntry]:
    """The newest first. Entries about deleted accounts have no username."""
    rows, next_cursor = await AuditRepository(session).page(cursor, limit)
    return Page(items=[schemas.AuditEntry.model_validate(row) for row in rows], next_cursor=next_cursor)
