from django.http import JsonResponse
from django.urls import path

from badgeproject.urls import urlpatterns as product_urlpatterns
from issuing.models import Assertion


def bare(request, public_id):
    """The baseline: one indexed SELECT and a JsonResponse, with the product's middleware."""
    row = Assertion.objects.values("id", "recipient_name", "status", "salt").get(
        public_id=public_id
    )
    return JsonResponse(row)


urlpatterns = [path("bare/<uuid:public_id>", bare), *product_urlpatterns]
