"""Chat: conversations of clients with the assistant and operators, and of users with each other."""

from contor.kernel.service import Service

SERVICE = Service("chat", prefix="/chat")
