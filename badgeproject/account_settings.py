"""Accounts and sign-in: django.contrib.auth and allauth. `settings.py` includes them."""

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.ModelBackend",
    "accounts.backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "request_login_code": "accounts.sign_in.forms.AskForCodeForm",
    "confirm_login_code": "accounts.sign_in.forms.MailedCodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
# Only in the browser that signed up, and only once.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 8
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Computers in staff rooms are shared and left signed in, so adding an address asks for the
# password again, at most every 15 minutes.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# The link of the email always lets its owner in: wrong tries of others may keep passwords out.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
# A whole school shares one IP address, and on a training day sixty people sign up at once, so the
# limits per network are high. Nothing is limited by an address alone, because a stranger could use
# that up. Wrong passwords: accounts/sign_in_limits.py; emails: accounts/adapter.py.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "",
    "signup": "200/m/ip",
    "reset_password": "100/m/ip",
    "reset_password_from_key": "100/m/ip",
    "request_login_code": "100/m/ip",
    "confirm_email": "",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "office:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "catalog:home"

# A code in an email signs in, too: for people who were invited or forgot their password, and when
# an agency's own sign-in is down. Wrong codes are counted as wrong passwords are.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True

# The second step when signing in, and passkeys, which are both steps at once.
MFA_ADAPTER = "accounts.sign_in.second_step_adapter.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # telephones whose clocks are half a minute off
MFA_RATE_LIMITS = {"webauthn_login": "100/m/ip"}
MFA_FORMS = {
    "authenticate": "accounts.sign_in.forms.SecondStepForm",
    "reauthenticate": "accounts.sign_in.forms.SecondStepAgainForm",
    "add_webauthn": "accounts.sign_in.forms.PasskeyForm",
    "edit_webauthn": "accounts.sign_in.forms.PasskeyNameForm",
    "activate_totp": "accounts.sign_in.forms.AppCodeForm",
}
