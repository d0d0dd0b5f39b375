"""Whatever bytes come, a decoder gives a value or one ProtocolError, soon and without large allocations."""

import random
import struct
import tracemalloc

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from headrace.protocol.api_table import APIS
from headrace.protocol.generated import k00_produce as produce
from headrace.protocol.generated import k03_metadata as metadata
from headrace.protocol.headers import decode_request_header
from headrace.protocol.primitives import ELEMENTS_MAX, ProtocolError, uvarint, uvarint_rest
from headrace_testing.codec_oracle import Pair, pairs

PAIRS = pairs()
FEW = settings(max_examples=4, deadline=None, database=None, phases=[Phase.generate],
               suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])  # fmt: skip
LENGTHS_THAT_LIE = (b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"\xff\xff\xff\xff", b"\xff\xff\xff\xfe",
                    b"\xff\xff\xff\xff\x0f", b"\xff\xff\xff\xff\x7f", b"\x80\x80\x80\x80\x08", b"\x7f\xff")  # fmt: skip


def decodes_or_refuses(pair: Pair, data: bytes | bytearray) -> bool:
    try:
        pair.decode(data)
    except ProtocolError:
        return False
    return True


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_every_truncation_is_refused(pair: Pair) -> None:
    @FEW
    @given(pair.values())
    def check(value: object) -> None:
        whole = pair.encode(value)
        cuts = range(len(whole)) if len(whole) < 60 else random.Random(len(whole)).sample(range(len(whole)), 60)
        for cut in cuts:
            assert not decodes_or_refuses(pair, whole[:cut])

    check()


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_mutations_and_lying_lengths_never_escape_as_another_error(pair: Pair) -> None:
    @FEW
    @given(pair.values(), st.integers(0, 2**32))
    def check(value: object, seed: int) -> None:
        whole = pair.encode(value)
        dice = random.Random(seed)
        for _ in range(40):
            mutant = bytearray(whole)
            for _ in range(dice.randint(1, 3)):
                at = dice.randrange(len(mutant) + 1)
                lie = dice.choice(LENGTHS_THAT_LIE) if dice.random() < 0.6 else dice.randbytes(dice.randint(1, 3))
                mutant[at : at + len(lie)] = lie
            decodes_or_refuses(pair, mutant)
        decodes_or_refuses(pair, dice.randbytes(dice.randint(0, 200)))

    check()


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_bytes_behind_a_message_are_ignored(pair: Pair) -> None:
    value = pair.our_class()
    try:
        whole = pair.encode(value)
    except ProtocolError:  # a default that this version cannot carry (null)
        return
    assert pair.decode(whole + b"behind") == pair.decode(whole)


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair.version >= pair.manifest.flexible_from], ids=str)
def test_unknown_tagged_fields_are_skipped(pair: Pair) -> None:
    whole = pair.encode(pair.our_class())
    assert whole[-1] == 0  # no tags in the outermost section
    tags = b"\x02" + b"\x63\x03abc" + b"\x80\x01\x00"
    assert pair.decode(whole[:-1] + tags) == pair.decode(whole)
    assert not decodes_or_refuses(pair, whole[:-1] + b"\x02" + b"\x63\x03abc" + b"\x80\x01\x01")
    assert not decodes_or_refuses(pair, whole[:-1] + b"\xff\xff\xff\xff\x0f")


def peak_bytes(call: object) -> int:
    tracemalloc.start()
    try:
        call()  # type: ignore[operator]
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("count", [2**31 - 1, 2**31 - 2, 1_000_000])
def test_a_count_that_lies_allocates_nothing(count: int) -> None:
    flexible = b"\0" + struct.pack(">hi", -1, 1000) + uvarint(count + 1) + b"\x02a" + uvarint(count + 1) + bytes(100)
    rigid = struct.pack(">hhii", -1, -1, 1000, count) + b"\0\1a" + struct.pack(">i", count) + bytes(100)

    def refuse() -> None:
        for version, body in ((9, flexible), (3, rigid)):
            with pytest.raises(ProtocolError, match="announces more elements"):
                APIS[0].decode_request(memoryview(body), 0, version)

    assert peak_bytes(refuse) < 100_000


def test_nested_counts_of_two_to_the_31() -> None:
    topic = b"\x02a" + uvarint(2**31 - 1)
    body = b"\0" + struct.pack(">hi", -1, 1000) + uvarint(3) + topic + b"\x00\x00" + topic + bytes(2000)
    with pytest.raises(ProtocolError):
        APIS[0].decode_request(memoryview(body), 0, 9)


def test_many_tiny_elements_are_bounded_whatever_the_frame_holds() -> None:
    """Three bytes on the wire become 150 in memory: the number of elements is bounded too."""
    count = ELEMENTS_MAX + 1
    body = uvarint(count + 1) + bytes((1, 0)) * count + b"\0\0\0"
    with pytest.raises(ProtocolError, match="announces more elements"):
        APIS[3].decode_request(memoryview(body), 0, 9)
    # The same when no single array is too long: 1,100 topics of 1,000 empty partitions each.
    topic = b"\x01" + uvarint(1001) + bytes(6) * 1000 + b"\x00"
    body = b"\0" + struct.pack(">hi", -1, 1000) + uvarint(1101) + topic * 1100 + b"\0"
    with pytest.raises(ProtocolError, match="announces more elements"):
        APIS[0].decode_request(memoryview(body), 0, 9)
    just_right = uvarint(100_001) + bytes((2, 97, 0)) * 100_000 + b"\0\0\0\0"
    assert len(APIS[3].decode_request(memoryview(just_right), 0, 9).topics) == 100_000


