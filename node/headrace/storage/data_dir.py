"""Whose data directory this is: one node of one cluster, one process at a time.

`meta.json` names cluster and node; a lock keeps a second process out; `clean-shutdown` tells the next start that
every log was closed in order. A directory of another cluster or node is refused before anything is touched, with both
identities in the message. Called by the wiring of the node at start and at the very end of its stop.
"""

from __future__ import annotations

import base64
import json
import secrets
from pathlib import Path

from headrace.base.errors import Corrupt, Rejected, Retriable
from headrace.storage.files import REAL_FILES, File, Files

META_FILE = "meta.json"
LOCK_FILE = ".lock"
CLEAN_FILE = "clean-shutdown"
LOGS_DIRECTORY = "logs"

_FORMAT = 1
INVALID_CONFIG = 40
KAFKA_STORAGE_ERROR = 56


class DataDir:
    """A claimed data directory; `release` gives it back."""

    def __init__(self, path: Path, files: Files, lock: File, cluster_id: str, node_id: int, was_clean: bool) -> None:
        self.path = path
        self.files = files
        self.cluster_id = cluster_id
        self.node_id = node_id
        #: The process before this one closed every log in order.
        self.was_clean = was_clean
        self._lock = lock

    @property
    def logs_path(self) -> Path:
        return self.path / LOGS_DIRECTORY

    @classmethod
    def claim(cls, path: Path, *, node_id: int, cluster_id: str | None = None, files: Files = REAL_FILES) -> DataDir:
        """Lock the directory for this process and check, or write, whose it is. Blocking.

        `cluster_id` None: the directory's own, or a new random one for an empty directory. Rejected (INVALID_CONFIG)
        if it belongs to someone else or is in use; Corrupt if `meta.json` is unreadable; Retriable if the disk fails.
        """
        try:
            files.make_directory(path)
            lock = files.open(path / LOCK_FILE, create=True)
        except OSError as error:
            raise _unusable(path, error) from error
        try:
            return cls._claim(path, files, lock, cluster_id, node_id)
        except OSError as error:
            lock.close()
            raise _unusable(path, error) from error
        except BaseException:
            lock.close()
            raise

    @classmethod
    def _claim(cls, path: Path, files: Files, lock: File, cluster_id: str | None, node_id: int) -> DataDir:
        if not lock.lock_exclusive():
            raise Rejected(
                INVALID_CONFIG,
                f"data directory {path} is in use by another process; stop that node or choose another --data-dir",
            )
        found = _read_meta(files, path)
        if found is None:
            found = (cluster_id or new_cluster_id(), node_id)
            content = {"format": _FORMAT, "cluster_id": found[0], "node_id": found[1]}
            files.write_atomically(path / META_FILE, (json.dumps(content, indent=2) + "\n").encode())
        _compare(path, found, cluster_id, node_id)
        files.make_directory(path / LOGS_DIRECTORY)
        clean = path / CLEAN_FILE
        was_clean = files.exists(clean)
        if was_clean:
            files.remove(clean)
            files.sync_directory(path)
        return cls(path, files, lock, found[0], node_id, was_clean)

    def release(self, *, clean: bool) -> None:
        """Give the directory back; `clean` if every log was closed in order."""
        if clean:
            self.files.write_atomically(self.path / CLEAN_FILE, b"")
        self._lock.close()


def _unusable(path: Path, error: OSError) -> Retriable:
    return Retriable(KAFKA_STORAGE_ERROR, f"cannot use data directory {path}: {error.strerror or error}")


def new_cluster_id() -> str:
    """A random id as Kafka makes them: 22 characters, URL-safe."""
    return base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()


def _read_meta(files: Files, path: Path) -> tuple[str, int] | None:
    meta = path / META_FILE
    if not files.exists(meta):
        strangers = [name for name in files.names(path) if name not in (LOCK_FILE, META_FILE + ".tmp")]
        if LOGS_DIRECTORY in strangers:
            raise Corrupt(
                str(path), f"there are logs but no {META_FILE}: restore it, or choose another --data-dir for a new node"
            )
        return None
    try:
        content = json.loads(files.read(meta))
        found_format = int(content["format"])
        identity = str(content["cluster_id"]), int(content["node_id"])
    except (ValueError, KeyError, TypeError) as error:
        raise Corrupt(str(meta), "unreadable; restore it, or choose another --data-dir for a new node") from error
    if found_format != _FORMAT:
        raise Rejected(
            INVALID_CONFIG,
            f"data directory {path} has format {found_format}, this program knows format {_FORMAT}; "
            "use the version that wrote it",
        )
    return identity


def _compare(path: Path, found: tuple[str, int], cluster_id: str | None, node_id: int) -> None:
    if cluster_id is not None and found[0] != cluster_id:
        raise Rejected(
            INVALID_CONFIG,
            f"data directory {path} belongs to cluster {found[0]}, this node is of cluster {cluster_id}; start it "
            "with its own --data-dir, or with an empty one to begin anew",
        )
    if found[1] != node_id:
        raise Rejected(
            INVALID_CONFIG,
            f"data directory {path} belongs to node {found[1]}, this is node {node_id}; start it with "
            f"--node-id {found[1]} or with its own --data-dir",
        )
