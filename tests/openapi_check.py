"""Checks that every response of a service is listed in its OpenAPI document."""

import re
from typing import Any

import httpx

JSON, PROBLEM_JSON = "application/json", "application/problem+json"
METHODS = {"get", "post", "put", "patch", "delete"}


class OpenApiCheck:
    """An httpx response hook: `AsyncClient(event_hooks={"response": [OpenApiCheck(schema).check]})`."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._operations = [
            (method.upper(), re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), operation)
            for path, operations in sorted(schema["paths"].items(), key=lambda item: item[0].count("{"))
            for method, operation in operations.items()
            if method in METHODS
        ]

    async def check(self, response: httpx.Response) -> None:
        request = response.request
        operation = self._operation(request.method, request.url.path)
        if operation is None:
            return
        call = f"{request.method} {request.url.path} returned {response.status_code}"
        documented = operation["responses"].get(str(response.status_code))
        assert documented is not None, f"{call}, which is not in the OpenAPI document"
        content_type = response.headers.get("content-type", "").partition(";")[0]
        if content_type in (JSON, PROBLEM_JSON):
            assert content_type in documented.get("content", {}), (
                f"{call} as {content_type}, which is not in the OpenAPI document"
            )

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        return next((o for m, pattern, o in self._operations if m == method and pattern.fullmatch(path)), None)