def test_unknown_tags_are_bounded_too() -> None:
    """Skipping a tag costs time: a frame full of them must not hold the event loop for many seconds."""
    many = uvarint(ELEMENTS_MAX + 1) + b"\x63\x00" * (ELEMENTS_MAX + 1)
    for key, version, body in ((3, 9, b"\1\0\0\0" + many), (1, 15, bytes(21) + b"\1\1\1" + many)):
        with pytest.raises(ProtocolError, match="announces more elements"):
            APIS[key].decode_request(memoryview(body), 0, version)
    with pytest.raises(ProtocolError, match="announces more elements"):
        decode_request_header(memoryview(struct.pack(">hhih", 3, 9, 1, -1) + many))


def test_text_that_is_not_utf8_is_refused_with_its_reason() -> None:
    body = struct.pack(">i", 1) + b"\0\2\xff\xfe" + b"\0"
    with pytest.raises(ProtocolError, match=r"MetadataRequest v4-7 holds text that is not UTF-8"):
        APIS[3].decode_request(memoryview(body), 0, 4)


def test_strings_above_32767_bytes_are_refused_both_ways() -> None:
    request = metadata.MetadataRequest(topics=[metadata.MetadataRequestTopics(name="x" * 32_767)])
    for version in (8, 9):
        body = APIS[3].encode_request(request, version)
        assert APIS[3].decode_request(memoryview(body), 0, version) == request
    request.topics[0].name += "x"
    for version in (8, 9):
        with pytest.raises(ProtocolError):
            APIS[3].encode_request(request, version)
    length = uvarint(32_769)
    too_long = b"\x02" + length + b"x" * 32_768 + b"\0\0\0\0\0"
    with pytest.raises(ProtocolError, match="longer than 32767"):
        APIS[3].decode_request(memoryview(too_long), 0, 9)


def test_null_where_the_version_does_not_allow_it() -> None:
    with pytest.raises(ProtocolError, match="topics must not be null"):
        APIS[3].decode_request(memoryview(b"\xff\xff\xff\xff"), 0, 0)
    with pytest.raises(ProtocolError, match="topics must not be null"):
        APIS[3].encode_request(metadata.MetadataRequest(topics=None), 0)
    assert APIS[3].decode_request(memoryview(b"\xff\xff\xff\xff"), 0, 1).topics is None


def test_values_that_do_not_fit_are_protocol_errors() -> None:
    with pytest.raises(ProtocolError, match="cannot be written"):
        APIS[0].encode_request(produce.ProduceRequest(acks=40_000), 9)
    with pytest.raises(ProtocolError, match="cannot be written"):
        APIS[0].encode_request(produce.ProduceRequest(transactional_id="\ud800"), 9)
    request = produce.ProduceRequest(topic_data=[produce.ProduceRequestTopicData(topic_id=b"short")])
    with pytest.raises(ProtocolError, match="16 bytes"):
        APIS[0].encode_request(request, 13)


def test_versions_without_codec() -> None:
    for version in (-1, 0, 2, 14, 32_767):
        with pytest.raises(ProtocolError, match="Produce has no version"):
            APIS[0].decode_request(memoryview(b""), 0, version)
    assert not APIS[0].supports(2)
    assert APIS[0].supports(3)
    assert APIS[0].supports(13)
    assert not APIS[0].supports(14)


@pytest.mark.parametrize("bad", [b"\xff\xff\xff\xff\xff\x01", b"\x80\x80\x80\x80\x80\x01", b"\xff\xff\xff\xff\x7f"])
def test_varints_that_are_too_long(bad: bytes) -> None:
    with pytest.raises(ProtocolError, match="varint"):
        uvarint_rest(memoryview(bad), 1, bad[0])


@given(st.integers(0, 2**32 - 1))
def test_varints_round_trip(value: int) -> None:
    data = uvarint(value) + b"z"
    read = (data[0], 1) if data[0] < 128 else uvarint_rest(memoryview(data), 1, data[0])
    assert read == (value, len(data) - 1)


@given(st.binary(max_size=40), st.sampled_from([0, 3, 18, 75, 24, -1]), st.integers(-2, 20))
@settings(max_examples=300, database=None)
def test_random_request_headers(data: bytes, key: int, version: int) -> None:
    frame = struct.pack(">hh", key, version) + data
    for candidate in (frame, data):
        try:
            header = decode_request_header(memoryview(candidate))
        except ProtocolError:
            continue
        assert 10 <= header.body_position <= len(candidate)


def test_tagged_value_of_another_size_than_announced() -> None:
    request = b"\0" * 4 + struct.pack(">ii", 1, 1) + b"\0" + struct.pack(">ii", 0, -1) + b"\x01\x01\x01"
    cluster_id = b"\x01\x00\x03\x02c"  # one tag, number 0, three bytes announced, two used
    with pytest.raises(ProtocolError, match=r"FetchRequest\.cluster_id"):
        APIS[1].decode_request(memoryview(request + cluster_id + b"\0"), 0, 15)
