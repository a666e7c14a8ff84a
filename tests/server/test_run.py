"""What the server takes from uvicorn that uvicorn does not promise: its classes, which ours extend.

`pyproject.toml` allows the versions up to which this was tried. To allow another, install it, run this and
the other tests of the server, and raise the bound.
"""

import inspect
from importlib.metadata import requires, version
from types import FunctionType

import pytest
import uvicorn
from packaging.requirements import Requirement
from packaging.version import Version
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from glutakg.server.http.connection import Connection
from glutakg.server.reception import GuestConnection
from glutakg.server.run import Front

EXTENDED = [
    (Connection, HttpToolsProtocol),
    (GuestConnection, HttpToolsProtocol),
    (Front, uvicorn.Server),
]


@pytest.mark.parametrize(("ours", "theirs"), EXTENDED)
def test_what_is_overridden_is_there_with_the_same_parameters(ours: type, theirs: type) -> None:
    """A method that uvicorn renames or calls otherwise would no longer be called, or not rightly."""
    for name, method in vars(ours).items():
        if isinstance(method, FunctionType) and not name.startswith("_"):
            overridden = getattr(theirs, name, None)
            assert overridden is not None, f"{theirs.__name__} has no {name} any more"
            parameters = [list(inspect.signature(each).parameters) for each in (method, overridden)]
            assert parameters[0] == parameters[1], name


@pytest.mark.parametrize(("ours", "theirs"), EXTENDED)
def test_what_is_our_own_is_not_theirs(ours: type, theirs: type) -> None:
    """A private name of ours that uvicorn begins to use would change what it does."""
    own = {name for name in ours.__dict__ if name.startswith("_") and not name.startswith("__")}
    assert own.isdisjoint(dir(theirs)), own


def test_what_is_read_from_a_connection_is_there() -> None:
    """The connections of the server, the transport and the loop."""
    source = inspect.getsource(HttpToolsProtocol)
    for name in ("connections", "transport", "loop"):
        assert f"self.{name}" in source, name


def test_no_version_is_allowed_that_was_not_tried() -> None:
    """Wherever the package asks for uvicorn, its range ends at a minor version, and holds the one of here."""
    ranges = {
        each.specifier for each in map(Requirement, requires("glutakg") or ()) if each.name == "uvicorn"
    }
    assert ranges
    for allowed in ranges:
        assert Version(version("uvicorn")) in allowed
        assert "0.999" not in allowed
