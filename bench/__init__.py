"""Benchmarks beside Apache Kafka: `python -m bench` (or `make bench`). See `bench/README.md`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "harness"))
