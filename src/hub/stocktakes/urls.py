from django.urls import path

from hub.stocktakes.views import packs, public, writing

app_name = "stocktakes"

urlpatterns = [
    path("stocktakes/", writing.list_stocktakes, name="list_stocktakes"),
    path("stocktakes/of/<int:pk>/new/", writing.open_stocktake, name="open_stocktake"),
    path("stocktakes/<int:pk>/", writing.read_stocktake, name="read_stocktake"),
    path("stocktakes/<int:pk>/gather/", writing.gather_again, name="gather_again"),
    path("stocktakes/<int:pk>/parts/<slug:part>/", writing.write_part, name="write_part"),
    path("stocktakes/<int:pk>/preview/", writing.preview, name="preview"),
    path("stocktakes/<int:pk>/preview/<path:path>", writing.preview, name="preview_below"),
    path("stocktakes/<int:pk>/approve/", writing.approve, name="approve"),
    path("stocktakes/<int:pk>/retract/", writing.retract, name="retract"),
    path("stocktakes/<int:pk>/pack/", packs.pack_stocktake, name="pack_stocktake"),
    path("packs/of/<int:pk>/", packs.make_pack, name="make_pack"),
    path("packs/<int:pk>/", packs.read_pack, name="read_pack"),
    path("packs/<int:pk>/stop/", packs.stop_pack, name="stop_pack"),
    path("packs/<int:pk>/<slug:kind>/", packs.download, name="download"),
    path("<slug:partnership>/packs/template/", packs.change_template, name="change_template"),
    path("<slug:partnership>/stocktakes/", public.list_published, name="list_published"),
    path("<slug:partnership>/stocktakes/<slug:stocktake>/", public.show_stocktake, name="show_stocktake"),
    path("<slug:partnership>/stocktakes/<slug:stocktake>/<path:path>", public.show_stocktake, name="show_file"),
]
