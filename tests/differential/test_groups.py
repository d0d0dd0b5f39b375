"""Classic consumer groups: joining, leading, heartbeats, leaving, static members, wrong ids and generations."""

from __future__ import annotations

import time
from typing import Any

from headrace_testing.differential import Session, scenario, versions

JOIN = versions("join_group")
SYNC = versions("sync_group")
HEARTBEAT = versions("heartbeat")
LEAVE = versions("leave_group")
#: One old, one with groups' instance ids, one flexible, the newest.
SOME_JOINS = (0, 4, 5, 6, 9)


def _join_body(group: str, member_id: str = "", **values: Any) -> dict[str, Any]:
    protocols = [{"name": "range", "metadata": b"sub"}]
    body = {
        "group_id": group,
        "session_timeout": 30000,
        "rebalance_timeout": 30000,
        "member_id": member_id,
        "group_instance_id": None,
        "protocol_type": "consumer",
        "protocols": protocols,
    }
    return body | values


def _join(s: Session, group: str, client: str = "one", version: int = 5, **values: Any) -> dict[str, Any]:
    """Join with as many rounds as the version needs (4 and later are first told their member id)."""
    answer = s.ask("join_group", version, _join_body(group, **values), client=client)
    if answer["error_code"] == 79:
        answer = s.ask("join_group", version, _join_body(group, answer["member_id"], **values), client=client)
    return answer


def _sync(
    s: Session,
    group: str,
    joined: dict[str, Any],
    assignments: dict[str, bytes] | None = None,
    *,
    version: int = 3,
    client: str = "one",
    label: str = "sync",
    **values: Any,
) -> dict[str, Any]:
    rows = [{"member_id": member, "assignment": data} for member, data in (assignments or {}).items()]
    body = {
        "group_id": group,
        "generation_id": joined["generation_id"],
        "member_id": joined["member_id"],
        "group_instance_id": None,
        "protocol_type": "consumer",
        "protocol_name": "range",
        "assignments": rows,
    }
    return s.call("sync_group", version, body | values, client=client, label=label)


def _alone(s: Session, group: str, client: str = "one", **values: Any) -> dict[str, Any]:
    """One member, joined and synced."""
    joined = _join(s, group, client, **values)
    assert joined["error_code"] == 0, joined
    instance = values.get("group_instance_id")
    rows = [{"member_id": joined["member_id"], "assignment": b"all"}]
    body = {"group_id": group, "generation_id": joined["generation_id"], "member_id": joined["member_id"]}
    s.ask("sync_group", 3, body | {"group_instance_id": instance, "assignments": rows}, client=client)
    return joined


def _heartbeat(s: Session, group: str, generation: int, member: str, version: int = 3, **values: Any) -> None:
    label, client = values.pop("label", "heartbeat"), values.pop("client", "one")
    body = {"group_id": group, "generation_id": generation, "member_id": member, "group_instance_id": None} | values
    s.call("heartbeat", version, body, client=client, label=label)


def _describe(s: Session, group: str, label: str, version: int = 5) -> None:
    s.call("describe_groups", version, {"groups": [group]}, label=label)


@scenario(*JOIN)
def test_first_member(s: Session, version: int) -> None:
    first = s.call("join_group", version, _join_body(s.unique), label="without an id")
    if first["error_code"] == 79:
        first = s.call("join_group", version, _join_body(s.unique, first["member_id"]), label="with the id given")
    s.note("leads", first["leader"] == first["member_id"])
    _sync(s, s.unique, first, {first["member_id"]: b"everything"}, client="raw")
    _describe(s, s.unique, "stable")


@scenario(*JOIN)
def test_refused_joins(s: Session, version: int) -> None:
    s.call("join_group", version, _join_body(""), label="empty group id")
    s.call("join_group", version, _join_body(s.unique, "nobody"), label="unknown member of an empty group")
    s.call("join_group", version, _join_body(s.unique, session_timeout=1), label="session timeout too short")
    s.call("join_group", version, _join_body(s.unique, session_timeout=2**31 - 1), label="session timeout too long")
    s.call("join_group", version, _join_body(s.unique, protocols=[]), label="no protocols")
    s.call("join_group", version, _join_body(s.unique, protocol_type=""), label="empty protocol type")


