"""HTTP in, service, schema out: every path under `/monitoring`."""

from fastapi import APIRouter

from contor.services.monitoring.endpoints import alerts, consumption, corrections, fleet, readings, rejected_readings

PARTS = (readings, consumption, corrections, alerts, fleet, rejected_readings)
# One flat list: FastAPI matches an included router's paths anew at each level, a tenth of a short request.
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
