"""Pages for people who get our e-mail and never signed up."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mail import operations as mail
from mail import unsubscribe


@csrf_exempt  # the link itself is the right to do it, and mailboxes press it without a page
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request, token):
    """No more letters to an address that never asked for any. It says nothing about who is here.

    Opening the link changes nothing: programs that look through letters open every link.
    """
    letter = unsubscribe.letter_of(token)
    if letter is None:
        raise Http404
    if request.method == "POST":
        mail.refuse_mail(letter.to)
    response = render(request, "mail/unsubscribe.html", {"done": request.method == "POST"})
    response["Cache-Control"] = "no-store"
    return response
