"""Small messages written out by hand from the protocol description, so that a shared misunderstanding would show."""

import uuid

import pytest
from kio.schema.errors import ErrorCode as KioErrorCode

from headrace.protocol.api_table import API_VERSIONS, APIS, advertised, unsupported_api_versions
from headrace.protocol.client_headers import decode_response_header, request_frame
from headrace.protocol.error_codes import ErrorCode, error_code
from headrace.protocol.framing import FrameReader, ProtocolError, check_frame_size
from headrace.protocol.generated import data_consumer_protocol_subscription as subscription
from headrace.protocol.generated import data_group_metadata_key as group_key
from headrace.protocol.generated import data_offset_commit_key as commit_key
from headrace.protocol.generated import data_offset_commit_value as commit_value
from headrace.protocol.generated import k00_produce as produce
from headrace.protocol.generated import k01_fetch as fetch
from headrace.protocol.generated import k03_metadata as metadata
from headrace.protocol.generated import k12_heartbeat as heartbeat
from headrace.protocol.generated import k18_api_versions as api_versions
from headrace.protocol.headers import decode_request_header, encode_response_header, response_frame

KAFKA_4_1 = {
    "Produce": (0, 0, 13), "Fetch": (1, 4, 17), "ListOffsets": (2, 1, 10), "Metadata": (3, 0, 13),
    "OffsetCommit": (8, 2, 9), "OffsetFetch": (9, 1, 9), "FindCoordinator": (10, 0, 6), "JoinGroup": (11, 0, 9),
    "Heartbeat": (12, 0, 4), "LeaveGroup": (13, 0, 5), "SyncGroup": (14, 0, 5), "DescribeGroups": (15, 0, 6),
    "ListGroups": (16, 0, 5), "ApiVersions": (18, 0, 4), "CreateTopics": (19, 2, 7), "DeleteTopics": (20, 1, 6),
    "DeleteRecords": (21, 0, 2), "InitProducerId": (22, 0, 5), "OffsetForLeaderEpoch": (23, 2, 4),
    "DescribeConfigs": (32, 1, 4), "AlterConfigs": (33, 0, 2), "CreatePartitions": (37, 0, 3),
    "DeleteGroups": (42, 0, 2), "IncrementalAlterConfigs": (44, 0, 1), "OffsetDelete": (47, 0, 0),
    "DescribeCluster": (60, 0, 2), "DescribeTopicPartitions": (75, 0, 0),
}  # fmt: skip


def test_advertised_ranges_are_those_of_kafka() -> None:
    assert {api.name: (api.key, api.min_version, api.max_version) for api in APIS.values()} == KAFKA_4_1
    assert [(each.api_key, each.min_version, each.max_version) for each in advertised()] == sorted(KAFKA_4_1.values())
    assert {
        name for name, api in ((api.name, api) for api in APIS.values()) if api.first_version != api.min_version
    } == {"Produce"}


def test_heartbeat_request() -> None:
    request = heartbeat.HeartbeatRequest(group_id="g", generation_id=5, member_id="m")
    rigid = b"\0\1g\0\0\0\5\0\1m"
    assert APIS[12].encode_request(request, 0) == rigid
    assert APIS[12].encode_request(request, 3) == rigid + b"\xff\xff"
    assert APIS[12].encode_request(request, 4) == b"\2g\0\0\0\5\2m\0\0"


def test_produce_request_slices_records_out_of_the_frame() -> None:
    body = bytearray(
        b"\0" b"\xff\xff" b"\0\0\x75\x30"  # no transactional id, acks -1, 30 s
        b"\2" b"\6topic" b"\2" b"\0\0\0\7" b"\5abcd" b"\0" b"\0" b"\0"
    )  # fmt: skip
    request = APIS[0].decode_request(memoryview(body), 0, 9)
    partition = request.topic_data[0].partition_data[0]
    assert (request.acks, request.timeout_ms, request.topic_data[0].name, partition.index) == (-1, 30_000, "topic", 7)
    assert isinstance(partition.records, memoryview)
    body[body.index(b"abcd")] = ord("X")
    assert bytes(partition.records) == b"Xbcd"


