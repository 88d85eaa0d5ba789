"""Users: changed profiles and ended sessions."""

from contor.contracts.accounts import SessionsRevoked, UserChanged, UserDeleted
from contor.contracts.frames import UserChangedFrame, UserData
from contor.kernel.service import Consumer, Context
from contor.services.communication.live.hub import Hub


async def when_user_changed(message: UserChanged, context: Context) -> None:
    _broadcast(message, context.resource(Hub), deleted=False)


async def when_user_deleted(message: UserDeleted, context: Context) -> None:
    hub = context.resource(Hub)
    _broadcast(message, hub, deleted=True)
    hub.close_sessions(message.user_id, "deleted")


async def when_sessions_revoked(message: SessionsRevoked, context: Context) -> None:
    context.resource(Hub).close_sessions(message.account_id, message.reason, message.session_ids)


def _broadcast(message: UserChanged | UserDeleted, hub: Hub, *, deleted: bool) -> None:
    data = UserData(user_id=message.user_id, deleted=deleted)
    frame = UserChangedFrame(id=message.id, at=message.occurred_at, data=data)
    hub.broadcast(frame, [message.user_id], administrators=True)


CONSUMERS: tuple[Consumer, ...] = (
    Consumer(UserChanged, when_user_changed, every_replica=True),
    Consumer(UserDeleted, when_user_deleted, every_replica=True),
    Consumer(SessionsRevoked, when_sessions_revoked, every_replica=True),
)
