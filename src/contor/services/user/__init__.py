"""Users: profiles and deletion."""

from contor.kernel.service import Service

SERVICE = Service("user", prefix="/users")
