"""Every bound of the system: unit at the end of the name, reason beside it, relations asserted at import.

A bound that users may change is a setting (`contract/settings.py`) whose default stands there; this file holds
the bounds that keep the process alive whatever the settings say.
"""

KIB = 1024
MIB = 1024 * KIB

# A request frame larger than this is refused before it is buffered. Kafka's `socket.request.max.bytes` default.
REQUEST_BYTES_MAX = 100 * MIB

# Kafka's `message.max.bytes` default plus the batch header overhead it counts.
MESSAGE_BYTES_MAX_DEFAULT = 1_048_588

# One registry record: a bundled script. Larger files are almost always a bundling mistake, and every node holds
# every script in memory twice (node and engine).
SCRIPT_BYTES_MAX = 10 * MIB

# One chunk handed to an engine: large enough to spread the fixed cost of a call, small enough that a deadline is fair.
CHUNK_BYTES_MAX = 1 * MIB

# A single batch may be larger than a chunk (message.max.bytes); then it is a chunk of its own.
UNCOMPRESSED_CHUNK_BYTES_MAX = 64 * MIB

# Open client connections of one node; a file descriptor each, and the machine-wide default limit is 20,000.
CONNECTIONS_MAX = 8_000

assert CHUNK_BYTES_MAX < UNCOMPRESSED_CHUNK_BYTES_MAX <= REQUEST_BYTES_MAX
assert SCRIPT_BYTES_MAX < REQUEST_BYTES_MAX
