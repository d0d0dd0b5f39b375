"""Placement: even, over racks, the same every time."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from headrace.cluster.core.placement import Candidate, Load, place


@st.composite
def clusters(draw):
    racks = draw(st.lists(st.sampled_from([None, "a", "b", "c", "d"]), min_size=1, max_size=9))
    ids = draw(st.lists(st.integers(0, 1000), min_size=len(racks), max_size=len(racks), unique=True))
    return [Candidate(node_id, rack) for node_id, rack in zip(ids, racks, strict=True)]


@given(clusters(), st.integers(1, 40), st.data())
def test_a_new_topic_is_spread(nodes, partitions, data) -> None:
    factor = data.draw(st.integers(1, len(nodes)))
    placed = place(
        nodes,
        partitions=partitions,
        replication_factor=factor,
        first_index=0,
        cluster_load=Load(),
        topic_load=Load(),
    )
    assert len(placed) == partitions
    rack_of = {node.node_id: node.rack_key for node in nodes}
    racks = len(set(rack_of.values()))
    for replicas in placed:
        assert len(set(replicas)) == factor
        assert set(replicas) <= set(rack_of)
        assert len({rack_of[node_id] for node_id in replicas}) == min(factor, racks), "replicas share a rack needlessly"
    leaders = Counter(replicas[0] for replicas in placed)
    counts = [leaders[node.node_id] for node in nodes]
    assert max(counts) - min(counts) <= 1, "leaders are not even"
    if racks == len(nodes):  # racks do not force anything
        held = Counter(node_id for replicas in placed for node_id in replicas)
        counts = [held[node.node_id] for node in nodes]
        assert max(counts) - min(counts) <= 2, "replicas are not even"


@given(clusters(), st.lists(st.integers(1, 7), min_size=1, max_size=12), st.integers(1, 3))
def test_many_topics_keep_the_cluster_even(nodes, sizes, factor) -> None:
    load = Load()
    for partitions in sizes:
        place(
            nodes,
            partitions=partitions,
            replication_factor=min(factor, len(nodes)),
            first_index=0,
            cluster_load=load,
            topic_load=Load(),
        )
    counts = [load.leaders.get(node.node_id, 0) for node in nodes]
    assert max(counts) - min(counts) <= 1


@given(clusters(), st.integers(1, 20), st.integers(1, 20))
def test_growing_continues_what_was_begun(nodes, before, more) -> None:
    def grown(*steps: int):
        cluster, topic, placed = Load(), Load(), []
        for count in steps:
            placed += place(
                nodes,
                partitions=count,
                replication_factor=1,
                first_index=len(placed),
                cluster_load=cluster,
                topic_load=topic,
            )
        return placed

    assert grown(before, more) == grown(before + more)


@given(clusters())
def test_the_order_of_nodes_does_not_matter(nodes) -> None:
    def placed(order):
        return place(order, partitions=8, replication_factor=1, first_index=0, cluster_load=Load(), topic_load=Load())

    assert placed(nodes) == placed(list(reversed(nodes)))


def test_sixteen_partitions_three_replicas_three_racks() -> None:
    nodes = [Candidate(1, "a"), Candidate(2, "b"), Candidate(3, "c")]
    placed = place(nodes, partitions=16, replication_factor=3, first_index=0, cluster_load=Load(), topic_load=Load())
    assert sorted(Counter(replicas[0] for replicas in placed).values()) == [5, 5, 6]
    assert all(sorted(replicas) == [1, 2, 3] for replicas in placed)
