from django.urls import path

from verification import code_views, recipient_views, views

app_name = "verification"
urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("verify/recipient/", recipient_views.compare, name="recipient"),
    path("verify.json", views.verify, {"as_json": True}, name="verify_json"),
    path("v/", code_views.enter_code, name="code_ask"),
    path("v/<str:typed>", code_views.open_code, name="code"),
]
