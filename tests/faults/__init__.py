"""Faults: disks that are full or slow, connections that break, writers that wait."""
