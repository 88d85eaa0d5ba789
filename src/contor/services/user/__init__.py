"""People: their profiles, and their deletion."""

from contor.kernel.service import Service
from contor.services.user.consumers import CONSUMERS
from contor.services.user.endpoints import router

service = Service(name="user", prefix="/users", router=router, consumers=CONSUMERS)
