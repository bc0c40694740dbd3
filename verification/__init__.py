"""The verify page: checks badges of any issuer, step by step."""
