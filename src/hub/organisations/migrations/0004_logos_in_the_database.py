import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0003_readable_colours'),
    ]

    operations = [
        migrations.CreateModel(
            name='Logo',
            fields=[
                ('digest', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('content', models.BinaryField()),
                ('content_type', models.CharField(max_length=10)),
            ],
        ),
        migrations.RemoveField(
            model_name='partnership',
            name='logo',
        ),
        migrations.AddField(
            model_name='partnership',
            name='logo',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='partnerships', to='organisations.logo'),
        ),
    ]
