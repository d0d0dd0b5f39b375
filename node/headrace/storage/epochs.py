"""The leader-epoch cache of one log (KIP-101, KIP-279): at which offset each leader epoch begins. Pure bookkeeping."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

NO_EPOCH = -1
NO_OFFSET = -1


class EpochCache:
    """Invariant: epochs and their start offsets both ascend, epochs strictly."""

    __slots__ = ("epochs", "start_offsets")

    def __init__(self, entries: list[tuple[int, int]] | None = None) -> None:
        self.epochs = [epoch for epoch, _ in entries or ()]
        self.start_offsets = [offset for _, offset in entries or ()]

    @property
    def latest(self) -> int:
        return self.epochs[-1] if self.epochs else NO_EPOCH

    def entries(self) -> list[tuple[int, int]]:
        return list(zip(self.epochs, self.start_offsets, strict=True))

    def begin(self, epoch: int, start_offset: int) -> bool:
        """Note that `epoch` starts at `start_offset`; False if it is known or older than the latest."""
        if epoch <= self.latest:
            return False
        # An epoch under which nothing was written leaves no trace: its successor starts at the same offset.
        while self.start_offsets and self.start_offsets[-1] >= start_offset:
            self.epochs.pop()
            self.start_offsets.pop()
        self.epochs.append(epoch)
        self.start_offsets.append(start_offset)
        return True

    def learn(self, epoch: int, offset: int) -> None:
        """A batch of `epoch` was found at `offset`, in order of offsets. Later batches know better than earlier ones:
        the epoch of a batch is outside its checksum, and epochs never fall.
        """
        while self.epochs and self.epochs[-1] > epoch >= 0 and self.start_offsets[-1] < offset:
            self.epochs.pop()
            self.start_offsets.pop()
        self.begin(epoch, offset)

    def end_offset(self, epoch: int, log_end_offset: int) -> tuple[int, int]:
        """(the largest epoch <= `epoch` that the log knows, the offset after its last record).

        (-1, -1) if `epoch` is unknown, which is: later than the latest. For an epoch before the first one known, the
        answer is `epoch` itself with the offset where the log begins, as Kafka gives it.
        """
        if not self.epochs or epoch < 0 or epoch > self.epochs[-1]:
            return NO_EPOCH, NO_OFFSET
        if epoch == self.epochs[-1]:
            return epoch, log_end_offset
        following = bisect_right(self.epochs, epoch)
        if following == 0:
            return epoch, self.start_offsets[0]
        return self.epochs[following - 1], self.start_offsets[following]

    def epoch_of(self, offset: int) -> int:
        """The epoch that wrote `offset`, -1 if the cache does not reach so far back."""
        entry = bisect_right(self.start_offsets, offset) - 1
        return self.epochs[entry] if entry >= 0 else NO_EPOCH

    def cut_end(self, next_offset: int) -> None:
        """The log was truncated to `next_offset`."""
        while self.start_offsets and self.start_offsets[-1] >= next_offset:
            self.epochs.pop()
            self.start_offsets.pop()

    def cut_start(self, log_start_offset: int) -> None:
        """The log now begins at `log_start_offset`; the epoch that covers it starts there."""
        covering = bisect_right(self.start_offsets, log_start_offset) - 1
        if covering >= 0:
            del self.epochs[:covering]
            del self.start_offsets[:covering]
            self.start_offsets[0] = log_start_offset

    def check_invariants(self) -> None:
        assert len(self.epochs) == len(self.start_offsets)
        assert all(a < b for a, b in pairwise(self.epochs))
        assert all(a < b for a, b in pairwise(self.start_offsets))
