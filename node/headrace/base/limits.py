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

# Consumer groups of one node, counting those that only hold committed offsets; each costs a few KiB, and a client can
# make as many as it likes by committing under new names.
GROUPS_MAX = 20_000

# Members of one group. Every rebalance sends all of them to the leader, so a group this large hardly works anyway.
GROUP_MEMBERS_MAX = 5_000

# Member ids handed out to clients that have not come back with them yet (KIP-394), per group.
GROUP_PENDING_MEMBERS_MAX = 1_000

# Protocol metadata of one member, all protocols together: topics and owned partitions, a few hundred KiB at the worst.
GROUP_MEMBER_METADATA_BYTES_MAX = 1 * MIB

# The same over all members, and the record that keeps a generation (metadata of one protocol, and the assignment).
GROUP_METADATA_BYTES_MAX = 32 * MIB
GROUP_RECORD_BYTES_MAX = 32 * MIB

assert GROUP_MEMBER_METADATA_BYTES_MAX < GROUP_METADATA_BYTES_MAX <= GROUP_RECORD_BYTES_MAX < REQUEST_BYTES_MAX
assert CHUNK_BYTES_MAX < UNCOMPRESSED_CHUNK_BYTES_MAX <= REQUEST_BYTES_MAX
assert SCRIPT_BYTES_MAX < REQUEST_BYTES_MAX
