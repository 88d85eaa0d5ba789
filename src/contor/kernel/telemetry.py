"""Structured logs, request ids and the process's Prometheus registry."""

import logging
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, cast

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

REQUESTS = Histogram(
    "contor_http_request_seconds",
    "Time to answer a request",
    ["service", "method", "route", "status"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
OUTBOX_PUBLISHED = Counter("contor_outbox_published_total", "Messages published", ["service"])
OUTBOX_FAILURES = Counter("contor_outbox_failures_total", "Messages that failed to be published", ["service"])
OUTBOX_OLDEST = Gauge("contor_outbox_oldest_seconds", "Age of the oldest unpublished message", ["service"])
HANDLED = Counter("contor_messages_handled_total", "Messages handled", ["subscriber", "key", "outcome"])

log = cast("structlog.stdlib.BoundLogger", structlog.get_logger("contor"))


def _with_request_id(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if (current := request_id.get()) is not None:
        event["request_id"] = current
    return event


def configure_logging(level: str, *, as_json: bool) -> None:
    """Write every log line, ours and the libraries', to standard error in one format."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _with_request_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Plain tracebacks: the rich ones print local variables, such as tokens and passwords.
    console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    render: structlog.typing.Processor = structlog.processors.JSONRenderer() if as_json else console
    final: list[structlog.typing.Processor] = [structlog.processors.format_exc_info] if as_json else []
    structlog.configure(
        processors=[*shared, *final, render],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *final, render],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def metrics_page(allowed: Sequence[IPv4Network | IPv6Network]) -> ASGIApp:
    """`/metrics` in Prometheus' text format for scrapers in these networks; 404 for other clients and proxies."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        host = scope["client"][0] if scope.get("client") else ""
        # A gateway always sets X-Forwarded-For: such a request does not come from the scraper.
        if scope["type"] != "http" or b"x-forwarded-for" in dict(scope["headers"]) or not _within(host, allowed):
            response = Response(status_code=404)
        else:
            response = Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
        await response(scope, receive, send)

    return answer


def _within(host: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return any((mapped or address) in network for network in networks)
