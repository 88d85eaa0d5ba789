"""Who may see a conversation. `service.access` applies the same rule to requests and to the audience of events."""

from sqlalchemy import ColumnElement, and_, exists, or_

from contor.kernel.identity import Identity
from contor.services.chat.models import Conversation, Participant


def visible_to(identity: Identity) -> ColumnElement[bool]:
    """The predicate on `Conversation`: its client and administrators see a support conversation, its members a direct
    one."""
    support = Conversation.kind == "support"
    member = exists().where(
        Participant.conversation_id == Conversation.id, Participant.user_id == identity.id, Participant.member
    )
    return or_(
        support if identity.is_admin else and_(support, Conversation.client_id == identity.id),
        and_(Conversation.kind == "direct", member),
    )
