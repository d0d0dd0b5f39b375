"""ApiVersions: what this node speaks. The first request of nearly every client.

Called by `connection.py`, which answers versions that do not exist by itself (`unsupported_answer`). Must not depend
on the state of the node. Surprising: no features are announced, so clients do not try the transaction protocol of
Kafka 4. Source: KIP-35, KIP-511, KIP-584.
"""

from __future__ import annotations

import re

from headrace.kafka.context import NodeContext, Request
from headrace.protocol.api_table import APIS, advertised, unsupported_api_versions
from headrace.protocol.error_codes import ErrorCode
from headrace.protocol.generated.k18_api_versions import ApiVersionsRequest, ApiVersionsResponse

API_VERSIONS = 18

# KIP-511: what a client may call itself.
_SOFTWARE = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?\Z")

_NAMED_SINCE = 3


def api_versions(ctx: NodeContext, request: Request) -> ApiVersionsResponse:
    body: ApiVersionsRequest = request.body
    if request.version >= _NAMED_SINCE and not (
        _SOFTWARE.match(body.client_software_name) and _SOFTWARE.match(body.client_software_version)
    ):
        ctx.error_counter(API_VERSIONS).value += 1
        return ApiVersionsResponse(error_code=ErrorCode.INVALID_REQUEST)
    return ApiVersionsResponse(api_keys=advertised())


def unsupported_answer() -> bytes:
    """Body of the answer to a version that this node does not have:

    version 0, error 35, the versions it does have.
    """
    return APIS[API_VERSIONS].encode_response(unsupported_api_versions(), 0)


HANDLERS = {API_VERSIONS: api_versions}
