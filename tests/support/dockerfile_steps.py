"""Carries out the steps of our Dockerfile where there is no Docker: for root on Linux, who may mount.

    python dockerfile_steps.py FOLDER CHECK

Each stage is an overlay over the root of this machine, so what a step writes lies in memory and is gone in
the end; this machine's Python stands at /usr/local, as in the image that `FROM` names. Then the last stage is
made read-only and its command runs as its user, without a network but loopback. When the health check holds,
CHECK, a file of Python, is run beside it, and what it prints becomes `checked`. What was seen is printed as
JSON.
"""

from __future__ import annotations

import ctypes
import fcntl
import fnmatch
import json
import os
import re
import shlex
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from processes import PATIENCE

_NEW_MOUNTS, _NEW_NETWORK = 0x0002_0000, 0x4000_0000
_SET_FLAGS, _UP = 0x8914, 0x1
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_CHROOT = shutil.which("chroot", path=_PATH) or "chroot"
_NOT_FOR_STEPS = re.compile(r"(PYTHON|COVERAGE|COV_|GLUTAKG|VIRTUAL_ENV|PYTEST|PATH$|HOME$)")


class Step(NamedTuple):
    """An instruction of a Dockerfile, and what stands behind it."""

    instruction: str
    text: str


@dataclass
class Stage:
    """A stage as it is after some steps: where its files lie, and what its processes are given."""

    root: Path
    name: str = ""
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": _PATH})
    folder: str = "/"
    user: str = "0:0"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health_check: list[str] = field(default_factory=list)

    def inside(self, path: str) -> Path:
        """Return where a path of the image lies on this machine."""
        return self.root / os.path.join(self.folder, path).lstrip("/")

    def start(self, command: list[str], **options: Any) -> subprocess.Popen[str]:
        """Start a command in it, as its user."""
        entering = [_CHROOT, f"--userspec={self.user}", "--groups=", str(self.root)]
        return subprocess.Popen(
            [*entering, *command], env=self.environment, stdin=subprocess.DEVNULL, text=True, **options
        )


def read_steps(text: str) -> list[Step]:
    r"""Return the instructions of a Dockerfile.

    >>> read_steps("# a\nFROM x AS y\nRUN a && \\\n  b\n")
    [Step(instruction='FROM', text='x AS y'), Step(instruction='RUN', text='a &&   b')]
    """
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", "")
    return [Step(*line.strip().split(None, 1)) for line in joined.split("\n")]


def is_left_out(path: str, patterns: list[str]) -> bool:
    """Return whether a `.dockerignore` keeps a path away: the last pattern that fits it decides.

    >>> [is_left_out(path, ["*", "!src", "**/old"]) for path in ("a", "src/b.py", "src/c/old/d.py")]
    [True, False, True]
    """
    left_out = False
    parts = path.split("/")
    for pattern in patterns:
        wanted = pattern.removeprefix("!")
        fits = (
            any(fnmatch.fnmatchcase(part, wanted.removeprefix("**/")) for part in parts)
            if wanted.startswith("**/")
            else any(
                fnmatch.fnmatchcase("/".join(parts[:depth]), wanted) and wanted.count("/") == depth - 1
                for depth in range(1, len(parts) + 1)
            )
        )
        if fits:
            left_out = not pattern.startswith("!")
    return left_out


def build(folder: Path, scratch: Path) -> Stage:
    """Carry out the steps of the Dockerfile in a folder and return the last stage."""
    stages: list[Stage] = []
    for step in read_steps((folder / "Dockerfile").read_text(encoding="utf-8")):
        if step.instruction == "FROM":
            image, _, name = step.text.partition(" AS ")
            if not image.startswith("python:"):
                raise SystemExit(f"This machine cannot stand for the image {image}.")
            stages.append(Stage(_fresh_root(scratch / str(len(stages))), name))
        else:
            _carry_out(step, stages, folder)
    return stages[-1]


def _carry_out(step: Step, stages: list[Stage], folder: Path) -> None:
    stage = stages[-1]
    match step.instruction:
        case "RUN":
            _run(stage, step.text)
        case "COPY":
            _copy(stage, step.text, stages, folder)
        case "WORKDIR":
            stage.folder = os.path.join(stage.folder, step.text)
            stage.inside("").mkdir(parents=True, exist_ok=True)
        case "ENV":
            stage.environment |= dict(item.split("=", 1) for item in shlex.split(step.text))
        case "USER":
            stage.user = step.text
        case "ENTRYPOINT":
            stage.entrypoint = json.loads(step.text)
        case "CMD":
            stage.command = json.loads(step.text)
        case "HEALTHCHECK":
            stage.health_check = json.loads(step.text.partition(" CMD ")[2])
        case "EXPOSE":
            pass
        case _:
            raise SystemExit(f"No way to carry out {step.instruction}.")


