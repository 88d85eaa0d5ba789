"""The OpenAPI document: every operation is described, and lists every problem that it can answer."""

from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from contor.cli.openapi import openapi_document
from contor.kernel.bodies import PartialUpdate, RequestBody
from contor.kernel.errors import PROBLEM_JSON
from contor.kernel.service import Service
from contor.kernel.settings import Settings
from contor.runtime.composition import load
from tests.system.routes import all_routes

METHODS = ("get", "post", "put", "patch", "delete")
WITHOUT_SIGN_IN = {
    (route.method, route.path)
    for route in all_routes()
    if route.expected["anonymous"] != 401 or route.path == "/auth/refresh"
}
ADMINISTRATORS_ONLY = {
    (route.method, route.path)
    for route in all_routes()
    if route.expected["client"] == 403 and route.expected["other"] == 403 and route.expected["admin"] != 403
}
DOCUMENT = openapi_document(Settings())
OPERATIONS: list[tuple[str, str, dict[str, Any]]] = [
    (method.upper(), path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
    if method in METHODS
]
every_operation = pytest.mark.parametrize(
    ("method", "path", "operation"), OPERATIONS, ids=[f"{method} {path}" for method, path, _ in OPERATIONS]
)


@every_operation
def test_it_has_a_summary_and_a_description_in_full_sentences(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    assert operation["summary"]
    description = operation.get("description", "")
    assert len(description) >= 30, description
    assert description[0].isupper()
    assert description.rstrip()[-1] in ".)"


@every_operation
def test_it_lists_the_statuses_of_its_policy_path_and_body(method: str, path: str, operation: dict[str, Any]) -> None:
    expected = {"500"}
    if (method, path) not in WITHOUT_SIGN_IN:
        expected |= {"401", "503"}
    if (method, path) in ADMINISTRATORS_ONLY:
        expected.add("403")
    if "{" in path:
        expected |= {"404", "422"}
    if "requestBody" in operation:
        expected |= {"400", "413", "422"}
    if operation.get("parameters"):
        expected.add("422")
    assert expected <= set(operation["responses"])


@every_operation
def test_every_problem_is_problem_json_and_names_its_codes(method: str, path: str, operation: dict[str, Any]) -> None:
    problems = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
    for answer in problems.values():
        assert list(answer["content"]) == [PROBLEM_JSON]
        assert answer["content"][PROBLEM_JSON]["schema"] == {"$ref": "#/components/schemas/ProblemBody"}
        assert "`" in answer["description"]


def test_every_query_parameter_is_described() -> None:
    for _, path, operation in OPERATIONS:
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query":
                described = parameter.get("description") or f"`{parameter['name']}`" in operation["description"]
                assert described, f"{path}: {parameter['name']}"


@pytest.mark.parametrize("service", load(), ids=lambda service: service.name)
def test_readiness_says_what_is_checked_and_answers_503_only_with_a_database(service: Service) -> None:
    operation = DOCUMENT["paths"][f"{service.prefix}/ready"]["get"]
    assert ("its database answers" in operation["description"]) == service.has_database
    assert ("503" in operation["responses"]) == service.has_database


@pytest.mark.parametrize("service", load(), ids=lambda service: service.name)
def test_a_change_with_omitted_fields_refuses_null_where_it_has_no_meaning(service: Service) -> None:
    for route in iter_route_contexts(service.router.routes):
        found = route.original_route
        if isinstance(found, APIRoute) and "PATCH" in (found.methods or ()):
            body = found.dependant.body_params[0].field_info.annotation
            assert isinstance(body, type)
            assert issubclass(body, RequestBody)
            omitted = [name for name, field in body.model_fields.items() if not field.is_required()]
            assert not omitted or issubclass(body, PartialUpdate), f"{body.__name__} is not a PartialUpdate"
