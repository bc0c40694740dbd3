"""Does this badge hold? Anybody's badge, answered step by step."""