def _run(stage: Stage, command: str) -> None:
    """Run a shell command as a step; this machine says by its environment how registries are reached."""
    inherited = {name: value for name, value in os.environ.items() if not _NOT_FOR_STEPS.match(name)}
    in_folder = f"cd {shlex.quote(stage.folder)} && {command}"
    given = {**inherited, "HOME": "/root", **stage.environment}
    process = Stage(stage.root, environment=given, user=stage.user).start(
        ["/bin/sh", "-c", in_folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    told = process.communicate()[0]
    if process.returncode:
        raise SystemExit(f"{told}\nRUN {command} ended with {process.returncode}.")


def _copy(stage: Stage, text: str, stages: list[Stage], folder: Path) -> None:
    """Copy files of the build's folder, or of an earlier stage."""
    *sources, target = text.split()
    if sources[0].startswith("--from="):
        (other,) = [each for each in stages if each.name == sources[0].removeprefix("--from=")]
        for source in sources[1:]:
            shutil.copytree(other.inside(source), stage.inside(target), symlinks=True)
        return
    ignore_file = folder / ".dockerignore"
    lines = ignore_file.read_text(encoding="utf-8").splitlines() if ignore_file.exists() else []
    patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    for source in sources:
        copied = 0
        for path in _files(folder / source):
            name = path.relative_to(folder).as_posix()
            if is_left_out(name, patterns):
                continue
            inner = path.relative_to(folder / source)
            place = stage.inside(target) / (path.name if path == folder / source else inner)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
            copied += 1
        if not copied:
            raise SystemExit(f"COPY finds nothing at {source}.")


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        for inner in sorted(path.iterdir()):
            yield from _files(inner)


def _fresh_root(place: Path) -> Path:
    """Make a root that begins as this machine's, with its Python where the official image has it."""
    for name in ("upper", "work", "root"):
        (place / name).mkdir(parents=True)
    root = place / "root"
    _mount("-t", "overlay", "-o", f"lowerdir=/,upperdir={place}/upper,workdir={place}/work", "overlay", root)
    if sys.base_prefix != "/usr/local":
        _mount("--bind", "-o", "ro", sys.base_prefix, root / "usr/local")
    _mount("-t", "proc", "proc", root / "proc")
    _mount("--rbind", "/dev", root / "dev")
    for name in ("etc/resolv.conf", "etc/hosts"):  # in a container these are mounts, which an overlay lacks
        (root / name).write_bytes(Path("/", name).read_bytes())
    subprocess.run(["chroot", root, "/sbin/ldconfig"], check=True)
    return root


def _mount(*arguments: str | Path) -> None:
    subprocess.run(["mount", *arguments], check=True)


def _leave(namespace: int) -> None:
    """Have mounts, or a network, that this process and its children have for themselves."""
    if ctypes.CDLL(None, use_errno=True).unshare(namespace):
        raise OSError(ctypes.get_errno(), "This process cannot have mounts or a network of its own")


def _bring_up_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh22x", b"lo", _UP))


def run(stage: Stage, check: Path) -> dict[str, Any]:
    """Run the command of an image, read-only and without a network, and return what was seen of it."""
    _mount("-o", "remount,ro", stage.root)
    _leave(_NEW_NETWORK)
    _bring_up_loopback()
    server = stage.start(
        [*stage.entrypoint, *stage.command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        latest = time.monotonic() + PATIENCE
        while not (is_healthy := _ends_with_0(stage, stage.health_check)):
            if server.poll() is not None or time.monotonic() > latest:
                break
        checked = subprocess.run([sys.executable, check], capture_output=True, text=True, check=False)
        users = sorted(_users_of(server.pid))
    finally:
        server.terminate()
    told = server.communicate()[0]
    return {
        "can_write": [
            folder
            for folder in ("/tmp", "/var/tmp", stage.environment.get("GLUTAKG_CACHE", "/"))
            if _ends_with_0(stage, ["touch", f"{folder}/written"])
        ],
        "checked": checked.stdout,
        "check_failed": checked.stderr,
        "exit_code": server.returncode,
        "is_healthy": is_healthy,
        "is_healthy_when_ended": _ends_with_0(stage, stage.health_check),
        "told": told,
        "users": users,
    }


def _ends_with_0(stage: Stage, command: list[str]) -> bool:
    return stage.start(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).wait() == 0


def _users_of(pid: int) -> set[int]:
    """Return the users of a process and of all that it has started."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    users = {int(number) for number in re.findall(r"\d+", re.findall(r"^Uid:.*$", status, re.MULTILINE)[0])}
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return users.union(*(_users_of(int(child)) for child in children))


def main() -> None:
    """Build, run and tell."""
    folder, check = map(Path, sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="dockerfile-") as temporary:
        _leave(_NEW_MOUNTS)
        _mount("--make-rprivate", "/")
        _mount("-t", "tmpfs", "tmpfs", temporary)
        try:
            print(json.dumps(run(build(folder.absolute(), Path(temporary)), check.absolute()), indent=2))
        finally:
            subprocess.run(["umount", "--lazy", temporary], check=True)


if __name__ == "__main__":
    main()
