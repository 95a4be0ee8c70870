from django.db import migrations


def count_those_who_speak_it_as_a_group(apps, schema_editor):
    database = schema_editor.connection.alias
    spoken = apps.get_model("programme", "AtWork").objects.using(database).exclude(language="")
    measures = apps.get_model("commitments", "Measure").objects.using(database)
    measures.filter(pk__in=spoken.values("measure")).update(counting="a_group")


class Migration(migrations.Migration):
    dependencies = [("programme", "0005_parts_that_keep_their_words")]

    operations = [migrations.RunPython(count_those_who_speak_it_as_a_group, migrations.RunPython.noop)]
