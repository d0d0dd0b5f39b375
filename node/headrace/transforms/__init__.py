"""Scripts over partitions: registry, pacemaker, engines."""
