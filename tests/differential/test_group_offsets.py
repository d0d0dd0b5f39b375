"""Committing, fetching and deleting offsets, by members, by strangers and by simple consumers."""

from __future__ import annotations

from typing import Any

from headrace_testing.differential import Session, scenario, versions

COMMIT = versions("offset_commit")
FETCH = versions("offset_fetch")


def _commit_body(group: str, topic: str, offsets: dict[int, int], **values: Any) -> dict[str, Any]:
    metadata = values.pop("metadata", "note")
    epoch = values.pop("committed_leader_epoch", -1)
    partitions = [
        {
            "partition_index": index,
            "committed_offset": offset,
            "committed_leader_epoch": epoch,
            "committed_metadata": metadata,
        }
        for index, offset in offsets.items()
    ]
    body = {"group_id": group, "generation_id_or_member_epoch": -1, "member_id": ""}
    body |= {"group_instance_id": None, "retention_time": -1, "topics": [{"name": topic, "partitions": partitions}]}
    return body | values


def _fetch_body(version: int, group: str, wanted: dict[str, list[int]] | None, **values: Any) -> dict[str, Any]:
    topics = None if wanted is None else [{"name": n, "partition_indexes": p} for n, p in wanted.items()]
    if version >= 8:
        return {"groups": [{"group_id": group, "member_id": None, "member_epoch": -1, "topics": topics}]} | values
    return {"group_id": group, "topics": topics} | values


def _fetch(s: Session, group: str, wanted: dict[str, list[int]] | None, version: int = 5, label: str = "") -> None:
    s.call("offset_fetch", version, _fetch_body(version, group, wanted), label=label)


@scenario(*COMMIT)
def test_simple_consumer(s: Session, version: int) -> None:
    topic = s.topic(partitions=2)
    s.call("offset_commit", version, _commit_body(s.unique, topic, {0: 5, 1: 7}))
    _fetch(s, s.unique, {topic: [0, 1, 2]})
    s.call(
        "offset_commit", version, _commit_body(s.unique, topic, {0: 3}, metadata=None), label="backwards, no metadata"
    )
    _fetch(s, s.unique, {topic: [0]}, 2)
    s.call("describe_groups", 5, {"groups": [s.unique]}, label="the group")


@scenario(*COMMIT)
def test_refused_commits(s: Session, version: int) -> None:
    topic = s.topic()
    cases = {
        "unknown topic": _commit_body(s.unique, f"{s.unique}-absent", {0: 1}),
        "unknown partition": _commit_body(s.unique, topic, {5: 1}),
        "negative offset": _commit_body(s.unique, topic, {0: -5}),
        "offset -1": _commit_body(s.unique, topic, {0: -1}),
        "empty group": _commit_body("", topic, {0: 1}),
        "metadata too long": _commit_body(s.unique, topic, {0: 1}, metadata="x" * 5000),
        "metadata at the limit": _commit_body(s.unique, topic, {0: 1}, metadata="x" * 4096),
        "a generation without a group": _commit_body(f"{s.unique}-g", topic, {0: 1}, generation_id_or_member_epoch=3),
        "a member without a group": _commit_body(f"{s.unique}-m", topic, {0: 1}, member_id="x"),
        "no topics": _commit_body(s.unique, topic, {}) | {"topics": []},
        "no partitions": _commit_body(s.unique, topic, {}),
        "far beyond the end": _commit_body(s.unique, topic, {0: 10**12}),
        "an epoch": _commit_body(s.unique, topic, {0: 1}, committed_leader_epoch=17),
    }
    for label, body in cases.items():
        s.call("offset_commit", version, body, label=label)
    _fetch(s, s.unique, {topic: [0, 5]}, label="in the end")


def _member(s: Session, group: str) -> dict[str, Any]:
    body = {"group_id": group, "session_timeout": 30000, "rebalance_timeout": 30000, "member_id": "",
            "protocol_type": "consumer", "protocols": [{"name": "range", "metadata": b""}]}  # fmt: skip
    joined = s.ask("join_group", 3, body)
    rows = [{"member_id": joined["member_id"], "assignment": b""}]
    who = {"group_id": group, "generation_id": joined["generation_id"], "member_id": joined["member_id"]}
    s.ask("sync_group", 2, who | {"assignments": rows})
    return joined


@scenario(*COMMIT)
def test_member_commits(s: Session, version: int) -> None:
    topic = s.topic()
    joined = _member(s, s.unique)

    def commit(label: str, generation: int, member: str, **values: Any) -> None:
        who = {"generation_id_or_member_epoch": generation, "member_id": member}
        s.call("offset_commit", version, _commit_body(s.unique, topic, {0: 4}, **who, **values), label=label)

    generation, member = joined["generation_id"], joined["member_id"]
    commit("good", generation, member)
    commit("old generation", generation - 1, member)
    commit("future generation", generation + 1, member)
    commit("stranger", generation, "nobody")
    commit("without a member id", -1, "")
    commit("a generation without a member id", generation, "")
    commit("an instance that is not there", generation, member, group_instance_id="desk")
    _fetch(s, s.unique, {topic: [0]})


@scenario(5)
def test_commit_between_join_and_sync(s: Session, version: int) -> None:
    topic = s.topic()
    body = {"group_id": s.unique, "session_timeout": 30000, "rebalance_timeout": 30000, "member_id": "",
            "protocol_type": "consumer", "protocols": [{"name": "range", "metadata": b""}]}  # fmt: skip
    joined = s.ask("join_group", 3, body)
    who = {"generation_id_or_member_epoch": joined["generation_id"], "member_id": joined["member_id"]}
    s.call("offset_commit", version, _commit_body(s.unique, topic, {0: 4}, **who))


