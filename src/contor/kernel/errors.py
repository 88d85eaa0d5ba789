"""Problems people can act on, as RFC 9457 `application/problem+json`."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from contor.kernel.postgres_errors import POSTGRES_ERRORS, is_connection_failure
from contor.kernel.telemetry import log, request_id

CODE_BY_STATUS = {401: "not_authenticated", 403: "forbidden", 404: "not_found", 405: "method_not_allowed"}


class OperatorError(Exception):
    """What keeps Contor from running; its message tells the operator what to do about it."""


class Problem(Exception):
    """An answer that refuses and says why. Subclasses stand beside the rule that raises them."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    detail: str = "The request cannot be served."

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.detail = detail or self.detail
        self.errors = errors
        self.headers = headers
        super().__init__(self.detail)


Function = TypeVar("Function", bound=Callable[..., Any])


def raises(*problems: type[Problem]) -> Callable[[Function], Function]:
    """Declare what an endpoint or a dependency can answer besides success: its OpenAPI document lists them."""

    def declare(function: Function) -> Function:
        vars(function)["problems"] = declared_problems(function) + problems
        return function

    return declare


def declared_problems(function: Any) -> tuple[type[Problem], ...]:
    found: tuple[type[Problem], ...] = getattr(function, "problems", ())
    return found


class NotFound(Problem):
    """The thing does not exist, or is somebody else's: the answer is the same."""

    status = 404
    code = "not_found"
    detail = "There is no such thing here, or it is not yours."


class BodyTooLarge(Problem):
    status = 413
    code = "body_too_large"
    detail = "The body is larger than this service accepts; send it in smaller parts."


class InternalError(Problem):
    status = 500
    code = "internal_error"
    detail = "Contor failed to answer this; its log has the details under this request id."


class MalformedJson(Problem):
    status = 400
    code = "malformed_json"
    detail = "The body is not valid JSON."


class InvalidCursor(Problem):
    status = 422
    code = "validation_error"
    detail = "cursor: take it unchanged from `next_cursor` of the page before."


class Invalid(Problem):
    """A field whose value a rule refuses."""

    status = 422
    code = "validation_error"
    detail = "A field is missing or has a value that is not accepted; `errors` names it and says why."

    def __init__(self, field: str, message: str, code: str | None = None) -> None:
        super().__init__(
            f"{field}: {message}", errors=[{"field": field, "message": message, "code": code or self.code}]
        )


class Unavailable(Problem):
    """Something this process stands on is away for the moment; nothing was stored."""

    status = 503
    code = "unavailable"
    detail = "The database does not answer right now. Nothing was stored; try again in a moment."


def problem_body(status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """The RFC 9457 body: `type`, `title`, `status`, `detail` and our `code`, `request_id`, `errors`."""
    body: dict[str, Any] = {
        "type": f"urn:contor:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id.get(),
    }
    return body | {"errors": errors} if errors else body


def problem_response(problem: Problem) -> JSONResponse:
    return JSONResponse(
        problem_body(problem.status, problem.code, problem.detail, problem.errors),
        status_code=problem.status,
        headers=problem.headers,
        media_type="application/problem+json",
    )


async def _validation(_: Request, error: Exception) -> JSONResponse:
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
    return JSONResponse(
        problem_body(422, "validation_error", detail, errors), 422, media_type="application/problem+json"
    )


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    if isinstance(error.__cause__, UnicodeDecodeError):
        return problem_response(MalformedJson("The body is not UTF-8."))
    code = CODE_BY_STATUS.get(error.status_code, "bad_request")
    return JSONResponse(
        problem_body(error.status_code, code, str(error.detail)),
        error.status_code,
        headers=error.headers,
        media_type="application/problem+json",
    )


def refusal(error: Exception) -> JSONResponse:
    """What a request that ended in `error` is answered; raises it again when it is no refusal but a fault."""
    if isinstance(error, Problem):
        return problem_response(error)
    if not is_connection_failure(error):
        raise error
    log.warning("database_away", error=str(error)[:200])
    return problem_response(Unavailable(headers={"Retry-After": "1"}))


async def _refusal(_: Request, error: Exception) -> JSONResponse:
    return refusal(error)


def install(app: FastAPI) -> None:
    """Render every refusal of `app` as problem+json."""
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    for kind in (Problem, *POSTGRES_ERRORS):
        app.add_exception_handler(kind, _refusal)
