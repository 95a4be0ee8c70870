from django.urls import path

from hub.programme.views import actions, building, measures, public, questions

app_name = "programme"

here = "<slug:partnership>/programmes/<slug:programme>/"

urlpatterns = [
    path("programme/", questions.show_work, name="show_work"),
    path("programme/new/", building.start_programme, name="start_programme"),
    path("programme/<int:pk>/build/", building.build_programme, name="build_programme"),
    path("programme/<int:pk>/change/", building.change_programme, name="change_programme"),
    path("programme/<int:pk>/publish/", building.publish_programme, name="publish_programme"),
    path("programme/<int:pk>/add/<slug:what>/", building.add_part, name="add_part"),
    path("programme/<int:pk>/sheet/", building.import_sheet, name="import_sheet"),
    path("programme/<int:pk>/sheet.csv", building.empty_sheet, name="empty_sheet"),
    path("programme/actions/<int:pk>/change/", building.change_action, name="change_action"),
    path("programme/actions/<int:pk>/", actions.read_action, name="read_action"),
    path("programme/actions/<int:pk>/report/", actions.report_progress, name="report_progress"),
    path("programme/actions/<int:pk>/still-true/", actions.say_still_true, name="say_still_true"),
    path("programme/actions/<int:pk>/updates/<int:update>/correct/", actions.correct_update, name="correct_update"),
    path("programme/actions/<int:pk>/see-differently/", actions.see_differently, name="see_differently"),
    path("programme/actions/<int:pk>/deputy/", actions.name_deputy, name="name_deputy"),
    path("programme/actions/<int:pk>/hand-over/", actions.hand_over, name="hand_over"),
    path("programme/actions/<int:pk>/help/", actions.ask_for_help, name="ask_for_help"),
    path("programme/actions/<int:pk>/question/", questions.ask_question, name="ask_question"),
    path("programme/actions/<int:pk>/measures/new/", measures.choose_measure, name="choose_measure"),
    path("programme/actions/<int:pk>/measures/new/<slug:kind>/", measures.add_measure, name="add_measure"),
    path("programme/measures/<int:pk>/reading/", measures.add_reading, name="add_reading"),
    path("programme/measures/<int:pk>/target/", measures.set_target, name="set_target"),
    path("programme/measures/<int:pk>/end/", measures.end_measure, name="end_measure"),
    path("programme/questions/", questions.list_questions, name="list_questions"),
    path("programme/questions/<int:pk>/", questions.read_question, name="read_question"),
    path("programme/questions/<int:pk>/reply/", questions.reply_to_question, name="reply_to_question"),
    path("programme/questions/<int:pk>/again/", questions.ask_again, name="ask_again"),
    path("programme/questions/<int:pk>/close/", questions.close_question, name="close_question"),
    path("<slug:partnership>/programmes/", public.list_programmes, name="list_programmes"),
    path(here, public.show_programme, name="show_programme"),
    path(here + "strands/<slug:strand>/", public.show_strand, name="show_strand"),
    path(here + "areas/<slug:area>/", public.show_area, name="show_area"),
    path(here + "areas/<slug:area>/actions/<slug:action>/", public.show_action, name="show_action"),
    path(here + "areas/<slug:area>/targets/<slug:target>/", public.show_target, name="show_target"),
    path(here + "actions/", public.list_actions, name="list_actions"),
    path(here + "targets/", public.list_targets, name="list_targets"),
    path(here + "outcomes/", public.list_outcomes, name="list_outcomes"),
    path(here + "people-at-work/", public.show_people_at_work, name="show_people_at_work"),
    path(here + "forums/<slug:forum>/", public.show_forum, name="show_forum"),
]
