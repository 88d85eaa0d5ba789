"""HTTP in, service, schema out: every path under `/auth`."""

from fastapi import APIRouter

from contor.services.auth.endpoints import administration, own_account, well_known
from contor.services.auth.endpoints import sign_in as signing_in

router = APIRouter()
for part in (signing_in, own_account, administration, well_known):
    router.include_router(part.router)
