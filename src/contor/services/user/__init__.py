"""People: their profiles, and their deletion."""

from contor.kernel.service import Service

SERVICE = Service("user", prefix="/users")
