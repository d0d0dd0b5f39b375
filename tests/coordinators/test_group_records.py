"""Records of the offsets topic: what is written is read back; whatever else is there is refused or skipped, never a
crash.
"""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.base.errors import Rejected
from headrace.coordinators.core.committed import CommittedOffset
from headrace.coordinators.core.group_events import GroupRecord, MemberRecord
from headrace.coordinators.group_records import (
    GroupEntry,
    OffsetEntry,
    decode_entry,
    encode_group,
    encode_offset,
)

names = st.text(max_size=40)
int32 = st.integers(0, 2**31 - 1)
int64 = st.integers(0, 2**63 - 1)
bodies = st.binary(max_size=60)

offsets = st.builds(CommittedOffset, int64, st.just(-1), names, int64, expire_wall_ms=int64) | st.builds(
    CommittedOffset, int64, st.integers(-1, 2**31 - 1), names, int64, expire_wall_ms=st.none()
)
members = st.builds(
    MemberRecord, names, st.none() | names, names, names, int32, st.integers(1, 2**31 - 1), bodies, bodies
)
groups = st.builds(
    GroupRecord, names, int32, st.none() | names, st.none() | names, int64, st.lists(members, max_size=4).map(tuple)
)


@given(names, names, int32, st.none() | offsets)
def test_offsets(group_id, topic, partition, committed):
    key, value = encode_offset(group_id, (topic, partition), committed)
    assert decode_entry(key, value) == OffsetEntry(group_id, (topic, partition), committed)


@given(names, st.none() | groups)
def test_groups(group_id, record):
    key, value = encode_group(group_id, record)
    assert decode_entry(key, value) == GroupEntry(group_id, record)


@given(st.none() | bodies, st.none() | bodies)
def test_noise(key, value):
    with contextlib.suppress(Rejected):
        assert decode_entry(key, value) is None or isinstance(decode_entry(key, value), OffsetEntry | GroupEntry)


@given(groups, st.data())
def test_cut_values_are_refused(record, data):
    key, value = encode_group("g", record)
    cut = data.draw(st.integers(0, len(value) - 1))
    with pytest.raises(Rejected):
        decode_entry(key, value[:cut])
