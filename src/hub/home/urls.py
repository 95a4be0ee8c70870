from django.urls import path

from hub.home.views import rounds, year

app_name = "home"

here = "our-year/<slug:partnership>/<slug:organisation>/"

urlpatterns = [
    path("our-year/", year.choose_year, name="choose_year"),
    path(here, year.show_year, name="show_year"),
    path(here + "<slug:unit>/", year.show_year, name="show_year"),
    path("stuck/<int:pk>/", year.say_stuck, name="say_stuck"),
    path("board/<slug:partnership>/", year.show_board, name="show_board"),
    path("commissioners/<slug:partnership>/", year.show_commissioner, name="show_commissioner"),
    path("rounds/", rounds.list_rounds, name="list_rounds"),
    path("rounds/new/", rounds.open_round, name="open_round"),
    path("rounds/<int:pk>/", rounds.show_round, name="show_round"),
    path("rounds/<int:pk>/invite/", rounds.invite_organisations, name="invite_organisations"),
    path("rounds/<int:pk>/extend/", rounds.extend_round, name="extend_round"),
    path("rounds/<int:pk>/nudge/", rounds.nudge_everybody, name="nudge_everybody"),
    path("rounds/<int:pk>/close/", rounds.close_round, name="close_round"),
    path("rounds/<int:pk>/list.csv", rounds.export_round, name="export_round"),
    path("rounds/lists/<int:pk>/take-back/", rounds.take_back_list, name="take_back_list"),
    path("rounds/places/<int:pk>/extend/", rounds.extend_place, name="extend_place"),
    path("rounds/places/<int:pk>/nudge/", rounds.nudge_place, name="nudge_place"),
    path("rounds/notes/<int:pk>/settle/", rounds.settle_note, name="settle_note"),
]
