from django.db import migrations, models


def those_about_actions_do_not_stand_alone(apps, schema_editor):
    decisions = apps.get_model("programme", "Decision").objects.using(schema_editor.connection.alias)
    decisions.filter(commitment__programme_action__isnull=False).update(stands_alone=False)


class Migration(migrations.Migration):
    dependencies = [("programme", "0003_changes_that_stay_in_sight")]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="stands_alone",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.RunPython(those_about_actions_do_not_stand_alone, migrations.RunPython.noop),
    ]
