"""Which meters and alerts a user may see: an administrator every one, anyone else those they own."""

from uuid import UUID

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import InstrumentedAttribute

from contor.kernel.identity import Identity


def visible(owner_id: InstrumentedAttribute[UUID | None], identity: Identity) -> ColumnElement[bool]:
    return true() if identity.is_admin else owner_id == identity.id
