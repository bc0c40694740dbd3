"""Asking other servers, at addresses that a stranger typed."""
