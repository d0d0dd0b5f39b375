"""What the CLI needs to talk to a cluster from outside."""
