from django.urls import path

from hub.pledges.views import asks, measures, pledges, results, sharing, updates

app_name = "pledges"

urlpatterns = [
    path("pledges/", pledges.read_pledges, name="read_pledges"),
    path("pledges/new/", pledges.make_pledge, name="make_pledge"),
    path("pledges/<int:pk>/", pledges.read_pledge, name="read_pledge"),
    path("pledges/<int:pk>/change/", pledges.change_pledge, name="change_pledge"),
    path("pledges/<int:pk>/hand-over/", pledges.hand_over_pledge, name="hand_over"),
    path("pledges/<int:pk>/carry-on/", pledges.carry_on, name="carry_on"),
    path("pledges/<int:pk>/sharing/", sharing.choose_sharing, name="choose_sharing"),
    path("pledges/<int:pk>/publish/", sharing.publish, name="publish"),
    path("pledges/<int:pk>/ready/", sharing.ask_approvers, name="ask_approvers"),
    path("pledges/<int:pk>/update/", updates.report_progress, name="report_progress"),
    path("pledges/<int:pk>/updates/<int:update>/correct/", updates.correct_update, name="correct_update"),
    path("pledges/<int:pk>/updates/<int:update>/take-out/", updates.erase_words, name="erase_words"),
    path("pledges/<int:pk>/measures/new/", measures.choose_measure, name="choose_measure"),
    path("pledges/<int:pk>/measures/new/<slug:kind>/", measures.add_measure, name="add_measure"),
    path("pledges/<int:pk>/measures/<int:measure>/target/", measures.set_target, name="set_target"),
    path("pledges/<int:pk>/measures/<int:measure>/direction/", measures.turn_measure, name="turn_measure"),
    path("pledges/<int:pk>/measures/<int:measure>/reading/", measures.add_reading, name="add_reading"),
    path("pledges/<int:pk>/measures/<int:measure>/end/", measures.end_measure, name="end_measure"),
    path(
        "pledges/<int:pk>/measures/<int:measure>/readings/<int:reading>/correct/",
        measures.correct_reading,
        name="correct_reading",
    ),
    path("pledges/<int:pk>/ask/", asks.ask_about_pledge, name="ask_about_pledge"),
    path("asks/", asks.read_asks, name="read_asks"),
    path("asks/new/", asks.make_ask, name="make_ask"),
    path("asks/<int:pk>/", asks.read_ask, name="read_ask"),
    path("asks/<int:pk>/offer/", asks.offer_help, name="offer_help"),
    path("asks/<int:pk>/close/", asks.close_ask, name="close_ask"),
    path("asks/offers/<int:pk>/<slug:step>/", asks.take_step, name="take_step"),
    path("assessments/<int:pk>/results/", results.read_results, name="read_results"),
]
