"""Every path under `/auth`."""

from fastapi import APIRouter

from contor.services.auth.endpoints import administration, own_account, sign_in, well_known

router = APIRouter()
for module in (sign_in, own_account, administration, well_known):
    router.include_router(module.router)
