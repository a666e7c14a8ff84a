"""Numbers that are remembered for a while."""

from collections.abc import Iterator

__all__ = ["Recent"]


class Recent:
    """The last numbers that were added, such as the keys of slow queries.

    >>> recent = Recent(2)
    >>> for number in (1, 2, 1, 3):
    ...     recent.add(number)
    >>> list(recent), 2 in recent
    ([1, 3], False)
    """

    def __init__(self, most: int) -> None:
        """Remember none yet, and never more than `most`."""
        self._most = most
        self._numbers: dict[int, None] = {}

    def add(self, number: int) -> None:
        """Remember a number."""
        self._numbers.pop(number, None)
        self._numbers[number] = None
        if len(self._numbers) > self._most:
            del self._numbers[next(iter(self._numbers))]

    def discard(self, number: int) -> None:
        """Forget a number."""
        self._numbers.pop(number, None)

    def __contains__(self, number: int) -> bool:
        return number in self._numbers

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)
