"""Deterministic controller state: commands in, tables out."""
