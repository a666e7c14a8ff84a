"""What the pool does when a process reports."""

import asyncio

from glutakg.server.workers.pool import Pool
from glutakg.server.workers.process import Process
from glutakg.store.messages import Failure, Fault, Message, Opened, OpenFiles, Rights


class Quiet(Process):
    """A process that is none, and keeps what is written to it."""

    def __init__(self) -> None:
        """Begin as one that is getting ready."""
        self.job = None
        self.is_ready = True
        self.was_killed = False
        self.written: list[Message] = []

    @property
    def is_running(self) -> bool:
        """It does not end."""
        return True

    def write(self, message: Message) -> None:
        """Keep a message."""
        self.written.append(message)

    def kill(self) -> None:
        """Keep that it was killed."""
        self.was_killed = True


def test_a_note_of_several_workers_is_said_once() -> None:
    """All open the same, and find the same to say; each gets its rights."""
    notes: list[str] = []

    async def report() -> list[Quiet]:
        pool = Pool("none", OpenFiles("/none"), lanes=1, quick_lanes=1, memory_mb=7, note=notes.append)
        processes = [Quiet(), Quiet()]
        for process in processes:
            pool.opened(process, Opened(version="1", notes=["first", "second"]))
        return processes

    processes = asyncio.run(report())
    assert notes == ["first", "second"]
    assert [process.written for process in processes] == [[Rights(7)], [Rights(7)]]


def test_a_store_that_cannot_be_opened_is_said() -> None:
    """The reason is that of the process, which is ended."""

    async def report() -> tuple[str, Quiet]:
        pool = Pool("none", OpenFiles("/none"), lanes=1, quick_lanes=1, memory_mb=7)
        process = Quiet()
        pool.opened(process, Failure(Fault.ENGINE, "There is no store."))
        reason = pool.fault
        await pool.close()
        assert reason is not None
        return reason, process

    reason, process = asyncio.run(report())
    assert reason == "There is no store."
    assert process.was_killed
