"""The first visit of the home page leads to the set-up."""

from django.shortcuts import redirect

from accounts.set_up.gate import leads_to_set_up


def lead_to_set_up(get_response):
    def middleware(request):
        if request.path_info == "/" and leads_to_set_up():
            return redirect("office:set_up")
        return get_response(request)

    return middleware