def test_fetch_response_carries_the_given_records_object() -> None:
    records = memoryview(bytearray(b"batch-bytes"))
    partition = fetch.FetchResponsePartitions(partition_index=1, high_watermark=9, records=records)
    response = fetch.FetchResponse(responses=[fetch.FetchResponseResponses(topic="t", partitions=[partition])])
    parts = response_frame(APIS[1], 12, 77, response)
    assert any(part is records for part in parts)
    assert len(parts) == 4
    frame = b"".join(parts)
    assert frame[:9] == (len(frame) - 4).to_bytes(4, "big") + b"\0\0\0\x4d" + b"\0"
    assert decode_response_header(memoryview(frame)[4:], APIS[1], 12) == (77, 5)
    assert APIS[1].decode_response(memoryview(frame), 9, 12) == response


def test_tagged_fields_are_written_in_order_and_only_when_they_say_something() -> None:
    partition = fetch.FetchResponsePartitions(
        snapshot_id=fetch.FetchResponseSnapshotId(),
        current_leader=fetch.FetchResponseCurrentLeader(leader_id=3, leader_epoch=4),
        diverging_epoch=fetch.FetchResponseDivergingEpoch(epoch=1, end_offset=2),
    )
    response = fetch.FetchResponse(responses=[fetch.FetchResponseResponses(topic="t", partitions=[partition])])
    body = APIS[1].encode_response(response, 12)
    tags = (
        b"\2"
        b"\0\x0d" b"\0\0\0\1" b"\0\0\0\0\0\0\0\2" b"\0"
        b"\1\x09" b"\0\0\0\3" b"\0\0\0\4" b"\0"
    )  # fmt: skip
    assert tags in body
    decoded = APIS[1].decode_response(memoryview(body), 0, 12).responses[0].partitions[0]
    assert decoded.snapshot_id is None
    assert decoded.current_leader == partition.current_leader


@pytest.mark.parametrize("count", [0, 1, 16, 17, 126, 127, 128, 300])
@pytest.mark.parametrize("version", [8, 9])
def test_long_arrays(count: int, version: int) -> None:
    partition = metadata.MetadataResponsePartitions(
        replica_nodes=list(range(count)), isr_nodes=list(range(count)), offline_replicas=[-1] * count
    )
    topic = metadata.MetadataResponseTopics(name="t", partitions=[partition] * count)
    brokers = [metadata.MetadataResponseBrokers(host=f"h{index}") for index in range(count)]
    response = metadata.MetadataResponse(brokers=brokers, topics=[topic])
    body = APIS[3].encode_response(response, version)
    assert APIS[3].decode_response(memoryview(body), 0, version) == response


def test_request_header_and_frames() -> None:
    frame = request_frame(APIS[12], 4, 99, "client", heartbeat.HeartbeatRequest(group_id="g"))
    header_bytes = b"\0\x0c" + b"\0\4" + b"\0\0\0\x63" + b"\0\6client" + b"\0"
    assert frame == b"\0\0\0\x1a" + header_bytes + b"\2g" + b"\0\0\0\0" + b"\1" + b"\0" + b"\0"
    header = decode_request_header(memoryview(frame)[4:])
    assert (header.api_key, header.api_version, header.correlation_id, header.client_id) == (12, 4, 99, "client")
    request = APIS[12].decode_request(memoryview(frame)[4:], header.body_position, 4)
    assert request.group_id == "g"
    frame = request_frame(APIS[12], 3, 99, None, heartbeat.HeartbeatRequest())
    assert decode_request_header(memoryview(frame)[4:]).client_id is None
    assert decode_request_header(memoryview(frame)[4:]).body_position == 10


def test_client_id_with_bad_text_is_mended_not_refused() -> None:
    start = b"\0\x0c\0\0\0\0\0\1"
    assert decode_request_header(memoryview(start + b"\0\3a\xffb")).client_id == "a\ufffdb"
    with pytest.raises(ProtocolError):
        decode_request_header(memoryview(start + b"\x7f\xff" + b"\xff" * 32_767))


