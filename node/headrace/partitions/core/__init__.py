"""Partition bookkeeping without I/O."""
