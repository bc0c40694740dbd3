"""HTTP requests to URLs from untrusted input."""
