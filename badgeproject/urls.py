from allauth.account.decorators import secure_admin_login
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as passkey_views
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from accounts.addresses import views as address_views
from accounts.sign_in.views import tells_at_once
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
    # Before allauth's own, which they wrap.
    path("account/email/", address_views.own, name="account_email"),
    path(
        "account/second-step/totp/activate/",
        tells_at_once(totp_views.activate_totp),
        name="mfa_activate_totp",
    ),
    path(
        "account/second-step/totp/deactivate/",
        tells_at_once(totp_views.deactivate_totp),
        name="mfa_deactivate_totp",
    ),
    path(
        "account/second-step/recovery-codes/generate/",
        tells_at_once(recovery_views.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/second-step/webauthn/add/",
        tells_at_once(passkey_views.add_webauthn),
        name="mfa_add_webauthn",
    ),
    path(
        "account/second-step/webauthn/keys/<int:pk>/remove/",
        tells_at_once(passkey_views.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
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
