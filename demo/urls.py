from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:pk>/", views.outbox_message, name="outbox_message"),
    path("outbox/<int:pk>/letter.html", views.outbox_html, name="outbox_html"),
    path("outbox/attachments/<int:pk>/", views.outbox_attachment, name="outbox_attachment"),
    path("gallery/", views.gallery, name="gallery"),
]
