"""Frames between node and engine: what goes in comes out, and what a hostile end sends does no more than drop the
line."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.transforms.engines import channel
from headrace.transforms.engines.channel import (
    ChannelError,
    Failure,
    FrameReceiver,
    Kind,
    LoadAnswer,
    LoadOrder,
    RunAnswer,
    RunOrder,
)
from headrace.transforms.pacemaker.checkpoints import decode, encode_key, encode_value
from headrace.transforms.pacemaker.effects import Checkpoint, LaneId, Memo, Snapshot, Stopped

names = st.text(min_size=1, max_size=20)
offsets = st.integers(0, 2**63 - 1)
failures = st.builds(
    Failure, kind=names, message=st.text(max_size=100), where=st.none() | names, offset=st.none() | offsets
)


def receive(data: bytes, pieces: list[int] | None = None) -> list[channel.Frame]:
    """All frames, with the bytes arriving in pieces of these sizes."""
    receiver = FrameReceiver()
    frames = []
    position = 0
    sizes = iter(pieces or [])
    while position < len(data):
        room = receiver.get_buffer()
        size = max(1, min(len(room), len(data) - position, next(sizes, 1 << 30)))
        room[:size] = data[position : position + size]
        position += size
        frames += list(receiver.received(size))
    return frames


def joined(parts: list[channel.Buffer]) -> bytes:
    return b"".join(bytes(part) for part in parts)


@given(
    st.lists(st.tuples(st.sampled_from(list(Kind)), st.integers(0, 2**32 - 1), st.binary(max_size=300)), max_size=20),
    st.lists(st.integers(1, 500), max_size=50),
)
def test_frames_survive_any_cutting(frames: list[tuple[Kind, int, bytes]], pieces: list[int]) -> None:
    data = b"".join(joined(channel._frame(kind, ident, body)) for kind, ident, body in frames)
    assert [(f.kind, f.ident, bytes(f.body)) for f in receive(data, pieces)] == frames


@pytest.mark.parametrize("size", [0, 1, 65_525, 65_526, 65_527, 65_536, 65_537, 1 << 20])
@pytest.mark.parametrize("piece", [1 << 30, 4096, 65_535])
def test_bodies_of_every_size_at_the_edge_of_the_scratch_buffer(size: int, piece: int) -> None:
    body = bytes(range(256)) * (size // 256) + bytes(size % 256)
    data = joined(channel._frame(Kind.RUN, 9, body)) * 3
    frames = receive(data, [piece] * 2000)
    assert [bytes(frame.body) for frame in frames] == [body] * 3


@given(
    handle=st.integers(0, 2**32 - 1),
    mode=st.sampled_from(channel.MODES),
    start=offsets,
    limit=st.none() | offsets,
    topic=names,
    partition=st.integers(0, 2**31 - 1),
    data=st.binary(max_size=100),
)
def test_a_run_order_arrives(handle, mode, start, limit, topic, partition, data) -> None:  # type: ignore[no-untyped-def]
    order = RunOrder(handle, mode, start, limit, topic, partition, data)
    (frame,) = receive(joined(channel.encode_run(5, order)))
    assert (frame.kind, frame.ident) == (Kind.RUN, 5)
    assert channel.decode_run(frame.body) == order


@given(
    end=offsets,
    outputs=st.lists(st.tuples(names, st.binary(max_size=50)), max_size=5),
    counts=st.tuples(*[st.integers(0, 2**32 - 1)] * 3),
    skipped=st.lists(failures, max_size=3),
    halted=st.none() | failures,
    logs=st.lists(st.tuples(names, st.text(max_size=30)), max_size=3),
    dropped=st.integers(0, 1000),
)
def test_an_answer_arrives(end, outputs, counts, skipped, halted, logs, dropped) -> None:  # type: ignore[no-untyped-def]
    answer = RunAnswer(end, outputs, *counts, tuple(skipped), halted, logs, dropped)
    (frame,) = receive(joined(channel.encode_done(1, answer)))
    assert channel.decode_done(frame.body) == answer


def test_a_load_order_arrives() -> None:
    order = LoadOrder(3, "allcaps", b"d" * 32, "js", {"A": "ä"}, b"code")
    (frame,) = receive(joined(channel.encode_load(2, order)))
    assert channel.decode_load(frame.body) == order
    answer = LoadAnswer((("in", "latest"), ("also", None)), "skip")
    (frame,) = receive(joined(channel.encode_loaded(2, answer)))
    assert channel.decode_loaded(frame.body) == answer


def test_a_frame_that_claims_too_much_is_refused_before_memory_is_taken() -> None:
    with pytest.raises(ChannelError, match="are allowed"):
        receive((channel.FRAME_BYTES_MAX + 1).to_bytes(4, "big") + bytes(5))


@pytest.mark.parametrize(
    "decoder",
    [channel.decode_done, channel.decode_failure, channel.decode_loaded, channel.decode_hello, channel.decode_run,
     channel.decode_load],
)  # fmt: skip
@given(data=st.binary(max_size=120))
def test_nonsense_is_a_channel_error_and_nothing_else(decoder, data: bytes) -> None:  # type: ignore[no-untyped-def]
    with contextlib.suppress(ChannelError):
        decoder(memoryview(data))


@given(cut=st.integers(0, 200), flip=st.integers(0, 200), value=st.integers(0, 255))
def test_a_damaged_answer_is_a_channel_error_or_another_answer(cut: int, flip: int, value: int) -> None:
    answer = RunAnswer(9, [("a", b"12345"), ("b", b"")], 1, 2, 3, (Failure("k", "m"),), None, [("info", "x")], 4)
    (frame,) = receive(joined(channel.encode_done(1, answer)))
    body = bytearray(frame.body)
    body[flip % len(body)] = value
    with contextlib.suppress(ChannelError):
        channel.decode_done(memoryview(body)[: max(1, len(body) - cut)])


def test_another_release_is_told_apart() -> None:
    with pytest.raises(ChannelError, match="same release"):
        channel.decode_hello(memoryview(b'{"version": 99, "pid": 1}'))


# ---- progress records: the same questions


@given(
    checkpoint=st.builds(
        Checkpoint,
        incarnation=offsets,
        topic_id=st.binary(min_size=16, max_size=16),
        progress=offsets,
        digest=st.binary(min_size=32, max_size=32),
        since=offsets,
        history=st.lists(st.tuples(st.binary(min_size=32, max_size=32), offsets), max_size=3).map(tuple),
        bases=st.dictionaries(names, st.tuples(st.binary(min_size=16, max_size=16), offsets), max_size=3),
    ),
    partition=st.integers(0, 10_000),
)
def test_checkpoints_come_back(checkpoint: Checkpoint, partition: int) -> None:
    key = LaneId("s", "in-$x$", partition)
    assert decode(encode_key(key), encode_value(checkpoint)) == (key, checkpoint)


@given(
    st.builds(
        Memo,
        incarnation=offsets,
        removed_at=st.none() | offsets,
        paused=st.booleans(),
        stopped=st.none()
        | st.builds(
            Stopped,
            registry_offset=offsets,
            reason=st.sampled_from(["stop", "deregister"]),
            failure=failures,
            topic=st.none() | names,
            partition=st.none() | st.integers(0, 100),
        ),
        inputs=st.dictionaries(names, offsets, max_size=3),
    )
)
def test_memos_come_back(memo: Memo) -> None:
    assert decode(encode_key("script"), encode_value(memo)) == ("script", memo)


def test_snapshots_and_tombstones_come_back() -> None:
    snapshot = Snapshot(3, 5, {("a", 0): 7, ("a", 1): 0, ("b-$x$", 12): 2**40})
    assert decode(encode_key(5), encode_value(snapshot)) == (5, snapshot)
    assert decode(encode_key(5), None) == (5, None)


@given(st.none() | st.binary(max_size=60), st.none() | st.binary(max_size=60))
def test_a_progress_record_of_nonsense_is_a_value_error(key: bytes | None, value: bytes | None) -> None:
    with contextlib.suppress(ValueError):
        decode(key, value)


@given(st.recursive(st.none() | st.integers() | st.text(max_size=3), lambda c: st.lists(c, max_size=4)))
def test_a_progress_value_of_the_wrong_shape_is_a_value_error(value: object) -> None:
    import json

    for key in (LaneId("s", "t", 0), "s", 4):
        with contextlib.suppress(ValueError):
            decode(encode_key(key), json.dumps(value).encode())
