"""What is built together with the package; each step is a file beside what it builds."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STEPS = (
    "src/glutakg/server/web/bundles.py",
    "src/glutakg/locale/catalogues.py",
    "src/glutakg/sparql/tables.py",
    "src/glutakg/build.py",
)
"""The steps in order; each has `requirements()`, `build()` and `ARTIFACTS`."""


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs the steps."""

    def dependencies(self) -> list[str]:
        """Return what the steps need that is not there yet."""
        return [requirement for step in _steps() for requirement in step.requirements()]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run each step, and put what it builds into the package."""
        for step in _steps():
            step.build()
            build_data["artifacts"].extend(step.ARTIFACTS)


def _steps() -> list[ModuleType]:
    return [_module(Path(__file__).parent / step) for step in STEPS]


def _module(path: Path) -> ModuleType:
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
