"""Devices (meters): description, address, time zone, hourly limit, owner."""

from contor.kernel.service import Service

SERVICE = Service("device", prefix="/devices")
