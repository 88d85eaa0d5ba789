"""HTTP in, service, schema out: every path under `/monitoring`."""

from fastapi import APIRouter

from contor.services.monitoring.endpoints import alerts, consumption, corrections, fleet, readings, rejected_readings

router = APIRouter()
for part in (readings, consumption, corrections, alerts, fleet, rejected_readings):
    router.include_router(part.router)
