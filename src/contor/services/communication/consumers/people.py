"""People: their profiles, and their sessions that end."""

from contor.contracts.accounts import SessionsRevoked, UserChanged, UserDeleted
from contor.contracts.frames import UserChangedFrame, UserData
from contor.kernel.inbox import Consumer
from contor.kernel.service import Context
from contor.services.communication.hub import Hub


async def when_user_changed(message: UserChanged, context: Context) -> None:
    frame = UserChangedFrame(
        id=message.id, at=message.occurred_at, data=UserData(user_id=message.user_id, deleted=False)
    )
    context.part(Hub).tell(frame, message.user_id, administrators=True)


async def when_user_deleted(message: UserDeleted, context: Context) -> None:
    hub = context.part(Hub)
    frame = UserChangedFrame(
        id=message.id, at=message.occurred_at, data=UserData(user_id=message.user_id, deleted=True)
    )
    hub.tell(frame, message.user_id, administrators=True)
    hub.end_sessions(message.user_id, "deleted")


async def when_sessions_revoked(message: SessionsRevoked, context: Context) -> None:
    context.part(Hub).end_sessions(message.account_id, message.reason, message.session_ids)


CONSUMERS: tuple[Consumer, ...] = tuple(
    Consumer(kind, handler, every_replica=True)
    for kind, handler in (
        (UserChanged, when_user_changed),
        (UserDeleted, when_user_deleted),
        (SessionsRevoked, when_sessions_revoked),
    )
)
