"""Conversations: clients with the assistant and the operators, and people with each other."""

from contor.kernel.service import Service
from contor.services.chat.consumers import CONSUMERS
from contor.services.chat.endpoints import router
from contor.services.chat.service.lifespan import lifespan

service = Service(name="chat", prefix="/chat", router=router, consumers=CONSUMERS, lifespan=lifespan)
