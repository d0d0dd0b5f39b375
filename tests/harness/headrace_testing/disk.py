"""A disk in memory that can lose power, fill up and fail, in the place of `headrace.storage.files.Files`.

Fault model. Bytes written reach the platter when their file is synced, names when their directory is. Power loss: of
every write since the last sync, any part may have arrived (whole, the front of it, nothing), in any combination; of
the changes of names (create, rename, remove) the first so many, as a journal would have it. SIGKILL: nothing is lost,
the page cache survives. A full disk refuses a write after part of it was taken. A failed sync drops what was waiting,
and later syncs succeed without it (what Linux does). Damage to bytes at rest is done by the tests themselves.
Everything random comes from the seed.
"""

from __future__ import annotations

import errno
import random
from pathlib import Path

from headrace.storage.files import File, Files

SECTOR = 512


class PowerLoss(BaseException):
    """The machine went down in the middle of a disk operation. No handler of ours may catch it."""


class Inode:
    def __init__(self) -> None:
        self.data = bytearray()
        self.synced = b""
        #: Since the last sync: ("write", position, bytes) or ("truncate", size).
        self.pending: list[tuple] = []

    def settle(self) -> None:
        self.synced = bytes(self.data)
        self.pending.clear()

    def after_power_loss(self, chance: random.Random) -> None:
        data = bytearray(self.synced)
        for change in self.pending:
            if chance.random() < 0.4:
                continue
            if change[0] == "truncate":
                _resize(data, change[1])
                continue
            _, position, written = change
            if chance.random() < 0.4:
                written = written[: chance.randrange(0, len(written) + 1)]
                if chance.random() < 0.5:
                    written = written[: len(written) // SECTOR * SECTOR]
            if written:
                _resize(data, max(len(data), position + len(written)))
                data[position : position + len(written)] = written
        self.data = data
        self.settle()


def _resize(data: bytearray, size: int) -> None:
    if size < len(data):
        del data[size:]
    else:
        data.extend(bytes(size - len(data)))


def _apply(names: dict[Path, Inode], change: tuple) -> None:
    match change:
        case ("create", path, inode):
            names[path] = inode
        case ("rename", old, new) if old in names:
            names[new] = names.pop(old)
        case ("remove", path):
            names.pop(path, None)


class SimulatedFile(File):
    __slots__ = ("closed", "disk", "inode")

    def __init__(self, disk: SimulatedDisk, inode: Inode, path: Path) -> None:
        self.disk = disk
        self.inode = inode
        self.path = path
        self.closed = False

    def read_at(self, position: int, length: int) -> bytes:
        assert not self.closed
        return bytes(self.inode.data[position : position + length])

    def write_at(self, position: int, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed
        self.disk.step("write", self.path)
        data = bytes(data)
        grows = max(0, position + len(data) - len(self.inode.data))
        fits = self.disk.room() - grows
        full = fits < 0
        if full:
            data = data[: max(0, len(data) + fits)]
        if data:
            _resize(self.inode.data, max(len(self.inode.data), position + len(data)))
            self.inode.data[position : position + len(data)] = data
            self.inode.pending.append(("write", position, data))
        if full:
            raise OSError(errno.ENOSPC, "No space left on device")

    def sync_data(self) -> None:
        assert not self.closed
        self.disk.syncs += 1
        try:
            self.disk.step("sync", self.path)
        except OSError:
            self.inode.pending.clear()
            raise
        if not self.disk.forget_syncs:
            self.inode.settle()

    def sync(self) -> None:
        self.sync_data()

    def truncate(self, size_bytes: int) -> None:
        self.disk.step("truncate", self.path)
        _resize(self.inode.data, size_bytes)
        self.inode.pending.append(("truncate", size_bytes))

    def preallocate(self, size_bytes: int) -> None:
        self.disk.step("preallocate", self.path)
        if size_bytes > len(self.inode.data):
            if size_bytes - len(self.inode.data) > self.disk.room():
                raise OSError(errno.ENOSPC, "No space left on device")
            self.truncate(size_bytes)

    def size_bytes(self) -> int:
        return len(self.inode.data)

    def lock_exclusive(self) -> bool:
        return True

    def close(self) -> None:
        self.closed = True

    def __del__(self) -> None:
        pass


class SimulatedDisk(Files):
    def __init__(self, seed: int = 0, capacity_bytes: int = 1 << 40) -> None:
        self.chance = random.Random(seed)
        self.capacity_bytes = capacity_bytes
        self.names_now: dict[Path, Inode] = {}
        self.names_durable: dict[Path, Inode] = {}
        #: Not durable yet, in order: a journal writes them in this order.
        self.name_changes: list[tuple] = []
        self.directories: set[Path] = {Path("/")}
        self.steps = 0
        #: Lose power at this step, counted from 1; 0: never.
        self.die_at = 0
        #: (operation, part of a path) -> how many times it shall fail with EIO.
        self.failures: dict[tuple[str, str], int] = {}
        self.syncs = 0
        #: A disk that lies: syncs return at once and do nothing.
        self.forget_syncs = False

    # -- faults ----------------------------------------------------------------------------------------------------

    def step(self, operation: str, path: Path) -> None:
        self.steps += 1
        if self.steps == self.die_at:
            raise PowerLoss(f"{operation} {path}")
        for (failing, part), times in self.failures.items():
            if failing == operation and part in str(path) and times > 0:
                self.failures[failing, part] = times - 1
                raise OSError(errno.EIO, "Input/output error")

    def room(self) -> int:
        return self.capacity_bytes - sum(len(inode.data) for inode in set(self.names_now.values()))

    def lose_power(self) -> None:
        """What a reboot finds."""
        self.die_at = 0
        arrived = self.chance.randrange(len(self.name_changes) + 1)
        for change in self.name_changes[:arrived]:
            _apply(self.names_durable, change)
        self.name_changes.clear()
        self.names_now = dict(self.names_durable)
        for inode in {id(inode): inode for inode in self.names_now.values()}.values():
            inode.after_power_loss(self.chance)

    # -- Files -----------------------------------------------------------------------------------------------------

    def open(self, path: Path, *, create: bool = False, write: bool = True) -> File:
        inode = self.names_now.get(path)
        if inode is None:
            if not create:
                raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(path))
            self.step("create", path)
            inode = Inode()
            self._change("create", path, inode)
        return SimulatedFile(self, inode, path)

    def names(self, directory: Path) -> list[str]:
        inside = {path.name for path in self.names_now if path.parent == directory}
        return sorted(inside | {path.name for path in self.directories if path.parent == directory})

    def exists(self, path: Path) -> bool:
        return path in self.names_now or path in self.directories

    def make_directory(self, path: Path) -> None:
        while path not in self.directories:
            self.directories.add(path)
            path = path.parent

    def sync_directory(self, path: Path) -> None:
        self.step("sync-directory", path)
        left = []
        for change in self.name_changes:
            if change[1].parent == path:
                _apply(self.names_durable, change)
            else:
                left.append(change)
        self.name_changes = left

    def _change(self, *change: object) -> None:
        _apply(self.names_now, change)
        self.name_changes.append(change)

    def rename(self, old: Path, new: Path) -> None:
        self.step("rename", old)
        if old in self.directories:
            for path in [path for path in self.names_now if path.is_relative_to(old)]:
                self._change("rename", path, new / path.relative_to(old))
            self.directories.discard(old)
            self.directories.add(new)
            return
        if old not in self.names_now:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(old))
        self._change("rename", old, new)

    def remove(self, path: Path) -> None:
        self.step("remove", path)
        if path in self.names_now:
            self._change("remove", path)

    def remove_tree(self, path: Path) -> None:
        for name in [name for name in self.names_now if name.is_relative_to(path)]:
            self._change("remove", name)
        self.directories = {name for name in self.directories if not name.is_relative_to(path)}

    def sync_is_free(self, directory: Path) -> bool:
        return False
