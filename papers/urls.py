from django.urls import path

from papers import views

app_name = "papers"
urlpatterns = [
    path("awards/<uuid:public_id>/certificate.pdf", views.certificate, name="certificate"),
    path("awards/<uuid:public_id>/wallet-card.pdf", views.card, name="wallet_card"),
    path("my-badges/transcript.pdf", views.transcript, name="transcript"),
]
