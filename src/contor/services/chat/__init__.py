"""Conversations: clients with the assistant and the operators, and people with each other."""

from contor.kernel.service import Service

SERVICE = Service("chat", prefix="/chat")
