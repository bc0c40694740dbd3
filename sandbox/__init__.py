"""Runs code that reads untrusted files in a process of its own, within limits that always hold."""
