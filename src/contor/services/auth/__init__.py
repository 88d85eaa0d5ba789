"""Identity: accounts, passwords, sessions, signing keys."""

from contor.kernel.service import Service
from contor.services.auth.consumers import CONSUMERS
from contor.services.auth.endpoints import router
from contor.services.auth.service.lifespan import lifespan

service = Service(name="auth", prefix="/auth", router=router, consumers=CONSUMERS, lifespan=lifespan)
