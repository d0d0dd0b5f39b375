"""What is advertised, and how a version that is not known is refused, which is how clients downgrade."""

from __future__ import annotations

import struct

from headrace_testing.differential import ADVERTISED, Session, scenario, versions
from headrace_testing.wire import API_KEYS, RawConnection, decode, request_frame, struct_of

SOFTWARE = {"client_software_name": "raw", "client_software_version": "1.0"}


def _ranges(answer: dict[str, object]) -> dict[int, tuple[int, int]]:
    return {item["api_key"]: (item["min_version"], item["max_version"]) for item in answer["api_keys"]}


@scenario(*versions("api_versions"))
def test_shape_of_the_answer(s: Session, version: int) -> None:
    answer = s.ask("api_versions", version, SOFTWARE)
    s.note("everything but the list", {key: value for key, value in answer.items() if key != "api_keys"})


@scenario(*versions("api_versions"))
def test_ranges_of_what_both_offer(s: Session, version: int) -> None:
    ranges = _ranges(s.ask("api_versions", version, SOFTWARE))
    s.note("ranges", {api: ranges.get(API_KEYS[api]) for api in ADVERTISED})


@scenario()
def test_apis_offered(s: Session) -> None:
    s.note("keys", {str(key): "offered" for key in _ranges(s.ask("api_versions", 4, SOFTWARE))})


@scenario(5, 9, 32767)
def test_unknown_version_is_answered_in_version_0(s: Session, version: int) -> None:
    connection = s.connection()
    connection.send_bytes(request_frame(API_KEYS["api_versions"], version, 77, "raw", b"\0\0\0", True))
    frame = connection.read_frame()
    s.note("correlation id", struct.unpack_from(">i", frame)[0])
    answer = decode(struct_of("api_versions", 0, "response"), frame[4:])
    s.note("error", answer["error_code"])
    s.note("keys listed", sorted(item["api_key"] for item in answer["api_keys"])[:1])
    s.note("range of ApiVersions", _ranges(answer).get(18))
    s.note("the connection goes on", s.ask("api_versions", 0)["error_code"])


@scenario(3, 4)
def test_bad_software_name(s: Session, version: int) -> None:
    for name, value in (("", "1"), ("a b", "1"), ("a", ""), ("-a", "1"), ("a", "1 2"), ("a.b-c", "1.0-x")):
        body = {"client_software_name": name, "client_software_version": value}
        s.note(f"{name!r} {value!r}", s.ask("api_versions", version, body, client=f"c{name}{value}")["error_code"])


def test_our_table_of_versions_is_what_the_node_says(our_broker) -> None:
    if our_broker is None or our_broker.name != "ours":
        return
    with RawConnection(our_broker.port) as connection:
        ranges = _ranges(connection.call("api_versions", 4, SOFTWARE))
    expected = {API_KEYS[api]: bounds for api, bounds in ADVERTISED.items()} | {0: (0, 13)}
    assert ranges == expected
