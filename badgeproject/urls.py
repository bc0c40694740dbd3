from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from badgeproject import site
from badgeproject.health import healthz
from badgeproject.metrics import metrics

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
    path("", include("mailings.urls")),
    path("", include("privacy.urls")),
    path("", include("reporting.urls")),
    path("", include("office.urls")),
    path("", include("program.urls")),
    path("", include("accounts.urls")),
    path("account/", include("mail.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/second-step/", include("allauth.mfa.urls")),
    # No token, so that no page needs a cookie. Another site could switch the language at most.
    path("language/setlang/", csrf_exempt(set_language), name="set_language"),
    path("operator/", admin.site.urls),
    path("robots.txt", site.robots_txt),
    path("favicon.ico", site.favicon),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
]

if settings.DEMO:
    urlpatterns.insert(0, path("demo/", include("demo.urls")))

handler400 = "badgeproject.errors.bad_request"
handler500 = "badgeproject.errors.server_error"
