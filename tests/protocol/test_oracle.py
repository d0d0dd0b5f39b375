"""Every message in every version, on random values, against an independent codec: same bytes and values."""

import io

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from kio.serial import entity_reader, entity_writer

from headrace.protocol.api_table import APIS
from headrace_testing.codec_oracle import Pair, pairs

KNOWN_TO_KIO = [pair for pair in pairs() if pair.kio_class is not None]
UNKNOWN_TO_KIO = [pair for pair in pairs() if pair.kio_class is None]
# Without the explain phase: on a wrong codec it takes gigabytes and minutes to say nothing more.
FEW = settings(max_examples=25, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
               suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])  # fmt: skip


@pytest.mark.parametrize("pair", KNOWN_TO_KIO, ids=str)
def test_same_bytes_and_values_as_kio(pair: Pair) -> None:
    writer, reader = entity_writer(pair.kio_class), entity_reader(pair.kio_class)

    @FEW
    @given(pair.values())
    def check(value: object) -> None:
        their_value = pair.to_kio(value)
        buffer = io.BytesIO()
        writer(buffer, their_value)
        assert pair.encode(value) == buffer.getvalue()
        assert pair.decode(buffer.getvalue()) == value
        assert reader(pair.encode(value), 0) == (their_value, len(buffer.getvalue()))

    check()


@pytest.mark.parametrize("pair", UNKNOWN_TO_KIO, ids=str)
def test_round_trip_where_kio_knows_nothing(pair: Pair) -> None:
    @FEW
    @given(pair.values())
    def check(value: object) -> None:
        assert pair.decode(pair.encode(value)) == value

    check()


def test_kio_knows_all_but_the_coordinator_records() -> None:
    assert {pair.manifest.name for pair in UNKNOWN_TO_KIO} == {
        "OffsetCommitKey",
        "OffsetCommitValue",
        "GroupMetadataKey",
        "GroupMetadataValue",
    }


@pytest.mark.parametrize("pair", [pair for pair in pairs() if pair.manifest.name in ("Fetch", "Produce")], ids=str)
@given(data=st.data())
@settings(max_examples=3, deadline=None, database=None)
def test_pieces_are_the_same_bytes_and_records_are_not_copied(pair: Pair, data: st.DataObject) -> None:
    value = data.draw(pair.values())
    parts = getattr(APIS[pair.manifest.key], f"encode_{pair.title}_parts")(value, pair.version)
    assert b"".join(parts) == pair.encode(value)
    topics = getattr(value, "responses", None) or getattr(value, "topic_data", None) or []
    for topic in topics:
        for partition in getattr(topic, "partition_data", None) or getattr(topic, "partitions", None) or []:
            records = getattr(partition, "records", None)
            if records:
                assert any(part is records for part in parts)
