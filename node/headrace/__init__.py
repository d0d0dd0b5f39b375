"""Headrace: Kafka-API streaming with transforms that run where the data lies."""
