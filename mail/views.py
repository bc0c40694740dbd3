"""Pages for people who get our emails and never signed up."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mail import operations as mail
from mail import unsubscribe


@csrf_exempt  # the signed link is the permission, and mail programs post without a page (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request, token):
    """Unsubscribe an address that has no account. The answer is the same if it has one.

    Opening the link changes nothing, because mail scanners open every link.
    """
    email = unsubscribe.email_from_token(token)
    if email is None:
        raise Http404
    if request.method == "POST":
        mail.stop_emails_to(email.to)
    response = render(request, "mail/unsubscribe.html", {"done": request.method == "POST"})
    response["Cache-Control"] = "no-store"
    return response
