"""Records of the progress topic: memos, checkpoints and snapshots to bytes and back.

Keys and values are JSON, so that `kcat` shows a person how far a script is. Keys: `["lane", script, topic,
partition]`, `["script", name]`, `["registry", next offset]`. Deterministic; the driver writes them, `load` reads the
whole topic at start-up. Garbage is reported and passed over: the topic is ours alone, but a bad disk or a newer
release must not keep every script from running.
"""

from __future__ import annotations

import json
from typing import Any, cast

from headrace.transforms.engines.channel import Failure
from headrace.transforms.pacemaker.effects import (
    Checkpoint,
    LaneId,
    Memo,
    ProgressKey,
    ProgressValue,
    Snapshot,
    Stopped,
)


def encode_key(key: ProgressKey) -> bytes:
    if isinstance(key, LaneId):
        return _dump(["lane", *key])
    if isinstance(key, str):
        return _dump(["script", key])
    return _dump(["registry", key])


def encode_value(value: ProgressValue) -> bytes | None:
    """None is the tombstone."""
    if value is None:
        return None
    if isinstance(value, Checkpoint):
        return _dump(
            {
                "incarnation": value.incarnation,
                "topic_id": value.topic_id.hex(),
                "progress": value.progress,
                "digest": value.digest.hex(),
                "since": value.since,
                "history": [[digest.hex(), since] for digest, since in value.history],
                "bases": {key: [topic_id.hex(), base] for key, (topic_id, base) in value.bases.items()},
            }
        )
    if isinstance(value, Memo):
        return _dump(
            {
                "incarnation": value.incarnation,
                "removed_at": value.removed_at,
                "paused": value.paused,
                "stopped": None if value.stopped is None else _stopped_fields(value.stopped),
                "inputs": dict(value.inputs),
            }
        )
    ends: dict[str, dict[str, int]] = {}
    for (topic, partition), end in value.ends.items():
        ends.setdefault(topic, {})[str(partition)] = end
    return _dump({"from": value.registry_from, "ends": ends})


def decode(key: bytes | None, value: bytes | None) -> tuple[ProgressKey, ProgressValue]:
    """Raises ValueError for what no release up to this one wrote."""
    try:
        parsed_key = _decode_key(json.loads(key or b""))
        if not value:
            return parsed_key, None
        fields = json.loads(value)
        if isinstance(parsed_key, LaneId):
            return parsed_key, _checkpoint(fields)
        if isinstance(parsed_key, str):
            return parsed_key, _memo(fields)
        return parsed_key, _snapshot(parsed_key, fields)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _decode_key(parts: Any) -> ProgressKey:
    match parts:
        case ["lane", str(script), str(topic), int(partition)]:
            return LaneId(script, topic, partition)
        case ["script", str(name)]:
            return name
        case ["registry", int(registry_next)]:
            return registry_next
    raise ValueError(f"unknown key {parts!r}")


def _checkpoint(fields: dict[str, Any]) -> Checkpoint:
    return Checkpoint(
        incarnation=int(fields["incarnation"]),
        topic_id=bytes.fromhex(fields["topic_id"]),
        progress=int(fields["progress"]),
        digest=bytes.fromhex(fields["digest"]),
        since=int(fields["since"]),
        history=tuple((bytes.fromhex(digest), int(since)) for digest, since in fields["history"]),
        bases={key: (bytes.fromhex(topic_id), int(base)) for key, (topic_id, base) in fields["bases"].items()},
    )


def _memo(fields: dict[str, Any]) -> Memo:
    removed_at = fields["removed_at"]
    stopped = fields["stopped"]
    return Memo(
        incarnation=int(fields["incarnation"]),
        removed_at=None if removed_at is None else int(removed_at),
        paused=bool(fields["paused"]),
        stopped=None if stopped is None else _stopped(stopped),
        inputs={str(topic): int(since) for topic, since in fields["inputs"].items()},
    )


def _stopped_fields(stopped: Stopped) -> dict[str, Any]:
    failure = stopped.failure
    return {
        "registry_offset": stopped.registry_offset,
        "reason": stopped.reason,
        "kind": failure.kind,
        "message": failure.message[:2000],
        "where": failure.where,
        "offset": failure.offset,
        "topic": stopped.topic,
        "partition": stopped.partition,
    }


def _stopped(fields: dict[str, Any]) -> Stopped:
    if fields["reason"] not in {"stop", "deregister"}:
        raise ValueError(f"unknown reason {fields['reason']!r}")
    return Stopped(
        registry_offset=int(fields["registry_offset"]),
        reason=fields["reason"],
        failure=Failure(str(fields["kind"]), str(fields["message"]), fields["where"], fields["offset"]),
        topic=fields["topic"],
        partition=fields["partition"],
    )


def _snapshot(registry_next: int, fields: dict[str, Any]) -> Snapshot:
    ends = cast("dict[str, dict[str, int]]", fields["ends"])
    return Snapshot(
        int(fields["from"]),
        registry_next,
        {(topic, int(partition)): int(end) for topic, ends_of in ends.items() for partition, end in ends_of.items()},
    )


def _dump(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
