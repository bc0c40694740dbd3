import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/verify/", "/account/login/"])
def test_visitors_cannot_fill_the_disk_through_any_form(client, settings, address):
    settings.LARGEST_UPLOAD = 100_000
    file = SimpleUploadedFile("badge.png", b"0" * 100_001, content_type="image/png")

    response = client.post(address, {"file": file})

    assert response.status_code == 413
    assert "That was too large" in response.content.decode()
