"""Plays scenario commands on the pacemaker's core and tells what it wants done, one line per effect.

A lane is written `script/topic/partition`; answers find their op by themselves. Commands:

    topic NAME [PARTITIONS] [visible=N]      partitions appear          gone TOPIC PARTITION
    deploy NAME at=N in=T[,T] [start=S] [policy=P] [keys=K,K] [ts=MS]   remove NAME at=N
    caughtup                                 snapshot from=N next=N [topic:partition=end ...]
    engine up | engine lost                  loaded NAME [reads=T[:start]]      unloadable NAME KIND
    inspected LANE [start=N] [end=N] [visible=N] [young=N] [topic=ID] [owner=S] [KEY=next:visible:tail:progress ...]
    read LANE BYTES [visible=N]              lost LANE start=N          (the offset is no longer there)
    done LANE END [KEY ...] [halted] [skipped=N]                        refused LANE
    ready LANE KEY ...                       unready LANE [permanent]
    appended LANE KEY=NEXT ... [full]        visible TOPIC PARTITION END
    durable | undurable                      every progress write that waits
    pause NAME   resume NAME   wait MS   stop   refuse-tombstone NAME
    restart                                  a new core from what was written and durable
    show
"""

from __future__ import annotations

import shlex

from headrace.contract.names import materialised_topic
from headrace.contract.script import ScriptRecord, StartPoint
from headrace.transforms.engines.channel import Failure
from headrace.transforms.pacemaker import effects as fx
from headrace.transforms.pacemaker.core import Pacemaker
from headrace.transforms.pacemaker.effects import LaneId
from headrace.transforms.pacemaker.state import PaceLimits, ProgressMemory

Options = dict[str, str]
#: One chunk at a time over all scripts but two per script, small numbers to read.
LIMITS = PaceLimits(chunk_bytes_max=100, flight_bytes_max=1_000, flights_max=4, flights_per_script_max=2)


def lane_of(text: str) -> LaneId:
    script, topic, partition = text.split("/")
    return LaneId(script, topic, int(partition))


def name_of(lane: LaneId) -> str:
    return f"{lane.script}/{lane.topic}/{lane.partition}"


