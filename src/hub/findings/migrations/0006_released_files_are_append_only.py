from django.db import migrations

from hub.findings.releases.triggers import FILES


class Migration(migrations.Migration):
    dependencies = [("findings", "0005_releases_know_their_figures")]

    operations = [migrations.RunPython(FILES.put_up, FILES.take_down)]
