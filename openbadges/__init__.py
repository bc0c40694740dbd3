"""Open Badges documents, proofs and baked images: pure functions without Django."""
