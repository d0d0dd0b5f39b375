"""The only door to the operating system for everything on disk: open, read, write, sync, rename, list, lock.

Storage code gets a `Files` and never imports `os`, so tests put a disk with faults in its place (full, failing sync,
power loss). Must not know what the bytes mean. Every method may raise `OSError`; callers turn it into one of our
errors. Surprising: a `File` closes itself when the last reference goes, so a segment that retention removes stays
readable for a reader that is in the middle of it; and on file systems without a device (tmpfs) syncing is free, which
`sync_is_free` tells, so that nobody pays a thread hop for it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from pathlib import Path

# File systems that live in memory: fdatasync returns at once and promises nothing beyond the life of the machine.
_MEMORY_FILE_SYSTEMS = frozenset({"tmpfs", "ramfs"})


class File:
    """One open file, read and written at explicit positions."""

    __slots__ = ("_fd", "path")

    def __init__(self, fd: int, path: Path) -> None:
        self._fd = fd
        self.path = path

    def read_at(self, position: int, length: int) -> bytes:
        """Up to `length` bytes from `position`; fewer only at the end of the file."""
        data = os.pread(self._fd, length, position)
        if len(data) == length or not data:
            return data
        parts = [data]
        missing = length - len(data)
        position += len(data)
        while missing > 0:
            data = os.pread(self._fd, missing, position)
            if not data:
                break
            parts.append(data)
            missing -= len(data)
            position += len(data)
        return b"".join(parts)

    def write_at(self, position: int, data: bytes | bytearray | memoryview) -> None:
        """Write all of `data`; on OSError part of it may be there."""
        written = os.pwrite(self._fd, data, position)
        while written < len(data):
            data = memoryview(data)[written:]
            position += written
            written = os.pwrite(self._fd, data, position)

    def send_to(self, socket_fd: int, position: int, length: int) -> int:
        """Let the kernel copy up to `length` bytes into a socket; how many it took, 0 only at the end of the file."""
        return os.sendfile(socket_fd, self._fd, position, length)

    def sync_data(self) -> None:
        """fdatasync: bytes and size are on the device when this returns. After an OSError their fate is unknown."""
        os.fdatasync(self._fd)

    def sync(self) -> None:
        os.fsync(self._fd)

    def truncate(self, size_bytes: int) -> None:
        os.ftruncate(self._fd, size_bytes)

    def preallocate(self, size_bytes: int) -> None:
        """Reserve the blocks up to `size_bytes`; the file reads as zeros there."""
        os.posix_fallocate(self._fd, 0, size_bytes)

    def size_bytes(self) -> int:
        return os.fstat(self._fd).st_size

    def lock_exclusive(self) -> bool:
        """Take the advisory lock of this file for as long as it is open; False if another process has it."""
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def __del__(self) -> None:
        with contextlib.suppress(OSError):
            self.close()


class Files:
    """The real file system."""

    def open(self, path: Path, *, create: bool = False, write: bool = True) -> File:
        flags = (os.O_RDWR if write else os.O_RDONLY) | os.O_CLOEXEC | (os.O_CREAT if create else 0)
        return File(os.open(path, flags, 0o644), path)

    def names(self, directory: Path) -> list[str]:
        """Names in `directory`, sorted; empty if there is no such directory."""
        try:
            return sorted(os.listdir(directory))
        except FileNotFoundError:
            return []

    def exists(self, path: Path) -> bool:
        return os.path.lexists(path)

    def make_directory(self, path: Path) -> None:
        """Create `path` and its parents and make the entries durable; fine if it exists."""
        missing = []
        at = path
        while not os.path.isdir(at):
            missing.append(at)
            at = at.parent
        for each in reversed(missing):
            with contextlib.suppress(FileExistsError):
                os.mkdir(each)
            self.sync_directory(each.parent)

    def sync_directory(self, path: Path) -> None:
        """Make creations, renames and removals in `path` durable."""
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def read(self, path: Path) -> bytes:
        """All bytes of a small file."""
        file = self.open(path, write=False)
        try:
            return file.read_at(0, file.size_bytes())
        finally:
            file.close()

    def write_atomically(self, path: Path, data: bytes) -> None:
        """Replace `path` by `data`, durably: after a crash it holds the old or the new bytes, never a mixture."""
        fresh = path.with_name(path.name + ".tmp")
        file = self.open(fresh, create=True)
        try:
            file.truncate(0)
            file.write_at(0, data)
            file.sync()
        finally:
            file.close()
        self.rename(fresh, path)
        self.sync_directory(path.parent)

    def rename(self, old: Path, new: Path) -> None:
        os.replace(old, new)

    def remove(self, path: Path) -> None:
        """Remove one file; fine if it is gone already."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)

    def remove_tree(self, path: Path) -> None:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(path)

    def sync_is_free(self, directory: Path) -> bool:
        """Whether `directory` lies on a file system in memory, where syncing does nothing."""
        try:
            device = os.stat(directory).st_dev
            mounts = self.read_text("/proc/self/mountinfo")
        except OSError:
            return False
        wanted = f"{os.major(device)}:{os.minor(device)}"
        for line in mounts.splitlines():
            before, _, after = line.partition(" - ")
            fields = before.split()
            if len(fields) > 2 and fields[2] == wanted:
                return after.split(" ", 1)[0] in _MEMORY_FILE_SYSTEMS
        return False

    @staticmethod
    def read_text(path: str) -> str:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()


REAL_FILES = Files()
