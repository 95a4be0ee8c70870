from django.db import migrations

from hub.stocktakes.triggers import FROZEN


class Migration(migrations.Migration):
    dependencies = [("stocktakes", "0001_stocktakes_and_board_packs")]

    operations = [migrations.RunPython(FROZEN.put_up, FROZEN.take_down)]
