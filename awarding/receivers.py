from django.dispatch import receiver

from awarding.pathways import operations as pathways
from catalog.signals import pathway_changed, pathway_resumed
from issuing.signals import assertions_issued


@receiver(assertions_issued)
def count_them_for_pathways(sender, assertions, **kwargs):
    pathways.make_count_due(assertions)


@receiver([pathway_changed, pathway_resumed])
def look_for_people_who_hold_every_step(sender, pathway, **kwargs):
    pathways.make_sweep_due(pathway)
