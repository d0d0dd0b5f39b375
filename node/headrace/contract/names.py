"""Topic and script names: what is legal, what is ours, what a materialised topic is called.

A materialised topic holds the output of an async script and is called `<input>-$<key>$`. `$` is not legal in a topic
name that a client creates, so the two can never meet. Everyone who takes a name from outside checks it here; nobody
parses names elsewhere.
"""

from __future__ import annotations

import re

REGISTRY_TOPIC = "_headrace.transforms"
PROGRESS_TOPIC = "_headrace.progress"
LOGS_TOPIC = "_headrace.logs"
AUDIT_TOPIC = "_headrace.audit"
OFFSETS_TOPIC = "__consumer_offsets"
TRANSACTIONS_TOPIC = "__transaction_state"

#: Topics that the cluster writes itself. Clients may read them; of these they may write only the registry.
INTERNAL_TOPICS = frozenset(
    {REGISTRY_TOPIC, PROGRESS_TOPIC, LOGS_TOPIC, AUDIT_TOPIC, OFFSETS_TOPIC, TRANSACTIONS_TOPIC}
)
CLIENT_WRITABLE_INTERNAL_TOPICS = frozenset({REGISTRY_TOPIC})

TOPIC_NAME_LENGTH_MAX = 249  # Kafka's limit: the folder name `<topic>-<partition>` must fit in 255 bytes
SCRIPT_NAME_LENGTH_MAX = 63  # fits a Kubernetes name and leaves room in the materialised topic's name

_TOPIC_NAME = re.compile(r"[a-zA-Z0-9._-]+\Z")
_SCRIPT_NAME = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?\Z")
_OUTPUT_KEY = re.compile(r"[a-zA-Z0-9._-]+\Z")
_MATERIALISED = re.compile(r"(?P<input>.+)-\$(?P<key>[a-zA-Z0-9._-]+)\$\Z")


def topic_name_problem(name: str) -> str | None:
    """Why `name` cannot be a topic that a client creates, or None if it can (Kafka's rules)."""
    if not name:
        return "the topic name is empty"
    if name in {".", ".."}:
        return f"'{name}' cannot be a topic name"
    if len(name) > TOPIC_NAME_LENGTH_MAX:
        return f"the topic name has {len(name)} characters, {TOPIC_NAME_LENGTH_MAX} are allowed"
    if not _TOPIC_NAME.match(name):
        return f"'{name}' has characters other than letters, digits, '.', '_' and '-'"
    return None


def script_name_problem(name: str) -> str | None:
    """Why `name` cannot be a script's name (and output key), or None if it can."""
    if not name:
        return "the script name is empty"
    if len(name) > SCRIPT_NAME_LENGTH_MAX:
        return f"the script name has {len(name)} characters, {SCRIPT_NAME_LENGTH_MAX} are allowed"
    if not _SCRIPT_NAME.match(name):
        return f"'{name}' must be letters, digits, '.', '_' and '-', starting and ending with a letter or digit"
    return None


def output_key_problem(key: str) -> str | None:
    """Why a script may not use `key` to name an output, or None if it may."""
    if not _OUTPUT_KEY.match(key):
        return f"'{key[:100]}' cannot name an output: letters, digits, '.', '_' and '-' are allowed"
    return None


def materialised_topic(input_topic: str, key: str) -> str:
    """`tiktok`, `allcaps` -> `tiktok-$allcaps$`."""
    return f"{input_topic}-${key}$"


def split_materialised(name: str) -> tuple[str, str] | None:
    """`tiktok-$allcaps$` -> (`tiktok`, `allcaps`); None for any other name.

    The input of a materialised topic may itself be materialised (`a-$b$-$c$` -> `a-$b$`, `c`).
    """
    match = _MATERIALISED.match(name)
    return (match["input"], match["key"]) if match else None


def is_internal(name: str) -> bool:
    return name in INTERNAL_TOPICS


def client_write_problem(name: str) -> str | None:
    """Why a client may not produce to this topic, or None if it may."""
    if name in INTERNAL_TOPICS and name not in CLIENT_WRITABLE_INTERNAL_TOPICS:
        return f"'{name}' is written by the cluster only"
    if split_materialised(name) is not None:
        return f"'{name}' is a materialised topic: only the script that owns it writes to it"
    return None
