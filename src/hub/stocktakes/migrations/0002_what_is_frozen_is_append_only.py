from django.db import migrations

from hub.stocktakes.triggers import FILES


class Migration(migrations.Migration):
    dependencies = [("stocktakes", "0001_stocktakes_and_board_packs")]

    operations = [migrations.RunPython(FILES.put_up, FILES.take_down)]
