"""What the server says of itself in OpenAPI holds, for requests that schemathesis makes of it.

`GLUTAKG_EXAMPLES` is the number of requests for each path and kind: few, unless somebody has the time. With
more than a few, all queries of the catalogue are asked, else some.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from processes import PATIENCE
from running_server import RunningServer, running_server
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from glutakg.dataset import catalogue
from glutakg.server.description import open_api

FEW = 5
EXAMPLES = int(os.environ.get("GLUTAKG_EXAMPLES", FEW))
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
]
PATHS = open_api("", catalogue())["paths"]
WHOLE_DOCUMENTS = {"/ontology", "/ontology/{name}", "/data/{name}", "/.well-known/void"}
"""Paths whose answers take a while to write: a request is enough, unless somebody has the time."""
OWN = [path for path in PATHS if not path.startswith("/queries/")]
OF_CATALOGUE = [path for path in PATHS if path.startswith("/queries/")]
CASES = [
    (method.upper(), path, mode)
    for path in [*OWN, *(OF_CATALOGUE if EXAMPLES > FEW else OF_CATALOGUE[::20])]
    for method, operation in PATHS[path].items()
    for mode in GenerationMode
    if mode.is_positive or operation.get("parameters") or operation.get("requestBody")
]
"""Requests that fit the description, and those that do not, where there is anything to do wrong."""


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """Give a server."""
    with running_server("--cors", "*", "--workers", "2") as running:
        yield running


@pytest.fixture(scope="module")
def described(server: RunningServer) -> Any:
    """Give what the server says of itself."""
    return schemathesis.openapi.from_url(f"{server.url}/openapi.json")


@pytest.mark.parametrize(
    ("method", "path", "mode"), CASES, ids=[f"{method} {path} {mode.value}" for method, path, mode in CASES]
)
def test_the_description_holds(described: Any, method: str, path: str, mode: GenerationMode) -> None:
    """No answer is a fault of the server, and each has a status, a media type and a form that are told."""
    operation = described[path][method]

    @settings(
        max_examples=1 if path in WHOLE_DOCUMENTS and EXAMPLES == FEW else EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        answer = case.call(timeout=PATIENCE)
        assert answer.status_code < 500 or answer.json()["reason"] in ("busy", "timeout"), answer.content
        case.validate_response(answer, checks=CHECKS)

    check()
