from django.urls import path

from hub.toolkit import views

app_name = "toolkit"

toolkit = "<slug:partnership>/toolkit/"
edition = toolkit + "<slug:chapter>/<int:number>/"

urlpatterns = [
    path(toolkit, views.read_toolkit, name="read_toolkit"),
    path(toolkit + "feedback/", views.see_my_feedback, name="see_my_feedback"),
    path(toolkit + "feedback/<int:pk>/reply/", views.reply_to_feedback, name="reply_to_feedback"),
    path(toolkit + "<slug:chapter>/feedback/", views.see_feedback, name="see_feedback"),
    path(toolkit + "<slug:chapter>/changes/<int:older>/<int:newer>/", views.see_changes, name="see_changes"),
    path(edition, views.read_chapter, name="read_chapter"),
    path(edition + "print/", views.print_chapter, name="print_chapter"),
    path(edition + "<str:section>/", views.read_section, name="read_section"),
    path(edition + "<str:section>/<slug:key>/feedback/", views.give_feedback, name="give_feedback"),
]
