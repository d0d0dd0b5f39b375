"""Deterministic group state machine."""
