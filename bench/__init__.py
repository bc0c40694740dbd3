"""How fast it is, always beside a named floor in the same run. Start it with `make bench`."""
