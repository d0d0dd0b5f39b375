"""HTTP for probes, metrics and reports."""
