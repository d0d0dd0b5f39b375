"""The cache of fetch sessions: bounds and who has to make room."""

from headrace.kafka.fetch_sessions import FetchSessions, next_epoch
from headrace.protocol.generated.k01_fetch import FetchRequestPartitions


def open_session(cache, partitions, now_ms):
    session = cache.open(partitions, uses_topic_ids=False, now_ms=now_ms)
    if session is not None:
        for index in range(partitions):
            session.want(("t", index), "t", bytes(16), FetchRequestPartitions(partition=index))
        cache.resized(len(session.partitions))
    cache.check_invariants()
    return session


def test_epochs_begin_again_at_one():
    assert next_epoch(0) == 1
    assert next_epoch(2**31 - 1) == 1
    assert next_epoch(-1) == -1


def test_a_full_cache_refuses_young_sessions_of_the_same_size():
    cache = FetchSessions(sessions_max=3, evictable_after_ms=100)
    assert all(open_session(cache, 2, now_ms=0) for _ in range(3))
    assert open_session(cache, 2, now_ms=50) is None
    assert len(cache) == 3


def test_an_unused_session_makes_room():
    cache = FetchSessions(sessions_max=2, evictable_after_ms=100)
    first, second = open_session(cache, 2, now_ms=0), open_session(cache, 2, now_ms=0)
    cache.touch(first, now_ms=150)
    assert open_session(cache, 1, now_ms=160) is not None
    assert cache.get(second.id) is None
    assert cache.get(first.id) is first


def test_a_larger_session_takes_the_place_of_the_smallest_old_one():
    cache = FetchSessions(sessions_max=2, evictable_after_ms=100)
    small, large = open_session(cache, 1, now_ms=0), open_session(cache, 9, now_ms=0)
    for now_ms in (90, 140):
        cache.touch(small, now_ms)
        cache.touch(large, now_ms)
    assert open_session(cache, 1, now_ms=150) is None
    assert open_session(cache, 5, now_ms=150) is not None
    assert cache.get(small.id) is None
    assert cache.get(large.id) is large


def test_all_sessions_together_hold_a_bounded_number_of_partitions():
    cache = FetchSessions(sessions_max=100, partitions_max=10, evictable_after_ms=100)
    first = open_session(cache, 6, now_ms=0)
    assert open_session(cache, 6, now_ms=50) is None
    assert open_session(cache, 4, now_ms=50) is not None
    assert open_session(cache, 6, now_ms=120) is not None
    assert cache.get(first.id) is None


def test_a_cache_without_room_opens_none():
    assert open_session(FetchSessions(sessions_max=0), 1, now_ms=0) is None
