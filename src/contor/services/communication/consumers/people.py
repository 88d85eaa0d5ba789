"""People: their profiles, and their sessions that end."""

from contor.contracts.accounts import SessionsRevoked, UserChanged, UserDeleted
from contor.contracts.frames import UserChangedFrame, UserData
from contor.kernel.service import Consumer, Context
from contor.services.communication.live.hub import Hub


async def when_user_changed(message: UserChanged, context: Context) -> None:
    frame = UserChangedFrame(
        id=message.id, at=message.occurred_at, data=UserData(user_id=message.user_id, deleted=False)
    )
    context.resource(Hub).tell(frame, message.user_id, administrators=True)


async def when_user_deleted(message: UserDeleted, context: Context) -> None:
    hub = context.resource(Hub)
    frame = UserChangedFrame(
        id=message.id, at=message.occurred_at, data=UserData(user_id=message.user_id, deleted=True)
    )
    hub.tell(frame, message.user_id, administrators=True)
    hub.end_sessions(message.user_id, "deleted")


async def when_sessions_revoked(message: SessionsRevoked, context: Context) -> None:
    context.resource(Hub).end_sessions(message.account_id, message.reason, message.session_ids)


CONSUMERS: tuple[Consumer, ...] = tuple(
    Consumer(kind, handler, every_replica=True)
    for kind, handler in (
        (UserChanged, when_user_changed),
        (UserDeleted, when_user_deleted),
        (SessionsRevoked, when_sessions_revoked),
    )
)
