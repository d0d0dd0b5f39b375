"""Which partition of `__consumer_offsets` keeps a group: Java's `String.hashCode`, because every Kafka broker and
tool counts that way. Pure; called by the group driver. Surprising: the hash runs over UTF-16 code units, so a
character outside the basic plane counts twice.
"""


def partition_of_group(group_id: str, partition_count: int) -> int:
    """Partition index for the group, 0 <= index < `partition_count`."""
    code = 0
    units = group_id.encode("utf-16-be", "surrogatepass")
    for high, low in zip(units[::2], units[1::2], strict=True):
        code = (31 * code + (high << 8 | low)) & 0xFFFF_FFFF
    if code & 0x8000_0000:
        code = 0x1_0000_0000 - code
    # The one number without an absolute value in 32 bits counts as 0.
    return 0 if code == 0x8000_0000 else code % partition_count
