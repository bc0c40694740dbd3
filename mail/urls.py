from django.urls import path

from mail import views

app_name = "mail"
urlpatterns = [path("no-more/<str:token>/", views.stop, name="unsubscribe")]
