"""What clients may not do to topics that are not theirs to shape: internal ones and those that scripts write.

Called by the handlers that change topics, before the controller. Every refusal is POLICY_VIOLATION with what to do
instead. Surprising: these are rules for clients only; the node's own parts go to the controller directly.
"""

from __future__ import annotations

from collections.abc import Mapping

from headrace.base.errors import Rejected
from headrace.cluster.metadata import TopicState
from headrace.contract.names import split_materialised
from headrace.kafka.context import NodeContext
from headrace.protocol.error_codes import ErrorCode


def check_delete(ctx: NodeContext, topic: TopicState) -> None:
    """Internal topics stay; output of a script stays while the script is deployed."""
    if topic.internal:
        raise _refused(f"topic '{topic.name}' belongs to the cluster and cannot be deleted")
    script = _writer(topic)
    if script is not None and ctx.controller.script_is_deployed(script):
        raise _refused(
            f"script '{script}' writes to '{topic.name}'; remove the script first (headrace wasm remove {script})"
        )


def check_grow(topic: TopicState) -> None:
    """Internal topics have the size they need, output of a script that of its input."""
    if topic.internal:
        raise _refused(f"topic '{topic.name}' belongs to the cluster and cannot grow")
    if topic.parent is not None:
        raise _refused(f"'{topic.name}' has as many partitions as its input; add partitions to '{topic.parent}'")


def check_config(topic: TopicState, changes: Mapping[str, str | None]) -> None:
    """An internal topic that is compacted stays compacted: its oldest values still count."""
    policy = changes.get("cleanup.policy", topic.config.get("cleanup.policy"))
    if topic.internal and policy != topic.config.get("cleanup.policy"):
        raise _refused(f"cleanup.policy of '{topic.name}' cannot be changed: the cluster relies on it")


def _writer(topic: TopicState) -> str | None:
    if topic.owner_script is not None:
        return topic.owner_script
    split = split_materialised(topic.name)
    return None if split is None else split[1]


def _refused(message: str) -> Rejected:
    return Rejected(ErrorCode.POLICY_VIOLATION, message)
