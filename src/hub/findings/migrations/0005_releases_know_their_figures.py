import json

from django.db import migrations, models
from django.db.models import Q


def fill(apps, schema_editor):
    """The ledger has the seal of the figures of whatever was made safe before."""
    lines = apps.get_model("findings", "LedgerLine").objects
    for release in apps.get_model("findings", "Release").objects.exclude(ledger_names=""):
        first = release.ledger_names.split(",")[0]
        for line in lines.filter(partnership=release.partnership_id, line__contains=first).values_list(
            "line", flat=True
        ):
            record = json.loads(line)
            if record.get("id") == first:
                release.made_from = record.get("input", "")
                release.save(update_fields=["made_from"])


class Migration(migrations.Migration):
    dependencies = [("findings", "0004_services_and_characteristics_together")]

    operations = [
        migrations.AddField("release", "tries", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("release", "made_from", models.CharField(blank=True, max_length=64)),
        migrations.AddField("release", "ended_because", models.CharField(blank=True, max_length=300)),
        migrations.AddField(
            "release",
            "told_at",
            models.DateTimeField(blank=True, null=True, verbose_name="when its service was told of other figures"),
        ),
        migrations.RemoveConstraint("release", "a_refusal_ends_a_release"),
        migrations.AddConstraint(
            "release",
            models.CheckConstraint(
                condition=Q(refused_because="", ended_because="") | Q(ended_at__isnull=False),
                name="a_refusal_ends_a_release",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
