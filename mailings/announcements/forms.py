from django import forms

from accounts.models import User
from accounts.one_line import OneLineField
from editing.forms import EditFormMixin
from mailings.models import Announcement, MailingList


class AnnouncementForm(EditFormMixin, forms.ModelForm):
    class Meta:
        model = Announcement
        fields = ["mailing_list", "subject", "subject_es", "body", "body_es"]
        field_classes = dict.fromkeys(["subject", "subject_es"], OneLineField)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        coordinated = MailingList.objects.coordinated_by(user)
        self.fields["mailing_list"].queryset = coordinated
        if not self.instance.pk and (first := coordinated.first()):
            self.initial.setdefault("mailing_list", first.pk)
