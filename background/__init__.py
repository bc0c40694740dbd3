"""Work that waits for the commit and is done by a worker."""
