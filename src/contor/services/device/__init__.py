"""Meters: what they are, where they are, their hourly limit and their owner."""

from contor.kernel.service import Service
from contor.services.device.consumers import CONSUMERS
from contor.services.device.endpoints import lifespan, router

service = Service(name="device", prefix="/devices", router=router, consumers=CONSUMERS, lifespan=lifespan)
