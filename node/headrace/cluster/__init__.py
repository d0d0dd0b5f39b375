"""The controller (group 0): topics, placement, configs, ids."""
