"""API key to its versions and codecs, and what ApiVersions tells clients.

Called by dispatch, by the ApiVersions handler and by the client side of tests and bench. It must not know handlers.
Surprises: the advertised range of Produce begins at 0 although nothing below 3 can be decoded (librdkafka insists on
seeing 0, Kafka 4 does the same and refuses); an ApiVersions request of an unknown version is answered in version 0.
"""

from headrace.protocol.api import Api
from headrace.protocol.generated.every_api import ALL
from headrace.protocol.generated.k18_api_versions import API as API_VERSIONS
from headrace.protocol.generated.k18_api_versions import ApiVersionsResponse, ApiVersionsResponseApiKeys

UNSUPPORTED_VERSION = 35

APIS: dict[int, Api] = {api.key: api for api in ALL}

__all__ = ["APIS", "API_VERSIONS", "Api", "advertised", "unsupported_api_versions"]


def advertised() -> list[ApiVersionsResponseApiKeys]:
    """A fresh list of every key with its advertised range, in key order."""
    return [
        ApiVersionsResponseApiKeys(api_key=api.key, min_version=api.min_version, max_version=api.max_version)
        for api in ALL
    ]


def unsupported_api_versions() -> ApiVersionsResponse:
    """The answer to an ApiVersions request of a version we do not know; to be encoded as version 0.

    Since KIP-511 it carries the range of ApiVersions itself, so that the client can ask again at once.
    """
    own_range = ApiVersionsResponseApiKeys(
        api_key=API_VERSIONS.key, min_version=API_VERSIONS.min_version, max_version=API_VERSIONS.max_version
    )
    return ApiVersionsResponse(error_code=UNSUPPORTED_VERSION, api_keys=[own_range])
