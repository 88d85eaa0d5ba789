"""The HTTP layer of a service: application, transaction, limits, health."""

import re
import time
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, Literal

import asyncpg
from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.requests import HTTPConnection
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils.compat import uuid7

from contor.kernel import errors
from contor.kernel.errors import BodyTooLarge, InternalError, Unavailable, problem_response, raises
from contor.kernel.identity import Public, bearer, current_user
from contor.kernel.openapi import document_problems
from contor.kernel.service import Context, Service
from contor.kernel.telemetry import REQUESTS, log, request_id
from contor.kernel.version import VERSION, commit

REQUEST_ID = re.compile(r"[\w-]{8,64}")
CONVENTIONS = """\
Authorize with your username and password, or send `Authorization: Bearer <access token>`. Errors are
`application/problem+json` (RFC 9457) with a stable `code`. Times are ISO 8601 in UTC, ids are UUIDs.
Where an operation has the parameter `cursor`, send the `next_cursor` of a page to get the next one."""


async def _context(connection: HTTPConnection) -> Context:
    context: Context = connection.app.state.context
    return context  # async, because FastAPI runs a plain function in a thread


ServiceContext = Annotated[Context, Depends(_context)]


@raises(Unavailable)
async def session(context: ServiceContext) -> AsyncIterator[AsyncSession]:
    """The request's only transaction: committed before the response is sent, rolled back if anything raised."""
    async with context.database.transaction() as opened:
        yield opened


Session = Annotated[AsyncSession, Depends(session, scope="function")]


@raises(Unavailable)
async def autocommit(context: ServiceContext) -> AsyncIterator[asyncpg.Connection]:
    """For hot requests of a few statements, each its own transaction, without the cost of a session."""
    async with context.database.autocommit() as connection:
        yield connection


AutocommitConnection = Annotated[asyncpg.Connection, Depends(autocommit, scope="function")]
Limit = Annotated[int, Query(ge=1, le=200, description="Items on a page.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next_cursor` of the previous page.")]


class DirectRoute(APIRoute):
    """A hot endpoint `(request, context: ServiceContext, identity: CurrentUser)`, called without FastAPI.

    FastAPI's middleware, routing and dependency resolution take longer than the rest of such a request. The signature
    still documents the route and states its policy. Its path has no parameters.
    """


class Application(FastAPI):
    """A FastAPI that answers direct routes before its own middleware."""

    direct: Mapping[tuple[str, str], ASGIApp] = {}

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = document_problems(self, super().openapi())
        return self.openapi_schema

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        direct = self.direct.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        await (direct or super().__call__)(scope, receive, send)


def _direct(route: DirectRoute, app: FastAPI, context: Context) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"], scope["route"] = app, route
        request = Request(scope, receive)
        try:
            identity = await current_user(request, await bearer(request))
            response: Response = await route.endpoint(request, context, identity)
        except Exception as error:
            response = errors.error_response(error)
        await response(scope, receive, send)

    return answer


class Edge:
    """Middleware: request id, body limit, metrics, and one log line for an unexpected error."""

    def __init__(self, app: ASGIApp, service: str, body_limit: int) -> None:
        self._app = app
        self._service = service
        self._body_limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        identifier = given if REQUEST_ID.fullmatch(given) else str(uuid7())
        token = request_id.set(identifier)
        started = time.perf_counter()
        headers_sent, status = False, 500

        async def send_with_id(message: Message) -> None:
            nonlocal headers_sent, status
            if message["type"] == "http.response.start":
                headers_sent, status = True, message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", identifier.encode())]
            await send(message)

        try:
            await self._run(scope, receive, send_with_id)
        except BodyTooLarge:
            problem = BodyTooLarge(f"The body is over {self._body_limit} bytes; send it in smaller parts.")
            await problem_response(problem)(scope, receive, send_with_id)
        except Exception:
            log.exception("request_failed", service=self._service, method=scope["method"], path=scope["path"])
            if headers_sent:
                raise  # Headers are already sent; re-raise to abort the response.
            await problem_response(InternalError())(scope, receive, send_with_id)
        finally:
            route = getattr(scope.get("route"), "path", "")
            elapsed = time.perf_counter() - started
            REQUESTS.labels(self._service, scope["method"], route, status).observe(elapsed)
            request_id.reset(token)

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self._body_limit:
            raise BodyTooLarge
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._body_limit:
                raise BodyTooLarge
            return message

        async def send_unless_too_large(message: Message) -> None:
            # FastAPI answers any error while it reads a body with 400; ours is 413.
            if received <= self._body_limit:
                await send(message)

        await self._app(scope, counted, send_unless_too_large)
        if received > self._body_limit:
            raise BodyTooLarge


class Health(BaseModel):
    status: Literal["ok"] = "ok"
    version: str
    commit: str | None
    """Abbreviated; null when it is not known."""


class Ready(BaseModel):
    status: Literal["ready"] = "ready"


READY_WITH_DATABASE = "Report that the service can serve requests: its database answers. Otherwise the answer is 503."
READY_WITHOUT_DATABASE = "Report that the service accepts requests. It has no database; nothing else is checked."


def create_app(service: Service, context: Context) -> FastAPI:
    """The service as an ASGI application under its public prefix, with its API documentation."""
    openapi_url = f"{service.prefix}/openapi.json"
    routes = [found.original_route for found in iter_route_contexts(service.router.routes)]
    has_operations = any(isinstance(route, APIRoute) for route in routes)
    app = Application(
        title=f"Contor {service.name}",
        version=VERSION,
        description=f"{service.description}\n\n{CONVENTIONS if has_operations else ''}".strip(),
        docs_url=None,
        redoc_url=None,
        openapi_url=openapi_url,
        openapi_tags=[{"name": service.name}, {"name": "health"}] if has_operations else None,  # the order on the page
    )
    app.state.context = context

    async def docs(_: Request) -> Response:
        """Swagger UI with the frontend's copy of its files: works without internet access."""
        return get_swagger_ui_html(
            openapi_url=openapi_url,
            title=app.title,
            swagger_js_url="/swagger/swagger-ui-bundle.js",
            swagger_css_url="/swagger/swagger-ui.css",
            swagger_favicon_url="/favicon.svg",
        )

    app.add_route(f"{service.prefix}/docs", docs, include_in_schema=False)

    @app.get(f"{service.prefix}/health", tags=["health"], dependencies=[Public])
    async def health() -> Health:
        """Report that the process is alive, and which version of Contor it runs."""
        return Health(version=VERSION, commit=commit())

    @app.get(
        f"{service.prefix}/ready",
        tags=["health"],
        dependencies=[Public],
        description=READY_WITH_DATABASE if service.has_database else READY_WITHOUT_DATABASE,
    )
    @raises(*((Unavailable,) if service.has_database else ()))
    async def ready() -> Ready:
        if service.has_database:
            try:
                await context.database.ping()
            except Exception as error:
                log.warning("readiness_check_failed", service=service.name, error=repr(error))
                raise Unavailable from error
        return Ready()

    # Last, because a router's `/{id}` would match `/health` and `/ready`.
    app.include_router(service.router, prefix=service.prefix, tags=[service.name])
    errors.install_handlers(app)
    app.add_middleware(Edge, service=service.name, body_limit=service.body_limit)
    app.direct = {
        (method, service.prefix + route.path): Edge(_direct(route, app, context), service.name, service.body_limit)
        for route in routes
        if isinstance(route, DirectRoute)
        for method in route.methods or ()
    }
    return app
