"""Monitoring: readings in, load profile and limit alerts out."""

from contor.kernel.service import Service
from contor.services.monitoring.settings import MAX_BODY_BYTES

SERVICE = Service("monitoring", prefix="/monitoring", body_limit=MAX_BODY_BYTES)
