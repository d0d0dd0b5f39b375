"""Scripts from outside: deploy, remove, and what the registry holds. Deploying is one acknowledged record, nothing
more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence

from headrace.client import streams
from headrace.client.errors import Refused
from headrace.client.topics import UNKNOWN_TOPIC_OR_PARTITION, fill_offsets, list_topics
from headrace.client.wire import KafkaWire
from headrace.contract.address import Address
from headrace.contract.names import LOGS_TOPIC, REGISTRY_TOPIC
from headrace.contract.script import (
    BadScriptRecord,
    ErrorPolicy,
    Mode,
    ScriptRecord,
    StartPoint,
    parse_registry_record,
    registry_headers,
)

POLL_S = 0.5


async def deploy(
    addresses: Sequence[Address],
    name: str,
    content: bytes,
    *,
    description: str = "",
    input_topics: Sequence[str] = (),
    output_topics: Sequence[str] = (),
    mode: Mode | None = None,
    start_from: StartPoint | None = None,
    error_policy: ErrorPolicy | None = None,
    env: Mapping[str, str] | None = None,
) -> ScriptRecord:
    """Write one registry record and return it as the nodes will read it. Raises Refused before anything is sent if they
    would not."""
    headers = registry_headers(
        content=content,
        description=description,
        input_topics=input_topics,
        output_topics=output_topics,
        env=env,
        mode=mode,
        error_policy=error_policy,
        start_from=start_from,
    )
    key = name.encode()
    try:
        parse_registry_record(offset=0, timestamp_ms=0, key=key, value=content, headers=headers)
    except BadScriptRecord as error:
        raise Refused(error.kafka_code, f"script {name}: {error.message}") from error
    offset = await streams.produce_one(addresses, REGISTRY_TOPIC, key=key, value=content, headers=headers)
    record = parse_registry_record(offset=offset, timestamp_ms=0, key=key, value=content, headers=headers)
    if not isinstance(record, ScriptRecord):
        raise Refused(0, f"script {name}: the file is empty")
    return record


async def remove(addresses: Sequence[Address], name: str) -> int:
    """Write the tombstone of a script and return its offset in the registry."""
    return await streams.produce_one(addresses, REGISTRY_TOPIC, key=name.encode(), value=None)


async def script_logs(
    addresses: Sequence[Address], wire: KafkaWire, *, follow: bool
) -> AsyncGenerator[streams.ConsumedRecord, None]:
    """Records of the log topic from its start; with `follow` for ever, else up to what is there now."""
    while True:
        # The topic appears with the first script that says something.
        try:
            info = (await list_topics(wire, [LOGS_TOPIC]))[0]
            break
        except Refused as error:
            if error.code != UNKNOWN_TOPIC_OR_PARTITION:
                raise
            if not follow:
                return
        await asyncio.sleep(POLL_S)
    await fill_offsets(wire, info)
    if follow:
        records = streams.follow(addresses, LOGS_TOPIC, {p.index: p.start_offset or 0 for p in info.partitions})
    else:
        spans = {p.index: (p.start_offset or 0, p.end_offset or 0) for p in info.partitions}
        records = streams.read_span(addresses, LOGS_TOPIC, spans)
    async for record in records:
        yield record
