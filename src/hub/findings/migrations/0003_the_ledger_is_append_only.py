from django.db import migrations

from hub.findings.releases.triggers import put_up, take_down


class Migration(migrations.Migration):
    dependencies = [("findings", "0002_releases_with_a_ledger")]

    operations = [migrations.RunPython(put_up, take_down)]
