from django.db import migrations

from hub.findings.releases.triggers import LINES


class Migration(migrations.Migration):
    dependencies = [("findings", "0002_releases_with_a_ledger")]

    operations = [migrations.RunPython(LINES.put_up, LINES.take_down)]