@scenario(*SOME_JOINS)
def test_protocols_that_do_not_agree(s: Session, version: int) -> None:
    _alone(s, s.unique)
    other_protocol = _join_body(s.unique, protocols=[{"name": "cooperative", "metadata": b""}])
    s.call("join_group", version, other_protocol, client="two", label="another protocol")
    s.call("join_group", version, _join_body(s.unique, protocol_type="connect"), client="two", label="another type")
    s.call("join_group", version, _join_body(s.unique, "nobody"), client="two", label="unknown member")


@scenario(*SOME_JOINS)
def test_second_member_makes_a_rebalance(s: Session, version: int) -> None:
    one = _alone(s, s.unique)
    two = s.connection("two")
    member = s.ask("join_group", 4, _join_body(s.unique), client="two")["member_id"] if version >= 4 else ""
    waiting = two.send("join_group", version, _join_body(s.unique, member))
    _wait_for_state(s, s.unique, "PreparingRebalance")
    _describe(s, s.unique, "while the second waits")
    _heartbeat(s, s.unique, one["generation_id"], one["member_id"], label="the first learns of it")
    again = s.call(
        "join_group", version, _join_body(s.unique, one["member_id"]), client="one", label="the first rejoins"
    )
    joined = two.receive("join_group", version, waiting)
    s.note("the second", joined)
    s.note("same generation", again["generation_id"] == joined["generation_id"])
    s.note("same leader", again["leader"] == joined["leader"])
    waiting = two.send("sync_group", 3, {
        "group_id": s.unique, "generation_id": joined["generation_id"], "member_id": joined["member_id"],
        "assignments": []})  # fmt: skip
    _sync(s, s.unique, again, {one["member_id"]: b"first", joined["member_id"]: b"second"}, label="the leader's sync")
    s.note("the second's sync", two.receive("sync_group", 3, waiting))
    _describe(s, s.unique, "stable again")


def _wait_for_state(s: Session, group: str, state: str) -> None:
    for _ in range(2000):
        if s.ask("describe_groups", 0, {"groups": [group]}, client="watcher")["groups"][0]["group_state"] == state:
            return
    raise AssertionError(f"{group} never was {state}")


@scenario(5)
def test_protocol_that_all_share_is_chosen(s: Session, version: int) -> None:
    both = [{"name": "sticky", "metadata": b"1"}, {"name": "range", "metadata": b"2"}]
    turned = [{"name": "range", "metadata": b"3"}, {"name": "new", "metadata": b"4"}]
    one = _alone(s, s.unique, protocols=both)
    member = s.ask("join_group", version, _join_body(s.unique, protocols=turned), client="two")["member_id"]
    two = s.connection("two")
    waiting = two.send("join_group", version, _join_body(s.unique, member, protocols=turned))
    _wait_for_state(s, s.unique, "PreparingRebalance")
    rejoin = _join_body(s.unique, one["member_id"], protocols=both)
    s.call("join_group", version, rejoin, client="one", label="the first")
    s.note("the second", two.receive("join_group", version, waiting))


@scenario(*SOME_JOINS)
def test_leader_rejoins_and_follower_rejoins(s: Session, version: int) -> None:
    one = _alone(s, s.unique)
    rejoin = _join_body(s.unique, one["member_id"])
    same = s.call("join_group", version, rejoin, client="one", label="the leader, unchanged")
    s.note("a new generation", same["generation_id"] > one["generation_id"])
    same = s.call("join_group", version, rejoin, client="one", label="before its sync")
    _sync(s, s.unique, same, {one["member_id"]: b"x"})


@scenario(*SYNC)
def test_sync(s: Session, version: int) -> None:
    joined = _join(s, s.unique)
    generation, member = joined["generation_id"], joined["member_id"]
    other = joined | {"member_id": "nobody"}
    _sync(s, s.unique, other, version=version, label="unknown member")
    _sync(s, s.unique, joined | {"generation_id": generation + 1}, version=version, label="a future generation")
    _sync(s, s.unique, joined | {"generation_id": generation - 1}, version=version, label="an old generation")
    _sync(s, f"{s.unique}-absent", joined, version=version, label="unknown group")
    _sync(s, "", joined, version=version, label="empty group id")
    _sync(s, s.unique, joined, version=version, protocol_type="connect", label="another protocol type")
    _sync(s, s.unique, joined, version=version, protocol_name="sticky", label="another protocol")
    _sync(s, s.unique, joined, {member: b"abc"}, version=version, label="good")
    _sync(s, s.unique, joined, {member: b"other"}, version=version, label="again, with another assignment")
    _sync(s, s.unique, joined, version=version, label="again, without")
    _heartbeat(s, s.unique, generation, member)


