"""The benchmark (`make bench`). It compares each figure with a baseline from the same run."""
