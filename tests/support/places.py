"""Where tests find what does not lie beside them."""

from pathlib import Path

__all__ = ["CHECKOUT", "REFERENCE", "SHARED", "TESTS"]

TESTS = Path(__file__).resolve().parents[1]
"""The folder of the tests."""

CHECKOUT = TESTS.parent
"""The folder of the project."""

SHARED = CHECKOUT.parent / "shared"
"""Tables and files to compare with, which a clone lacks; tests that use them are skipped without them."""

REFERENCE = SHARED / "reference"
"""The tables that the data were built from."""
