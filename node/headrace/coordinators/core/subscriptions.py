"""Which topics the members of a group read, taken from the metadata they send.

The metadata is opaque to a group except here: when the protocol type is `consumer` it begins with a version and the
list of topics, whatever version it has. Called when offsets are deleted or expire. It is a client's bytes: anything
that does not parse means "not known", which the callers take as "perhaps all".
"""

from __future__ import annotations

from headrace.coordinators.core.group import Group
from headrace.protocol.generated.data_consumer_protocol_subscription import decode
from headrace.protocol.primitives import ProtocolError

CONSUMER_PROTOCOL = "consumer"


def subscribed_topics(group: Group) -> frozenset[str] | None:
    """Topics of all members under the chosen protocol; None: the group has no protocol, another type, or odd
    metadata.
    """
    if group.roster.protocol_type != CONSUMER_PROTOCOL:
        return None
    if not group.roster.members:
        return frozenset()
    if group.protocol_name is None:
        return None
    topics: set[str] = set()
    for member in group.roster:
        try:
            # Version 0 is the common beginning of all versions.
            topics.update(decode(member.metadata(group.protocol_name)[2:], 0).topics)
        except ProtocolError:
            return None
    return frozenset(topics)
