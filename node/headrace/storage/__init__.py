"""One append-only log per partition on local disk."""
