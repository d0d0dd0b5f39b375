"""The queue of acks that wait for an offset."""

from hypothesis import given
from hypothesis import strategies as st

from headrace.partitions.waiters import AckQueue


class Waiter:
    def __init__(self, deadline_us=10**9):
        self.deadline_us = deadline_us
        self.outcome = None

    def visible(self):
        assert self.outcome is None
        self.outcome = "visible"

    def failed(self, error):
        assert self.outcome is None
        self.outcome = error


@given(st.lists(st.tuples(st.sampled_from(["add", "release", "expire"]), st.integers(0, 50))))
def test_every_waiter_is_told_once_and_not_before_its_offset(steps):
    """A duplicate may wait for a smaller offset than those before it."""
    queue = AckQueue()
    waiting: list[tuple[int, Waiter]] = []
    visible = now = 0
    for step, number in steps:
        if step == "add":
            waiter = Waiter(deadline_us=now + 20)
            queue.add(visible + 1 + number, waiter)
            waiting.append((visible + 1 + number, waiter))
        elif step == "release":
            visible += number
            queue.release(visible)
        else:
            now += number
            queue.expire(now)
        for offset, waiter in waiting:
            if offset <= visible:
                assert waiter.outcome is not None
            elif waiter.outcome is not None:
                assert isinstance(waiter.outcome, TimeoutError)
                assert waiter.deadline_us <= now
    queue.fail_all(ValueError("the partition is gone"))
    assert all(waiter.outcome is not None for _, waiter in waiting)
    assert len(queue) == 0


def test_waiters_of_one_offset_are_told_in_the_order_of_asking():
    queue = AckQueue()
    told = []

    class Recorder(Waiter):
        def visible(self):
            told.append(self)

    waiters = [Recorder() for _ in range(5)]
    for waiter in waiters:
        queue.add(7, waiter)
    queue.release(7)
    assert told == waiters
