"""HTTP in, service, schema out: every path under `/auth`."""

from fastapi import APIRouter

from contor.services.auth.endpoints import administration, own_account, signing_in, well_known

router = APIRouter()
for part in (signing_in, own_account, administration, well_known):
    router.include_router(part.router)
