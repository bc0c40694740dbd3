from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from badgeproject import site
from badgeproject.health import healthz

# Operators sign in like everybody, within the same limits.
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("", include("catalog.urls")),
    path("", include("submissions.urls")),
    path("", include("reviewing.urls")),
    path("", include("issuing.urls")),
    path("", include("verification.urls")),
    path("", include("papers.urls")),
    path("", include("awarding.urls")),
    path("", include("rewards.urls")),
    path("", include("reporting.urls")),
    path("", include("accounts.urls")),
    path("account/", include("mail.urls")),
    path("account/", include("allauth.account.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("operator/", admin.site.urls),
    path("robots.txt", site.robots_txt),
    path("favicon.ico", site.favicon),
    path("healthz", healthz, name="healthz"),
]

if settings.DEMO:
    urlpatterns.insert(0, path("demo/", include("demo.urls")))

handler400 = "badgeproject.errors.bad_request"
handler500 = "badgeproject.errors.server_error"
