"""The compacted topic that says which scripts run."""