@scenario(3)
def test_sync_forgets_a_member_or_names_a_stranger(s: Session, version: int) -> None:
    joined = _join(s, s.unique)
    _sync(s, s.unique, joined, {"stranger": b"abc"}, version=version)
    _describe(s, s.unique, "then")


@scenario(*HEARTBEAT)
def test_heartbeat(s: Session, version: int) -> None:
    _heartbeat(s, f"{s.unique}-absent", 1, "x", version, label="unknown group")
    _heartbeat(s, "", 1, "x", version, label="empty group id")
    joined = _join(s, s.unique)
    generation, member = joined["generation_id"], joined["member_id"]
    _heartbeat(s, s.unique, generation, member, version, label="before the sync")
    _sync(s, s.unique, joined, {member: b"abc"})
    _heartbeat(s, s.unique, generation, member, version, label="good")
    _heartbeat(s, s.unique, generation + 1, member, version, label="a future generation")
    _heartbeat(s, s.unique, generation - 1, member, version, label="an old generation")
    _heartbeat(s, s.unique, -1, member, version, label="generation -1")
    _heartbeat(s, s.unique, generation, "nobody", version, label="unknown member")
    _heartbeat(s, s.unique, generation, "", version, label="empty member id")
    _heartbeat(s, s.unique, generation, member, version, group_instance_id="stranger", label="unknown instance")


@scenario(*LEAVE)
def test_leave(s: Session, version: int) -> None:
    def leave(member: str, group: str = s.unique, label: str = "", instance: str | None = None) -> None:
        members = [{"member_id": member, "group_instance_id": instance, "reason": "done"}]
        s.call("leave_group", version, {"group_id": group, "member_id": member, "members": members}, label=label)

    leave("x", f"{s.unique}-absent", "unknown group")
    leave("x", "", "empty group id")
    joined = _alone(s, s.unique)
    leave("nobody", label="unknown member")
    leave(joined["member_id"], label="good")
    leave(joined["member_id"], label="again")
    _describe(s, s.unique, "empty")
    _heartbeat(s, s.unique, joined["generation_id"], joined["member_id"], label="heartbeat after leaving")


@scenario(3, 5)
def test_leave_in_bulk(s: Session, version: int) -> None:
    joined = _alone(s, s.unique, group_instance_id="static-1")
    members = [
        {"member_id": "nobody", "group_instance_id": None, "reason": None},
        {"member_id": "", "group_instance_id": "static-9", "reason": None},
        {"member_id": "wrong", "group_instance_id": "static-1", "reason": None},
        {"member_id": "", "group_instance_id": "static-1", "reason": "bye"},
        {"member_id": joined["member_id"], "group_instance_id": None, "reason": None},
    ]
    s.call("leave_group", version, {"group_id": s.unique, "members": members})
    s.call("leave_group", version, {"group_id": s.unique, "members": []}, label="nobody")


# --- static members ---


@scenario(*versions("join_group", 5))
def test_static_member_comes_back(s: Session, version: int) -> None:
    static = {"group_instance_id": "desk-1"}
    one = _alone(s, s.unique, **static)
    back = s.call("join_group", version, _join_body(s.unique, **static), client="other", label="the same instance")
    s.note("another member id", back["member_id"] != one["member_id"])
    s.note("same generation", back["generation_id"] == one["generation_id"])
    _heartbeat(s, s.unique, one["generation_id"], one["member_id"], label="the old id with the instance", **static)
    _heartbeat(s, s.unique, one["generation_id"], one["member_id"], label="the old id alone")
    fenced = _join_body(s.unique, one["member_id"], **static)
    s.call("join_group", version, fenced, client="one", label="the old id joins")
    _describe(s, s.unique, "in the end")


@scenario(*versions("join_group", 5))
def test_static_member_changes_its_subscription(s: Session, version: int) -> None:
    static = {"group_instance_id": "desk-1"}
    one = _alone(s, s.unique, **static)
    changed = _join_body(s.unique, protocols=[{"name": "range", "metadata": b"more"}], **static)
    back = s.call("join_group", version, changed, client="other")
    s.note("a new generation", back["generation_id"] > one["generation_id"])


