"""Errors say what was wrong and where, and fit the built-in errors that callers may already catch."""

import inspect

import pytest

import glutakg
from glutakg import errors
from glutakg.errors import GlutakgError


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_is_in_the_tree(name: str) -> None:
    """Every error can be caught as GlutakgError."""
    assert issubclass(getattr(errors, name), GlutakgError)


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_is_exported(name: str) -> None:
    """Every error can be reached from the package."""
    assert getattr(glutakg, name) is getattr(errors, name)


def test_nothing_in_the_module_is_unlisted() -> None:
    """The list of errors is complete."""
    classes = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, Exception)
    }
    assert classes == set(errors.__all__)


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (errors.QueryError("x"), ValueError),
        (errors.ParameterError("x", parameter="p"), ValueError),
        (errors.QueryTimeout("x", seconds=1), TimeoutError),
        (errors.QueryResourceError("x"), MemoryError),
        (errors.TermError("x"), KeyError),
        (errors.MissingExtraError("x", library="y", extra="z"), ImportError),
    ],
)
def test_errors_are_the_builtin_that_fits(error: GlutakgError, builtin: type[Exception]) -> None:
    """Code that knows only Python's own errors can catch ours."""
    assert isinstance(error, builtin)


@pytest.mark.parametrize(
    "error", [errors.TermError("no term 'x'"), errors.QueryTimeout("no term 'x'", seconds=1)]
)
def test_message_is_not_quoted(error: GlutakgError) -> None:
    """A message reads as written, although KeyError would quote it."""
    assert str(error) == "no term 'x'"


def test_source_error_without_place_is_its_message() -> None:
    """A place is put before the message only when there is one."""
    assert str(errors.SourceError("broken")) == "broken"


def test_exports_are_listed() -> None:
    """`__all__` of the package names exactly what can be reached."""
    assert dir(glutakg) == sorted(glutakg.__all__)
    assert all(hasattr(glutakg, name) for name in glutakg.__all__)


def test_unknown_attribute_is_an_attribute_error() -> None:
    """A name the package does not have is missing in the usual way."""
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = glutakg.nothing
