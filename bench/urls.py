from django.http import JsonResponse
from django.urls import path

from badgeproject.urls import urlpatterns as of_the_product
from issuing.models import Assertion


def bare(request, public_id):
    """The floor: one indexed SELECT and a JsonResponse, under the product's own middleware."""
    row = Assertion.objects.values("id", "recipient_name", "status", "salt").get(
        public_id=public_id
    )
    return JsonResponse(row)


urlpatterns = [path("bare/<uuid:public_id>", bare), *of_the_product]
