"""InitProducerId: a fresh producer id for an idempotent producer.

Ids come from the controller in durable blocks, so none is ever given twice. Called by `connection.py`. Must not hand
out ids of the range that scripts use for their progress. Surprising: a producer without transactional id always gets
a new id with epoch 0, whatever it had before, as in Kafka. Source: KIP-98, KIP-360.
"""

from __future__ import annotations

import logging

from headrace.base.errors import Rejected, Retriable
from headrace.kafka.context import NodeContext, Request
from headrace.protocol.error_codes import ErrorCode
from headrace.protocol.generated.k22_init_producer_id import InitProducerIdRequest, InitProducerIdResponse

logger = logging.getLogger(__name__)

INIT_PRODUCER_ID = 22


async def init_producer_id(ctx: NodeContext, request: Request) -> InitProducerIdResponse:
    body: InitProducerIdRequest = request.body
    if body.transactional_id is not None:
        if not body.transactional_id or (body.producer_id == -1) != (body.producer_epoch == -1):
            return _refuse(ctx, ErrorCode.INVALID_REQUEST)
        logger.warning(
            "refused transactional.id '%s': transactions are not available yet; use an idempotent producer without it",
            body.transactional_id,
        )
        return _refuse(ctx, ErrorCode.UNSUPPORTED_VERSION)
    if (body.producer_id == -1) != (body.producer_epoch == -1):
        return _refuse(ctx, ErrorCode.INVALID_REQUEST)
    try:
        producer_id = await ctx.controller.allocate_producer_ids()
    except (Rejected, Retriable) as error:
        return _refuse(ctx, error.kafka_code)
    return InitProducerIdResponse(producer_id=producer_id, producer_epoch=0)


def _refuse(ctx: NodeContext, code: int) -> InitProducerIdResponse:
    ctx.error_counter(INIT_PRODUCER_ID).value += 1
    return InitProducerIdResponse(error_code=code, producer_id=-1, producer_epoch=-1)


HANDLERS = {INIT_PRODUCER_ID: init_producer_id}
