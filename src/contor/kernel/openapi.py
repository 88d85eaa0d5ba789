"""The OpenAPI document of a service: every operation lists every problem that it can answer, as problem+json."""

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from pydantic import BaseModel

from contor.kernel.errors import (
    PROBLEM_JSON,
    BodyTooLarge,
    InternalError,
    Invalid,
    MalformedJson,
    NotFound,
    Problem,
    declared_problems,
)

GENERATED_BY_FASTAPI = ("HTTPValidationError", "ValidationError")


class ProblemError(BaseModel):
    """One wrong field of a request."""

    field: str
    message: str
    code: str


class ProblemBody(BaseModel):
    """RFC 9457 problem details. `code` is stable and meant for programs, `detail` for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str | None
    errors: list[ProblemError] | None = None


def document_problems(app: FastAPI, schema: dict[str, Any]) -> dict[str, Any]:
    """Add to each operation of `schema` the problems of its policy, dependencies, parameters, body and endpoint."""
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    for name in GENERATED_BY_FASTAPI:
        schemas.pop(name, None)
    definition = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= definition.pop("$defs") | {"ProblemBody": definition}
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute) and route.path_format in schema["paths"]:
            for method in route.methods or ():
                operation = schema["paths"][route.path_format][method.lower()]
                operation["summary"] = operation["summary"].capitalize()
                operation["responses"].pop("422", None)
                operation["responses"] |= _responses(_problems_of(route, operation))
    return schema


def _problems_of(route: RouteContext, operation: dict[str, Any]) -> Iterator[type[Problem]]:
    for function in _functions(route.dependant):
        yield from declared_problems(function)
    parameters = operation.get("parameters", [])
    if any(parameter["in"] == "path" for parameter in parameters):
        yield NotFound
    if "requestBody" in operation:
        yield from (MalformedJson, BodyTooLarge, Invalid)
    elif parameters:
        yield Invalid
    yield InternalError


def _functions(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for dependency in dependant.dependencies:
        yield from _functions(dependency)


def _responses(problems: Iterable[type[Problem]]) -> dict[str, Any]:
    by_status: dict[int, dict[str, str]] = {}
    for problem in problems:
        by_status.setdefault(problem.status, {})[problem.code] = problem.detail
    return {
        str(status): {
            "description": "\n".join([f"{HTTPStatus(status).phrase}.", *(f"* `{c}`: {d}" for c, d in codes.items())]),
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}},
        }
        for status, codes in sorted(by_status.items())
    }