class PaceTheatre:
    def __init__(self) -> None:
        self.now_ms = 0
        self.core = Pacemaker(ProgressMemory(), LIMITS)
        self.written: list[tuple[fx.ProgressKey, fx.ProgressValue]] = []
        self.durable_count = 0
        self.waiting: list[int] = []
        self.versions: dict[int, str] = {}
        self.lines: list[str] = []

    def run(self, line: str) -> str:
        verb, *words = shlex.split(line)
        names = [word for word in words if "=" not in word]
        options = dict(word.split("=", 1) for word in words if "=" in word)
        self.lines = []
        getattr(self, f"do_{verb.replace('-', '_')}")(names, options)
        self.core.check_invariants()
        return "\n".join(self.lines) or "ok"

    def tell(self, *events: fx.Event) -> None:
        for event in events:
            for effect in self.core.handle(event, self.now_ms):
                self.take(effect)

    # ---- effects

    def take(self, effect: fx.Effect) -> None:
        match effect:
            case fx.Load():
                self.versions[effect.handle] = f"{effect.script.name}@{effect.script.registry_offset}"
                self.say(f"load {self.versions[effect.handle]}")
            case fx.Unload():
                self.say(f"unload {self.versions[effect.handle]}")
            case fx.Inspect():
                young = "" if effect.timestamp_ms is None else f" timestamp={effect.timestamp_ms}"
                self.say(f"inspect {name_of(effect.lane)}{young}")
            case fx.Read():
                self.say(f"read {name_of(effect.lane)} from={effect.start_offset}")
            case fx.Run():
                limit = "" if effect.limit_offset is None else f" limit={effect.limit_offset}"
                version = self.versions[effect.handle]
                self.say(
                    f"run {name_of(effect.lane)} on={version} from={effect.start_offset}{limit} mode={effect.mode}"
                )
            case fx.EnsureOutputs():
                self.say(f"create {name_of(effect.lane)} {' '.join(effect.keys)}")
            case fx.Append():
                self.say(f"append {name_of(effect.lane)} {' '.join(effect.keys)} end={effect.end_offset}")
            case fx.WriteProgress():
                self.write(effect)
            case fx.Deregister():
                self.say(f"tombstone {effect.name} unless newer than {effect.registry_offset}")
            case fx.Note():
                place = "" if effect.partition is None else f" on {effect.partition}"
                self.say(f"{effect.level}: {effect.script}{place}: {effect.message}")

    def write(self, effect: fx.WriteProgress) -> None:
        self.written.append((effect.key, effect.value))
        if effect.op is not None:
            self.waiting.append(effect.op)
        match effect.value:
            case fx.Checkpoint() as c:
                assert isinstance(effect.key, LaneId)
                history = "".join(f" {int.from_bytes(d, 'big')}:{since}" for d, since in c.history)
                bases = "".join(f" {key}>={base}" for key, (_id, base) in sorted(c.bases.items()))
                digest = int.from_bytes(c.digest, "big")
                self.say(
                    f"write {name_of(effect.key)} life={c.incarnation} progress={c.progress} "
                    f"digest={digest} since={c.since}{history}{bases}"
                )
            case fx.Memo() as m:
                words = [f"life={m.incarnation}"]
                words += [f"removed={m.removed_at}"] if m.removed_at is not None else []
                words += ["paused"] if m.paused else []
                words += [f"{m.stopped.reason} at {m.stopped.registry_offset}"] if m.stopped is not None else []
                words += [f"{topic}>{since}" for topic, since in m.inputs.items()]
                self.say(f"write {effect.key} {' '.join(words)}")
            case fx.Snapshot() as s:
                self.say(f"write snapshot {s.registry_from}..{s.registry_next}")
            case None:
                self.say(f"write {effect.key} nothing")

    def say(self, line: str) -> None:
        self.lines.append(line)

    def op(self, lane: str) -> int:
        return self.core.world.lanes[lane_of(lane)].op

    # ---- commands

    def do_topic(self, names: list[str], options: Options) -> None:
        topic, count = names[0], int(names[1]) if len(names) > 1 else 1
        visible = int(options.get("visible", 0))
        self.tell(*(fx.PartitionAdded(topic, index, visible) for index in range(count)))

    def do_gone(self, names: list[str], _options: Options) -> None:
        self.tell(fx.PartitionRemoved(names[0], int(names[1])))

    def do_deploy(self, names: list[str], options: Options) -> None:
        offset = int(options["at"])
        self.tell(
            fx.Deployed(
                ScriptRecord(
                    name=names[0],
                    registry_offset=offset,
                    timestamp_ms=int(options.get("ts", 0)),
                    content=b"",
                    digest=int(options.get("digest", offset)).to_bytes(32, "big"),
                    language="js",
                    input_topics=tuple(t for t in options.get("in", "").split(",") if t),
                    output_keys=tuple(k for k in options.get("keys", "").split(",") if k),
                    error_policy=options.get("policy"),  # type: ignore[arg-type]
                    start_from=StartPoint.parse(options["start"]) if "start" in options else None,
                )
            )
        )

    def do_remove(self, names: list[str], options: Options) -> None:
        self.tell(fx.Removed(names[0], int(options["at"])))

    def do_caughtup(self, _names: list[str], _options: Options) -> None:
        self.tell(fx.RegistryCaughtUp())

    def do_followed(self, names: list[str], _options: Options) -> None:
        self.tell(fx.RegistryFollowed(int(names[0])))

    def do_snapshot(self, _names: list[str], options: Options) -> None:
        first, following = int(options.pop("from")), int(options.pop("next"))
        ends = {(key.split(":")[0], int(key.split(":")[1])): int(end) for key, end in options.items()}
        self.tell(fx.SnapshotTaken(fx.Snapshot(first, following, ends)))

    def do_engine(self, names: list[str], _options: Options) -> None:
        self.tell(fx.EngineUp() if names[0] == "up" else fx.EngineLost("killed"))

    def _load_op(self, name: str) -> int:
        return next(op for op, (script, *_) in self.core.world.loads.items() if script.name == name)

    def do_loaded(self, names: list[str], options: Options) -> None:
        reads = []
        for text in options.get("reads", "").split(","):
            topic, _, start = text.partition(":")
            if topic:
                reads.append((topic, StartPoint.parse(start) if start else None))
        self.tell(fx.Loaded(self._load_op(names[0]), tuple(reads)))

    def do_unloadable(self, names: list[str], _options: Options) -> None:
        self.tell(fx.LoadFailed(self._load_op(names[0]), Failure(names[1], "no", "s.js:1:1")))

    def do_inspected(self, names: list[str], options: Options) -> None:
        lane = names[0]
        visible = int(options.pop("visible", self.core.world.visible_end(self.core.world.lanes[lane_of(lane)])))
        end, start = int(options.pop("end", visible)), int(options.pop("start", 0))
        young = options.pop("young", None)
        topic_id = options.pop("topic", "id").encode()
        owner = options.pop("owner", None)
        outputs = {}
        for key, text in options.items():
            found = [int(number) for number in text.split(":")]
            tail = (found[2], found[3]) if len(found) > 2 else None
            outputs[key] = fx.OutputFacts(b"out", found[0], found[1], tail)
        self.tell(
            fx.LaneInspected(
                self.op(lane), topic_id, start, end, visible, None if young is None else int(young), outputs,
                () if owner is None else (owner,),
            )
        )  # fmt: skip

    def do_read(self, names: list[str], options: Options) -> None:
        lane = self.core.world.lanes[lane_of(names[0])]
        visible = int(options.get("visible", self.core.world.visible_end(lane)))
        self.tell(fx.ChunkRead(lane.op, int(names[1]), visible))

    def do_lost(self, names: list[str], options: Options) -> None:
        self.tell(fx.ReadFailed(self.op(names[0]), "out of range", int(options["start"])))

    def do_done(self, names: list[str], options: Options) -> None:
        lane, end, *keys = names
        halted = None
        if "halted" in keys:
            keys.remove("halted")
            halted = Failure("thrown", "Error", "s.js:2:3", int(end))
        skipped = int(options.get("skipped", 0))
        sample = (Failure("thrown", "Error", "s.js:2:3", int(end) - 1),) if skipped else ()
        self.tell(
            fx.ChunkDone(self.op(lane), int(end), tuple(keys), records_skipped=skipped, skipped=sample, halted=halted)
        )

    def do_refused(self, names: list[str], _options: Options) -> None:
        self.tell(fx.ChunkRefused(self.op(names[0]), Failure("memory", "no room")))

    def do_ready(self, names: list[str], _options: Options) -> None:
        op, lane = self.op(names[0]), lane_of(names[0])
        for key in names[1:]:
            self.tell(fx.PartitionAdded(materialised_topic(lane.topic, key), lane.partition, 0))
        self.tell(fx.OutputsReady(op, dict.fromkeys(names[1:], (b"out", 0, 0))))

    def do_unready(self, names: list[str], _options: Options) -> None:
        self.tell(fx.OutputsRefused(self.op(names[0]), "cannot create it", "permanent" in names))

    def do_appended(self, names: list[str], options: Options) -> None:
        problem = "disk full" if "full" in names else None
        self.tell(fx.ChunkAppended(self.op(names[0]), {key: int(offset) for key, offset in options.items()}, problem))

    def do_visible(self, names: list[str], _options: Options) -> None:
        self.tell(fx.VisibleAdvanced(names[0], int(names[1]), int(names[2])))

    def do_durable(self, _names: list[str], _options: Options) -> None:
        ops, self.waiting = self.waiting, []
        self.durable_count = len(self.written)
        self.tell(*(fx.ProgressDurable(op) for op in ops))

    def do_undurable(self, _names: list[str], _options: Options) -> None:
        ops, self.waiting = self.waiting, []
        self.tell(*(fx.ProgressFailed(op, "disk full") for op in ops))

    def do_pause(self, names: list[str], _options: Options) -> None:
        self.tell(fx.PauseAsked(names[0]))

    def do_resume(self, names: list[str], _options: Options) -> None:
        self.tell(fx.ResumeAsked(names[0]))

    def do_refuse_tombstone(self, names: list[str], _options: Options) -> None:
        self.tell(fx.DeregisterRefused(names[0], "newer"))

    def do_wait(self, names: list[str], _options: Options) -> None:
        until_ms = self.now_ms + int(names[0])
        while (due := self.core.next_deadline_ms()) is not None and due <= until_ms:
            self.now_ms = max(self.now_ms, due)
            before = len(self.lines)
            self.tell(fx.Tick())
            self.lines[before:] = [f"+{self.now_ms}: {line}" for line in self.lines[before:]]
        self.now_ms = until_ms

    def do_stop(self, _names: list[str], _options: Options) -> None:
        self.tell(fx.StopAsked())
        self.say("settled" if self.core.settled else "not settled")

    def do_restart(self, _names: list[str], _options: Options) -> None:
        memory = ProgressMemory()
        del self.written[self.durable_count :]
        for key, value in self.written:
            memory.put(key, value)
        self.waiting = []
        self.core = Pacemaker(memory, LIMITS)

    def do_show(self, _names: list[str], _options: Options) -> None:
        world = self.core.world
        for name, script in sorted(world.scripts.items()):
            version = script.active.record.registry_offset if script.active else "-"
            words = [word for word, true in (("paused", script.memo.paused), ("stopped", script.memo.stopped)) if true]
            words += [f"deaths={script.deaths}"] if script.deaths else []
            words += [f"refused={script.refused.record.registry_offset}"] if script.refused is not None else []
            self.say(" ".join([f"{name} version={version}", *words]))
            for lane_id, lane in sorted(script.lanes.items()):
                tails = "".join(f" {key}:{progress}" for key, progress in sorted(lane.tails.items()))
                trouble = f" ({lane.blocked or lane.last_error})" if lane.blocked or lane.last_error else ""
                self.say(
                    f"  {name_of(lane_id)} {lane.phase.value} next={lane.next_offset} committed={lane.committed}"
                    f"{' tails' + tails if tails else ''}{trouble}"
                )
