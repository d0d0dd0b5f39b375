"""A partition as the Kafka layer sees it."""