@scenario(5, 7)
def test_static_sync_and_unknown_instance(s: Session, version: int) -> None:
    static = {"group_instance_id": "desk-1"}
    joined = _alone(s, s.unique, version=version, **static)
    _sync(s, s.unique, joined, group_instance_id="desk-1", label="its own instance")
    _sync(s, s.unique, joined, group_instance_id="desk-2", label="another instance")
    _sync(s, s.unique, joined | {"member_id": "wrong"}, group_instance_id="desk-1", label="another member id")
    body = _join_body(s.unique, "invented", group_instance_id="desk-9")
    s.call("join_group", version, body, client="two", label="an id nobody gave, a new instance")


# --- describing, listing, deleting ---


@scenario(*versions("describe_groups"))
def test_describe(s: Session, version: int) -> None:
    joined = _join(s, s.unique)
    _wait_for_state(s, s.unique, "CompletingRebalance")
    _describe(s, s.unique, "before the sync", version)
    _sync(s, s.unique, joined, {joined["member_id"]: b"abc"})
    _describe(s, s.unique, "stable", version)
    s.call("describe_groups", version, {"groups": [f"{s.unique}-absent", s.unique, s.unique]}, label="several")
    s.call("describe_groups", version, {"groups": [""]}, label="empty id")
    s.call("describe_groups", version, {"groups": []}, label="none")
    asked = {"groups": [s.unique], "include_authorized_operations": True}
    s.call("describe_groups", version, asked, label="with operations")


@scenario(*versions("list_groups"))
def test_list(s: Session, version: int) -> None:
    _alone(s, s.unique)
    s.ask("offset_commit", 5, {"group_id": f"{s.unique}-simple", "generation_id_or_member_epoch": -1, "topics": []})

    def listed(**filters: Any) -> None:
        answer = s.ask("list_groups", version, filters)
        ours = [group for group in answer["groups"] if group["group_id"].startswith(s.unique)]
        s.note(f"{filters}", answer | {"groups": ours})

    listed()
    if version >= 4:
        for states in (["Stable"], ["stable"], ["Empty", "Dead"], ["NoSuchState"], ["PreparingRebalance"]):
            listed(states_filter=states)
    if version >= 5:
        for types in (["classic"], ["Classic"], ["consumer"], ["nonsense"]):
            listed(types_filter=types)


@scenario(*versions("delete_groups"))
def test_delete(s: Session, version: int) -> None:
    joined = _alone(s, s.unique)
    s.call("delete_groups", version, {"groups_names": [s.unique]}, label="with a member")
    s.ask("leave_group", 1, {"group_id": s.unique, "member_id": joined["member_id"]})
    s.call("delete_groups", version, {"groups_names": [s.unique, f"{s.unique}-absent", ""]}, label="empty")
    s.call("delete_groups", version, {"groups_names": [s.unique]}, label="again")
    s.call("delete_groups", version, {"groups_names": []}, label="none")
    _describe(s, s.unique, "gone")


@scenario(*versions("find_coordinator"))
def test_find_coordinator(s: Session, version: int) -> None:
    for kind, key in ((0, s.unique), (0, ""), (2, s.unique), (9, s.unique)):
        if kind and not version:
            continue
        body = {"key": key, "key_type": kind, "coordinator_keys": [key]}
        s.call("find_coordinator", version, body, label=f"type {kind}, key {key[:1]!r}")


@scenario(4, 6)
def test_find_several_coordinators(s: Session, version: int) -> None:
    s.call("find_coordinator", version, {"key_type": 0, "coordinator_keys": ["a", "b", "a", ""]})
    s.call("find_coordinator", version, {"key_type": 0, "coordinator_keys": []}, label="none")


@scenario(5)
def test_session_timeout_removes_a_member(s: Session, version: int) -> None:
    """Both brokers allow six seconds at least, so this one takes that long."""
    joined = _alone(s, s.unique, session_timeout=6000)
    _wait_long_for_state(s, s.unique, "Empty", 12)
    _heartbeat(s, s.unique, joined["generation_id"], joined["member_id"])
    s.call("join_group", version, _join_body(s.unique, joined["member_id"]), client="one", label="the old id")


def _wait_long_for_state(s: Session, group: str, state: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while s.ask("describe_groups", 0, {"groups": [group]})["groups"][0]["group_state"] != state:
        assert time.monotonic() < deadline, f"{group} is not {state} after {seconds} s"
        time.sleep(0.1)
