"""The JSON-LD contexts of the credentials that are written here."""

# The order matters. The third context defines the type of `credentialSchema`; without it, the type
# would be signed as a different IRI.
CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
)
