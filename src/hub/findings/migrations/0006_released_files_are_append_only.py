from django.db import migrations

from hub.findings.releases.triggers import RELEASED


class Migration(migrations.Migration):
    dependencies = [("findings", "0005_releases_know_their_figures")]

    operations = [migrations.RunPython(RELEASED.put_up, RELEASED.take_down)]
