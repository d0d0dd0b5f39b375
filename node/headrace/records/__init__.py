"""Kafka record batches as bytes and as objects. No I/O."""
