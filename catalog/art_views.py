"""The art of badges. Other sites may embed it, because badges are shown and verified there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404

from audit.file_storage import NotStored
from catalog.images import thumbnail
from catalog.models import BadgeVersion
from catalog.permissions import can_manage
from postgres.prebuilt_query import PrebuiltQuery
from serving.documents import public_document, unchanged_response

ART_WIDTHS = {"96", "192", "288", "400", "600"}  # pixels
FOR_GOOD = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "private, no-cache"
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

# The image, the SVG, and whether they are published, which neither ever is again otherwise.
_ART = PrebuiltQuery(
    lambda id: (
        BadgeVersion.objects.order_by()
        .filter(public_id=id)
        .values_list("image", "vector", "published_at")
    )
)


def _draft_art(request, public_id):
    return _png(request, _of_draft(request, public_id, "image"), ASK_EACH_TIME)


def _draft_copy(request, public_id, width):
    return _webp(request, _of_draft(request, public_id, "image"), width, ASK_EACH_TIME)


def _draft_vector(request, public_id):
    return _svg(request, _of_draft(request, public_id, "vector"), ASK_EACH_TIME)


@public_document(otherwise=_draft_art)
def art(request, public_id):
    """A version's art as PNG, in one of ART_WIDTHS or, without `w`, as it was uploaded."""
    image, _vector, published = _ART.row(public_id) or ("", "", None)
    return _png(request, image, FOR_GOOD) if image and published else None


@public_document(otherwise=_draft_copy)
def art_copy(request, public_id, width):
    """A version's art for pages of this site: WebP, in one of ART_WIDTHS."""
    image, _vector, published = _ART.row(public_id) or ("", "", None)
    return _webp(request, image, width, FOR_GOOD) if image and published else None


@public_document(otherwise=_draft_vector)
def vector(request, public_id):
    """The art as SVG, for versions that have one."""
    _image, vector, published = _ART.row(public_id) or ("", "", None)
    return _svg(request, vector, FOR_GOOD) if vector and published else None


def _of_draft(request, public_id, field: str) -> str:
    """The name of the stored file of a draft, which is for its coordinators."""
    versions = BadgeVersion.objects.select_related("badge_class__issuer__agency")
    version = get_object_or_404(versions.exclude(**{field: ""}), public_id=public_id)
    if not can_manage(request.user, version.badge_class):
        raise Http404
    return getattr(version, field).name


def _png(request, name: str, caching: str):
    width = request.GET.get("w", "")
    if width and width not in ART_WIDTHS:
        raise Http404
    return _copy(request, name, width, "png", caching)


def _webp(request, name: str, width: int, caching: str):
    if str(width) not in ART_WIDTHS:
        raise Http404
    return _copy(request, name, str(width), "webp", caching)


def _copy(request, name: str, width: str, kind: str, caching: str):
    """The art as it was uploaded if `width` is empty."""
    etag = f'"{name.rpartition("/")[2]}-{width or "full"}-{kind}"'
    return _file_response(
        request,
        etag,
        lambda: _open_art(name, width, kind),
        caching,
        content_type=f"image/{kind}",
    )


def _svg(request, name: str, caching: str):
    etag = f'"{name.rpartition("/")[2]}"'
    response = _file_response(
        request, etag, lambda: _open_art(name), caching, content_type="image/svg+xml"
    )
    # It was cleaned on upload; the sandbox is a second protection if it is opened directly.
    response["Content-Security-Policy"] = SVG_POLICY
    return response


def _file_response(
    request, etag: str, open_file: Callable[[], File], caching: str, *, content_type
):
    response = unchanged_response(request, etag)
    if response is None:
        response = FileResponse(open_file(), content_type=content_type)
    response["ETag"] = etag
    response["Cache-Control"] = caching
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _open_art(name: str, width: str = "", kind: str = "png") -> File:
    """The stored file, or a smaller copy, which is made on first request and then stored, too."""
    try:
        if not width:
            return default_storage.open(name)
        small_name = f"{name.removesuffix('.png')}-{width}.{kind}"
        if not default_storage.exists(small_name):
            with default_storage.open(name) as file:
                small = thumbnail(file.read(), int(width), kind)
            # Another request may have stored the same copy meanwhile.
            if not default_storage.exists(small_name):
                with suppress(NotStored):
                    default_storage.save(small_name, ContentFile(small))
            return ContentFile(small)
        return default_storage.open(small_name)
    except FileNotFoundError as missing:
        raise Http404 from missing
