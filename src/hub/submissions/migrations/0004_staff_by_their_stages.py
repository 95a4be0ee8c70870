from django.db import migrations

OF_STAFF = ["staff", "shortlisted", "appointed", "disciplined", "trained"]


def say_whom_they_are_about(apps, schema_editor):
    """Files that were about staff before a submission said so."""
    submissions = apps.get_model("submissions", "Submission").objects
    about_staff = apps.get_model("submissions", "Total").objects.filter(stage__in=OF_STAFF).values("submission")
    submissions.filter(pk__in=about_staff).update(people="staff")


class Migration(migrations.Migration):
    dependencies = [("submissions", "0003_staff_as_well")]

    operations = [migrations.RunPython(say_whom_they_are_about, migrations.RunPython.noop, elidable=True)]
