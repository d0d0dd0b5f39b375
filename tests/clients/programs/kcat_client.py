"""The client matrix, spoken by kcat (Debian's librdkafka 2.0). See ../README.md.

kcat creates topics only by producing to them and has no admin commands, so what it cannot do is left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

bootstrap, prefix, dollar_topic = sys.argv[1:4]
topic, group = f"{prefix}-t", f"{prefix}-g"
out: dict[str, object] = {}


def kcat(*arguments: str, text: str | None = None, seconds: float = 40) -> str:
    command = ["kcat", "-b", bootstrap, *arguments]
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=seconds, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def topics() -> dict[str, int]:
    listed = json.loads(kcat("-L", "-J"))["topics"]
    return {item["topic"]: len(item["partitions"]) for item in listed}


def read_in_group(count: int) -> list[str]:
    more = ["-X", "auto.offset.reset=earliest", "-X", "enable.auto.commit=true", "-q", "-c", str(count)]
    return kcat("-G", group, *more, "-f", "%k|%s|%h\\n", topic).splitlines()


kcat("-P", "-t", topic, "-p", "0", "-K", ":", text="key x:first\n")  # creates the topic
deadline = time.monotonic() + 20
while topic not in topics() and time.monotonic() < deadline:
    time.sleep(0.05)
out["partitions"] = topics()[topic]
for partition in range(2):
    lines = "".join(f"key {i}:value {i}\n" for i in range(100) if i % 2 == partition)
    flags = ["-H", "n=1", "-z", "snappy", "-X", "enable.idempotence=true"]
    kcat("-P", "-t", topic, "-p", str(partition), "-K", ":", *flags, text=lines)


def offset_at(partition: int, timestamp: int) -> int:
    return int(kcat("-Q", "-t", f"{topic}:{partition}:{timestamp}").split()[-1])


out["offsets"] = [sum(offset_at(partition, when) for partition in range(2)) for when in (-2, -1)]
seen = read_in_group(40)
rest = read_in_group(61)
wanted = ["key x|first|", *(f"key {i}|value {i}|n=1" for i in range(100))]
out["resumed"] = sorted(seen + rest) == sorted(wanted)
out["headers"] = all(line.endswith("|n=1") for line in seen + rest if "value" in line)
one = kcat("-C", "-t", topic, "-p", "0", "-o", "1", "-c", "1", "-e", "-q", "-f", "%k=%s")
out["from an offset"] = one

if dollar_topic != "-":
    read = kcat("-C", "-t", dollar_topic, "-o", "beginning", "-e", "-q", "-f", "%s\\n")
    out["dollar"] = sorted(read.splitlines())
print(json.dumps(out))
