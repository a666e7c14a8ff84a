"""Workers that are started ahead of need are used, once, and only for what they have opened."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from glutakg import process
from glutakg.process import default_cache_dir, start_ahead, started_worker


@pytest.fixture
def ahead() -> Iterator[None]:
    """Start a worker ahead, and end it if nobody took it."""
    start_ahead()
    yield
    for worker, _ in process._ahead:
        worker.end()
    process._ahead.clear()


@pytest.mark.usefixtures("ahead")
def test_worker_started_ahead_is_used_once() -> None:
    """The first who wants the shipped files gets it; the next gets another."""
    waiting = process._ahead[0][0]
    what = {"cache_dir": str(default_cache_dir()), "files": None}
    first, second = started_worker(what), started_worker(what)
    first.end()
    second.end()
    assert first is waiting
    assert second is not waiting


@pytest.mark.usefixtures("ahead")
def test_worker_started_ahead_is_not_used_for_other_files(tmp_path: Path) -> None:
    """Who wants other files gets a new one."""
    worker = started_worker({"cache_dir": str(tmp_path), "files": []})
    worker.end()
    assert worker is not process._ahead[0][0]


def test_worker_does_not_look_into_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is named like a module of Python does no harm."""
    (tmp_path / "json.py").write_text("raise SystemExit('shadowed')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    worker = started_worker({"cache_dir": str(tmp_path / "cache"), "files": []})
    greeting, _ = worker.receive(60)
    worker.end()
    assert greeting["notes"] == []
