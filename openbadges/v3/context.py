"""What the names in a credential mean."""

# In this order. The third defines the schema's type; without it that name would be signed as an
# address that nobody meant.
CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
)
