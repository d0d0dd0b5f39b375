"""The running node: wiring and lifecycle."""
