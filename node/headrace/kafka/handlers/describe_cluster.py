"""DescribeCluster: the brokers and the controller. Reads the durable view; must not change anything.

Called by `dispatch.py`. Surprising: there are no separate controller endpoints here, every node is both, so a request
for controllers is refused as Kafka's brokers refuse it. Sources: KIP-700, KIP-919, KIP-1073.
"""

from __future__ import annotations

from headrace.kafka.context import NodeContext, Request
from headrace.kafka.handlers.metadata import CLUSTER_OPERATIONS, NOT_ASKED
from headrace.protocol.error_codes import ErrorCode
from headrace.protocol.generated.k60_describe_cluster import (
    DescribeClusterRequest,
    DescribeClusterResponse,
    DescribeClusterResponseBrokers,
)

DESCRIBE_CLUSTER = 60

_BROKERS, _CONTROLLERS = 1, 2


def describe_cluster(ctx: NodeContext, request: Request) -> DescribeClusterResponse:
    body: DescribeClusterRequest = request.body
    if body.endpoint_type == _CONTROLLERS:
        message = "this is a broker endpoint; ask for endpoint type 1"
        return _refuse(ctx, ErrorCode.MISMATCHED_ENDPOINT_TYPE, message)
    if body.endpoint_type != _BROKERS:
        message = f"endpoint type {body.endpoint_type} does not exist; ask for endpoint type 1"
        return _refuse(ctx, ErrorCode.UNSUPPORTED_ENDPOINT_TYPE, message)
    view = ctx.metadata
    return DescribeClusterResponse(
        cluster_id=view.cluster_id,
        controller_id=view.controller_id,
        brokers=[
            DescribeClusterResponseBrokers(broker.node_id, broker.host, broker.port, broker.rack)
            for broker in view.brokers()
        ],
        cluster_authorized_operations=(CLUSTER_OPERATIONS if body.include_cluster_authorized_operations else NOT_ASKED),
    )


def _refuse(ctx: NodeContext, code: ErrorCode, message: str) -> DescribeClusterResponse:
    ctx.error_counter(DESCRIBE_CLUSTER).value += 1
    return DescribeClusterResponse(error_code=code, error_message=message)


HANDLERS = {DESCRIBE_CLUSTER: describe_cluster}