@scenario(*FETCH)
def test_fetching(s: Session, version: int) -> None:
    one, two = s.topic("one", partitions=2), s.topic("two")
    s.ask("offset_commit", 5, _commit_body(s.unique, one, {0: 1, 1: 2}))
    s.ask("offset_commit", 6, _commit_body(s.unique, two, {0: 3}, committed_leader_epoch=0))
    _fetch(s, s.unique, {one: [0, 1], two: [0]}, version, "both")
    _fetch(s, s.unique, {one: [1, 9], f"{s.unique}-absent": [0]}, version, "some not there")
    if version >= 2:
        _fetch(s, s.unique, None, version, "all")
    _fetch(s, s.unique, {}, version, "an empty list")
    _fetch(s, s.unique, {one: []}, version, "no partitions")
    _fetch(s, f"{s.unique}-absent", {one: [0]}, version, "unknown group")
    _fetch(s, "", {one: [0]}, version, "empty group id")
    _fetch(s, s.unique, {one: [0, 0], two: [0]}, version, "the same partition twice")


@scenario(*versions("offset_fetch", 7))
def test_fetching_stable_offsets(s: Session, version: int) -> None:
    topic = s.topic()
    s.ask("offset_commit", 5, _commit_body(s.unique, topic, {0: 1}))
    s.call("offset_fetch", version, _fetch_body(version, s.unique, {topic: [0]}, require_stable=True))


@scenario(8, 9)
def test_fetching_for_several_groups(s: Session, version: int) -> None:
    topic = s.topic()
    for i, group in enumerate((f"{s.unique}-a", f"{s.unique}-b")):
        s.ask("offset_commit", 5, _commit_body(group, topic, {0: i}))
    names = [f"{s.unique}-b", f"{s.unique}-absent", f"{s.unique}-a"]
    topics = [{"name": topic, "partition_indexes": [0]}]
    groups = [{"group_id": name, "topics": topics, "member_id": None, "member_epoch": -1} for name in names]
    s.call("offset_fetch", version, {"groups": groups})
    groups[0]["topics"] = None
    s.call("offset_fetch", version, {"groups": groups[:1]}, label="all of one")
    s.call("offset_fetch", version, {"groups": []}, label="none")


@scenario(9)
def test_fetching_as_a_member_of_the_new_protocol(s: Session, version: int) -> None:
    topic = s.topic()
    s.ask("offset_commit", 5, _commit_body(s.unique, topic, {0: 1}))
    asked = {"group_id": s.unique, "member_id": "nobody", "member_epoch": 4}
    s.call("offset_fetch", version, {"groups": [asked | {"topics": [{"name": topic, "partition_indexes": [0]}]}]})


@scenario()
def test_deleting_offsets(s: Session) -> None:
    topic = s.topic(partitions=2)
    s.ask("offset_commit", 5, _commit_body(s.unique, topic, {0: 1, 1: 2}))

    def delete(group: str, name: str, index: int, label: str) -> None:
        where = {"name": name, "partitions": [{"partition_index": index}]}
        s.call("offset_delete", 0, {"group_id": group, "topics": [where]}, label=label)

    delete(s.unique, topic, 0, "there")
    delete(s.unique, topic, 0, "again")
    delete(s.unique, topic, 9, "unknown partition")
    delete(s.unique, f"{s.unique}-absent", 0, "unknown topic")
    delete(f"{s.unique}-absent", topic, 0, "unknown group")
    delete("", topic, 0, "empty group")
    delete("", f"{s.unique}-absent", 0, "empty group, unknown topic")
    s.call("offset_delete", 0, {"group_id": f"{s.unique}-absent", "topics": []}, label="unknown group, no topics")
    s.call("offset_delete", 0, {"group_id": "", "topics": []}, label="empty group, no topics")
    _fetch(s, s.unique, {topic: [0, 1]}, label="what is left")
    member = _member(s, f"{s.unique}-live")
    assert member["error_code"] == 0
    who = {"generation_id_or_member_epoch": member["generation_id"], "member_id": member["member_id"]}
    s.ask("offset_commit", 5, _commit_body(f"{s.unique}-live", topic, {0: 1}, **who))
    delete(f"{s.unique}-live", topic, 0, "a group with members")


@scenario()
def test_offsets_go_with_the_group(s: Session) -> None:
    topic = s.topic()
    s.ask("offset_commit", 5, _commit_body(s.unique, topic, {0: 1}))
    s.call("delete_groups", 1, {"groups_names": [s.unique]})
    _fetch(s, s.unique, {topic: [0]})


@scenario()
def test_offsets_go_with_the_topic(s: Session) -> None:
    topic = s.topic()
    other = s.topic("other")
    s.ask("offset_commit", 5, _commit_body(s.unique, topic, {0: 1}))
    s.ask("offset_commit", 5, _commit_body(s.unique, other, {0: 2}))
    s.ask("delete_topics", 4, {"topic_names": [topic], "timeout": 10000})
    s.wait_until_gone(topic)
    # Kafka forgets them a little after the topic.
    asked = {"group_id": s.unique, "topics": None}
    s.eventually("what is left", lambda answer: len(answer["topics"]) == 1, "offset_fetch", 5, asked)
