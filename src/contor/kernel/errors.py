"""Errors: HTTP problems as RFC 9457 `application/problem+json`, and errors for operators."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from contor.kernel.postgres_errors import POSTGRES_ERRORS, is_connection_failure
from contor.kernel.telemetry import log, request_id

PROBLEM_JSON = "application/problem+json"
CODE_BY_STATUS = {401: "not_authenticated", 403: "forbidden", 404: "not_found", 405: "method_not_allowed"}


class OperatorError(Exception):
    """Contor cannot start or a command cannot run; the message says why and what to do."""


class Problem(Exception):
    """An error response. Subclasses are defined beside the rule that raises them."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    detail: str = "The request is not valid."
    headers: Mapping[str, str] | None = None

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.detail = detail or self.detail
        self.errors = errors
        self.headers = headers or self.headers
        super().__init__(self.detail)


Function = TypeVar("Function", bound=Callable[..., Any])


def raises(*problems: type[Problem]) -> Callable[[Function], Function]:
    """Declare the problems that an endpoint or a dependency raises, for the OpenAPI document."""

    def declare(function: Function) -> Function:
        vars(function)["problems"] = declared_problems(function) + problems
        return function

    return declare


def declared_problems(function: Any) -> tuple[type[Problem], ...]:
    found: tuple[type[Problem], ...] = getattr(function, "problems", ())
    return found


class NotFound(Problem):
    """The same for objects of other users, so that their existence is not disclosed."""

    status = 404
    code = "not_found"
    detail = "It does not exist, or you have no access to it."


class BodyTooLarge(Problem):
    status = 413
    code = "body_too_large"
    detail = "The body is larger than this service accepts; send it in smaller parts."


class InternalError(Problem):
    status = 500
    code = "internal_error"
    detail = "An unexpected error occurred. The server's log has the details under this request id."


class MalformedJson(Problem):
    status = 400
    code = "malformed_json"
    detail = "The body is not valid JSON."


class InvalidCursor(Problem):
    status = 422
    code = "validation_error"
    detail = "cursor: pass the `next_cursor` of the previous page unchanged."


class Invalid(Problem):
    """A field whose value violates a rule."""

    status = 422
    code = "validation_error"
    detail = "A field is missing or has a value that is not accepted; `errors` names it and says why."

    def __init__(self, field: str, message: str, code: str | None = None) -> None:
        error = {"field": field, "message": message, "code": code or self.code}
        super().__init__(f"{field}: {message}", errors=[error])


class Unavailable(Problem):
    """A dependency of this process is unavailable; nothing was stored."""

    status = 503
    code = "unavailable"
    detail = "The database is unavailable. Nothing was stored; retry later."
    headers: Mapping[str, str] | None = {"Retry-After": "1"}


def problem_response(problem: Problem) -> JSONResponse:
    return _respond(problem.status, problem.code, problem.detail, problem.errors, problem.headers)


def _respond(
    status: int,
    code: str,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The RFC 9457 body: `type`, `title`, `status`, `detail` and our `code`, `request_id`, `errors`."""
    body: dict[str, Any] = {
        "type": f"urn:contor:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id.get(),
    }
    if errors:
        body["errors"] = errors
    return JSONResponse(body, status, headers, PROBLEM_JSON)


async def _handle_validation_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    found = error.errors()
    if any(item["type"] == "json_invalid" for item in found):
        return problem_response(MalformedJson(f"The body is not valid JSON: {found[0]['ctx']['error']}."))
    errors = [
        {
            "field": ".".join(str(part) for part in item["loc"] if part not in ("body", "query", "path")),
            "message": item["msg"],
            "code": item["type"],
        }
        for item in found
    ]
    detail = "; ".join(f"{item['field']}: {item['message']}" if item["field"] else item["message"] for item in errors)
    return _respond(422, Invalid.code, detail, errors)


async def _handle_http_exception(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    if isinstance(error.__cause__, UnicodeDecodeError):
        return problem_response(MalformedJson("The body is not UTF-8."))
    code = CODE_BY_STATUS.get(error.status_code, "bad_request")
    return _respond(error.status_code, code, str(error.detail), headers=error.headers)


def error_response(error: Exception) -> JSONResponse:
    """The response to a problem or a lost connection; raises every other error again."""
    if isinstance(error, Problem):
        return problem_response(error)
    if not is_connection_failure(error):
        raise error
    log.warning("database_connection_lost", error=str(getattr(error, "orig", error))[:200])
    return problem_response(Unavailable())


async def _handle_error(_: Request, error: Exception) -> JSONResponse:
    return error_response(error)


def install_handlers(app: FastAPI) -> None:
    """Have `app` answer every error as problem+json."""
    app.add_exception_handler(RequestValidationError, _handle_validation_error)
    app.add_exception_handler(HTTPException, _handle_http_exception)
    for kind in (Problem, *POSTGRES_ERRORS):
        app.add_exception_handler(kind, _handle_error)
