from django.urls import path

from hub.assessments.views import answering, contribute, people, voices, year

app_name = "assessments"

urlpatterns = [
    path("assessments/", year.my_assessments, name="my_assessments"),
    path("assessments/start/", year.start, name="start"),
    path("assessments/begin/<int:place>/", year.begin, name="begin"),
    path("assessments/<int:pk>/", answering.task_list, name="task_list"),
    path("assessments/<int:pk>/pages/<int:section>/", answering.section, name="section"),
    path("assessments/<int:pk>/pages/<int:section>/heard/", answering.save_heard, name="save_heard"),
    path("assessments/<int:pk>/pages/<int:section>/here/", answering.who_is_here, name="who_is_here"),
    path("assessments/<int:pk>/statements/<int:statement>/", answering.save_answer, name="save_answer"),
    path("assessments/<int:pk>/statements/<int:statement>/history/", answering.history, name="history"),
    path("assessments/<int:pk>/answers/<int:answer>/take-out/", answering.erase_words, name="erase_words"),
    path("assessments/<int:pk>/two-texts/<int:set_aside>/", answering.settle, name="settle"),
    path("assessments/<int:pk>/print/", answering.workbook, name="workbook"),
    path("assessments/<int:pk>/sign-off/", year.sign_off, name="sign_off"),
    path("assessments/<int:pk>/approve/", year.approve, name="approve"),
    path("assessments/<int:pk>/reopen/", year.reopen, name="reopen"),
    path("assessments/<int:pk>/sharing/", year.sharing, name="sharing"),
    path("assessments/<int:pk>/carry-on/", year.carry_on, name="carry_on"),
    path("assessments/<int:pk>/people/", people.invite_colleague, name="invite_colleague"),
    path("assessments/<int:pk>/people/<int:role>/end/", people.end_role, name="end_role"),
    path(
        "assessments/<int:pk>/people/invitations/<int:invitation>/take-back/",
        people.take_back_invitation,
        name="take_back_invitation",
    ),
    path(
        "assessments/<int:pk>/people/invitations/<int:invitation>/send-again/",
        people.send_again,
        name="send_again",
    ),
    path("assessments/<int:pk>/statements/<int:statement>/share/", people.share_practice, name="share_practice"),
    path("assessments/<int:pk>/practices/<int:practice>/withdraw/", people.withdraw_practice, name="withdraw_practice"),
    path("assessments/<int:pk>/statements/<int:statement>/voices/", voices.voices_at, name="voices_at"),
    path("assessments/<int:pk>/voices/", voices.share_voices, name="share_voices"),
    path("assessments/<int:pk>/voices/<int:voice>/erase/", voices.erase_voice, name="erase_voice"),
    path("assessments/<int:pk>/links/", voices.links, name="links"),
    path("assessments/<int:pk>/links/new/", voices.make_link, name="make_link"),
    path("assessments/<int:pk>/links/<int:link>/revoke/", voices.revoke_link, name="revoke_link"),
    path("assessments/<int:pk>/people/<int:contributor>/erase/", voices.erase_contributor, name="erase_contributor"),
    path("voices/<str:token>/", contribute.contribute, name="contribute"),
    path("voices/<str:token>/thanks/", contribute.thanks, name="contribute_thanks"),
    path("voices/<str:token>/erase/", contribute.erase_own, name="erase_own"),
    path("voices/<str:token>/afresh/", contribute.start_afresh, name="start_afresh"),
]
