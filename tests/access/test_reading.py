"""What the tests of privacy can read of an answer."""

from base64 import urlsafe_b64encode

from tests.access.reading import readable


def test_the_parts_of_a_jwt_are_read_and_random_tokens_are_not():
    words = '{"name": "José Núñez, who earned it"}'
    part = urlsafe_b64encode(words.encode()).rstrip(b"=")
    token = b'"eyJ' + b"_9-x" * 8 + b'"'

    assert "José Núñez" in readable(b"header." + part + b".signature")
    assert readable(token) == token.decode()
