"""Frames that no client sends: the connection is closed or the right error comes back, and nothing else happens."""

from __future__ import annotations

import struct

from headrace_testing.differential import ADVERTISED, Session, scenario
from headrace_testing.wire import API_KEYS, encode, is_flexible, request_frame, struct_of, unsigned_varint


def _frame(payload: bytes) -> bytes:
    return struct.pack(">i", len(payload)) + payload


@scenario()
def test_unknown_api_key(s: Session) -> None:
    for key in (-1, 999, 32767):
        s.raw(f"key {key}", request_frame(key, 0, 1, "raw", b"", False))


@scenario()
def test_unknown_version_of_a_known_api(s: Session) -> None:
    for api, (lowest, highest) in ADVERTISED.items():
        if api == "api_versions":
            continue
        for version in (-1, lowest - 1, highest + 9):
            if version != -1 or lowest == 0:
                s.raw(f"{api} v{version}", request_frame(API_KEYS[api], version, 1, "raw", bytes(40), version > 8))


@scenario()
def test_frame_lengths_that_lie(s: Session) -> None:
    s.raw("negative length", struct.pack(">i", -1))
    s.raw("length of 2 GiB", struct.pack(">i", 2**31 - 1) + b"x" * 64)
    s.raw("200 MiB", struct.pack(">i", 200 << 20) + b"x" * 64)
    s.raw("length zero", struct.pack(">i", 0))
    s.raw("shorter than a header", _frame(b"\0\x12\0"))
    s.raw("client id longer than the frame", _frame(struct.pack(">hhih", 3, 1, 1, 500) + b"abc"))


@scenario()
def test_truncated_bodies(s: Session) -> None:
    for api, (_, version) in ADVERTISED.items():
        if api == "api_versions":
            continue  # answered with error 35 or closed, depending on where it is cut
        body = encode(struct_of(api, version, "request"), {})
        if len(body) > 1:
            cut = request_frame(API_KEYS[api], version, 1, "raw", body[: len(body) // 2], is_flexible(api, version))
            s.raw(f"{api} v{version} cut in half", cut)


@scenario()
def test_counts_that_lie(s: Session) -> None:
    huge = unsigned_varint(2**31 - 1)
    s.raw("metadata of 2^31 topics", request_frame(3, 12, 1, "raw", huge, True))
    s.raw("metadata of 2^31 topics, old format", request_frame(3, 1, 1, "raw", struct.pack(">i", 2**31 - 1), False))
    s.raw("metadata of -2 topics", request_frame(3, 1, 1, "raw", struct.pack(">i", -2), False))
    s.raw("fetch of 2^31 topics", request_frame(1, 12, 1, "raw", bytes(25) + huge, True))
    s.raw("varint of ten bytes", request_frame(3, 12, 1, "raw", b"\xff" * 10, True))
    s.raw("a string of 2^31 bytes", request_frame(10, 3, 1, "raw", huge + b"abc\0\0", True))


@scenario()
def test_text_that_is_not_utf8(s: Session) -> None:
    body = struct.pack(">ih", 1, 3) + b"\xff\xfe\xfd" + b"\0"
    s.raw("metadata v4", request_frame(3, 4, 1, "raw", body, False))


@scenario()
def test_client_id_may_be_null_or_empty(s: Session) -> None:
    body = encode(struct_of("find_coordinator", 3, "request"), {"key": "x"})
    for client_id in (None, ""):
        connection = s.connection(f"holder of {client_id!r}")
        connection.send_bytes(request_frame(10, 3, 5, client_id, body, True))
        s.note(f"client id {client_id!r}", connection.read_frame()[:5].hex())


@scenario()
def test_bytes_after_the_body_are_refused(s: Session) -> None:
    body = encode(struct_of("metadata", 4, "request"), {"topics": []}) + b"more"
    s.raw("metadata v4", request_frame(3, 4, 1, "raw", body, False))


@scenario()
def test_unknown_tagged_fields_are_ignored(s: Session) -> None:
    body = encode(struct_of("find_coordinator", 3, "request"), {"key": "x"})
    tagged = body[:-1] + b"\x01\x63\x03abc"
    connection = s.connection()
    connection.send_bytes(request_frame(10, 3, 9, "raw", tagged, True))
    s.note("header", connection.read_frame()[:5].hex())


@scenario()
def test_pipelined_requests_are_answered_in_order(s: Session) -> None:
    topic = s.topic()
    connection = s.connection("pipeline")
    ids = [connection.send("fetch", 11, s.fetch_body(topic, max_wait=300))]
    ids += [connection.send("metadata", 5, {"topics": []}), connection.send("list_groups", 0)]
    order = [struct.unpack_from(">i", connection.read_frame())[0] for _ in ids]
    s.note("in order", order == ids)
