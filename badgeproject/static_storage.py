"""Collected static files: one stylesheet instead of sixty, then names with hashes, compressed."""

from __future__ import annotations

from collections.abc import Iterator

import lightningcss
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLESHEET = "css/app.css"


class BundledStaticFiles(CompressedManifestStaticFilesStorage):
    """In the sources, `app.css` imports all others. A browser would ask for each of them."""

    def post_process(self, paths: dict, dry_run: bool = False, **options) -> Iterator:
        # The sheet is bundled from the sources, so a second collection finds the same.
        if STYLESHEET in paths and not dry_run:
            bundle = lightningcss.bundle_css(finders.find(STYLESHEET), minify=True)
            self.delete(STYLESHEET)
            self._save(STYLESHEET, ContentFile(bundle.encode()))
            paths = {**paths, STYLESHEET: (self, STYLESHEET)}
        yield from super().post_process(paths, dry_run, **options)
