"""Leaf helpers that know nothing of Kafka: errors, clock, limits, tasks, metrics, logs."""
