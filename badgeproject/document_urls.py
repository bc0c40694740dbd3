"""The addresses that software asks for, answered before the middleware of pages (`short_way`).

All of them are addresses of `urls`, too: what is unusual about a request is answered there.
"""

from django.urls import include, path

from catalog.urls import pictures
from issuing.urls import cards, documents, unknown_documents

# The most requested ones first.
urlpatterns = [
    path("", include((documents, "issuing"))),
    path("", include((pictures, "catalog"))),
    path("", include((cards, "issuing"))),
    path("", include((unknown_documents, "issuing"))),
]
