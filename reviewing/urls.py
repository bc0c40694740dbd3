from django.urls import path

from reviewing import views

app_name = "reviewing"
urlpatterns = [
    path("reviews/", views.queue, name="queue"),
    path("reviews/done/", views.done, name="done"),
    path("reviews/next/", views.take_next, name="take_next"),
    path("reviews/<uuid:public_id>/claim/", views.claim, name="claim"),
    path("reviews/<int:pk>/", views.review, name="review"),
    path("reviews/<int:pk>/send/", views.send, name="send"),
    path("reviews/<int:pk>/decline/", views.decline, name="decline"),
    path("reviews/<int:pk>/release/", views.release, name="release"),
]