def test_api_versions_always_answers_with_the_short_header() -> None:
    assert encode_response_header(API_VERSIONS, 4, 5) == b"\0\0\0\5"
    assert encode_response_header(APIS[3], 9, 5) == b"\0\0\0\5\0"
    assert encode_response_header(APIS[3], 8, 5) == b"\0\0\0\5"


def test_api_versions_of_an_unknown_version() -> None:
    body = API_VERSIONS.encode_response(unsupported_api_versions(), 0)
    assert body == b"\0\x23\0\0\0\1\0\x12\0\0\0\4"


def test_api_versions_response_tags() -> None:
    response = api_versions.ApiVersionsResponse(
        finalized_features_epoch=7,
        finalized_features=[
            api_versions.ApiVersionsResponseFinalizedFeatures(
                name="metadata.version", max_version_level=27, min_version_level=27
            )
        ],
    )
    body = API_VERSIONS.encode_response(response, 3)
    assert body == (
        b"\0\0" b"\1" b"\0\0\0\0"
        b"\2" b"\1\x08" b"\0\0\0\0\0\0\0\7" b"\2\x17" b"\2" b"\x11metadata.version" b"\0\x1b\0\x1b" b"\0"
    )  # fmt: skip


def test_coordinator_records() -> None:
    key = commit_key.OffsetCommitKey(group="g", topic="t", partition=3)
    assert commit_key.encode_versioned(key, 1) == b"\0\1\0\1g\0\1t\0\0\0\3"
    assert commit_key.decode_versioned(b"\0\1\0\1g\0\1t\0\0\0\3") == key
    value = commit_value.OffsetCommitValue(offset=7, leader_epoch=2, metadata="m", commit_timestamp_ms=9)
    stored = b"\0\3\0\0\0\0\0\0\0\7\0\0\0\2\0\1m\0\0\0\0\0\0\0\x09"
    assert commit_value.encode_versioned(value, 3) == stored
    assert commit_value.decode_versioned(memoryview(stored)) == value
    assert group_key.encode_versioned(group_key.GroupMetadataKey(group="g"), 2) == b"\0\2\0\1g"
    for broken in (b"", b"\0", b"\0\1", b"\0\7\0\1g", b"\xff\xff\0\1g"):
        with pytest.raises(ProtocolError):
            commit_key.decode_versioned(broken)


def test_consumer_subscription_of_range_assignor() -> None:
    stored = b"\0\1\0\0\0\1\0\5topic\xff\xff\xff\xff\0\0\0\0"
    value = subscription.decode_versioned(stored)
    assert (value.topics, value.user_data, value.owned_partitions) == (["topic"], None, [])
    assert subscription.encode_versioned(value, 1) == stored


def test_topic_ids_are_sixteen_bytes_in_network_order() -> None:
    topic_id = uuid.uuid4()
    topic = produce.ProduceRequestTopicData(topic_id=topic_id.bytes)
    body = APIS[0].encode_request(produce.ProduceRequest(topic_data=[topic]), 13)
    assert topic_id.bytes in body


def test_frame_reader() -> None:
    stream = b"".join(len(frame).to_bytes(4, "big") + frame for frame in (b"one", b"", b"three"))
    reader = FrameReader()
    frames = [frame for at in range(len(stream)) for frame in reader.feed(stream[at : at + 1])]
    assert frames == [b"one", b"", b"three"]
    assert reader.pending_bytes == 0
    assert FrameReader().feed(stream) == frames
    for bad in (b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"):
        with pytest.raises(ProtocolError):
            FrameReader().feed(bad)
    assert check_frame_size(10, 10) == 10
    with pytest.raises(ProtocolError, match="above the limit of 9"):
        check_frame_size(10, 9)


def test_error_codes_agree_with_the_independent_list() -> None:
    assert {(int(code), code.name, code.retriable) for code in ErrorCode} == {
        (int(code), code.name.upper(), code.retriable) for code in KioErrorCode
    }
    assert all(code.message.endswith(".") for code in ErrorCode if code is not ErrorCode.NONE)
    assert error_code(3) is ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    assert error_code(9_999) is ErrorCode.UNKNOWN_SERVER_ERROR
