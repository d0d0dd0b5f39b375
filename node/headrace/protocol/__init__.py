"""The Kafka wire protocol: bytes to dataclasses and back. No sockets."""
