from django.db import migrations

from hub.audit.triggers import ENTRIES


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(ENTRIES.put_up, ENTRIES.take_down)]
