"""`python tests/benchmarks/codecs.py`: microseconds per decoded request and encoded response of the hot paths.

The smallest of nine rounds, so that other work on the machine shows little. Figures to compare with: Produce v9 of one
partition about 1 us to decode and below 1 us to answer, Fetch response of one partition below 2.5 us.
"""

import timeit
from collections.abc import Callable

from headrace.protocol.api_table import APIS
from headrace.protocol.client_headers import encode_request_header
from headrace.protocol.generated import k00_produce as produce
from headrace.protocol.generated import k01_fetch as fetch
from headrace.protocol.headers import decode_request_header, response_frame

NAME = "a-topic-name"
TOPIC_ID = b"0123456789abcdef"
ROUNDS = 9


def show(label: str, call: Callable[[], object], partitions: int = 1) -> None:
    number = 20_000 // partitions
    best_s = min(timeit.repeat(call, number=number, repeat=ROUNDS)) / number
    print(f"{label:48} {best_s * 1e6:8.2f} us")


def produce_request(partitions: int) -> produce.ProduceRequest:
    data = [produce.ProduceRequestPartitionData(index=index, records=bytes(80)) for index in range(partitions)]
    topic = produce.ProduceRequestTopicData(name=NAME, topic_id=TOPIC_ID, partition_data=data)
    return produce.ProduceRequest(acks=-1, timeout_ms=30_000, topic_data=[topic])


def produce_response(partitions: int) -> produce.ProduceResponse:
    answers = [
        produce.ProduceResponsePartitionResponses(index=index, base_offset=5, log_start_offset=0)
        for index in range(partitions)
    ]
    topic = produce.ProduceResponseResponses(name=NAME, topic_id=TOPIC_ID, partition_responses=answers)
    return produce.ProduceResponse(responses=[topic])


def fetch_request(partitions: int) -> fetch.FetchRequest:
    wanted = [
        fetch.FetchRequestPartitions(partition=index, fetch_offset=5, partition_max_bytes=1 << 20)
        for index in range(partitions)
    ]
    topic = fetch.FetchRequestTopics(topic=NAME, topic_id=TOPIC_ID, partitions=wanted)
    return fetch.FetchRequest(max_wait_ms=500, min_bytes=1, topics=[topic])


def fetch_response(partitions: int) -> fetch.FetchResponse:
    records = memoryview(bytes(100))
    answers = [
        fetch.FetchResponsePartitions(partition_index=index, high_watermark=6, records=records)
        for index in range(partitions)
    ]
    topic = fetch.FetchResponseResponses(topic=NAME, topic_id=TOPIC_ID, partitions=answers)
    return fetch.FetchResponse(responses=[topic])


def main() -> None:
    for key, versions, request_of, response_of in (
        (0, (7, 9, 13), produce_request, produce_response),
        (1, (11, 12, 17), fetch_request, fetch_response),
    ):
        api = APIS[key]
        for version in versions:
            for partitions in (1, 12, 200):
                body = memoryview(bytearray(api.encode_request(request_of(partitions), version)))
                decode, encode = api.request_decoders[version], api.response_encoders[version]
                response = response_of(partitions)
                what = f"{api.name} v{version}, {partitions} partitions"
                show(f"{what}: decode request", lambda decode=decode, body=body: decode(body, 0), partitions)
                show(f"{what}: encode response", lambda encode=encode, it=response: encode(it), partitions)
    header = memoryview(bytearray(encode_request_header(APIS[0], 9, 1, "client-id")))
    show("request header v2", lambda: decode_request_header(header))
    one = produce_response(1)
    show("Produce v9: whole response frame", lambda: response_frame(APIS[0], 9, 1, one))


if __name__ == "__main__":
    main()
