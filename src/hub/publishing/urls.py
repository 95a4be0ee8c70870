from django.urls import path

from hub.publishing import views

app_name = "publishing"

urlpatterns = [
    path("", views.show_front, name="show_front"),
    path("open-data/", views.show_open_data, name="show_open_data"),
    path("open-data/programme.json", views.download_programmes, name="download_programmes"),
    path("open-data/programme.schema.json", views.describe_programmes, name="describe_programmes"),
    path("open-data/<slug:partnership>/datapackage.json", views.describe_package, name="describe_package"),
    path("open-data/<slug:partnership>/csv-metadata.json", views.describe_csvw, name="describe_csvw"),
    path("open-data/<slug:partnership>/<slug:table>.csv", views.download_csv, name="download_csv"),
    path("open-data/<slug:partnership>/<slug:table>.json", views.download_json, name="download_json"),
    path("open-data/<slug:partnership>/<slug:table>.schema.json", views.describe_table, name="describe_table"),
    path("open-data/finding.schema.json", views.describe_finding, name="describe_finding"),
    path("<slug:partnership>/findings/", views.list_findings, name="list_findings"),
    path("<slug:partnership>/findings/<uuid:public_id>/", views.show_finding, name="show_finding"),
    path(
        "<slug:partnership>/findings/<uuid:public_id>/table.csv",
        views.download_finding_csv,
        name="download_finding_csv",
    ),
    path(
        "<slug:partnership>/findings/<uuid:public_id>/finding.json",
        views.download_finding_json,
        name="download_finding_json",
    ),
    path("<slug:partnership>/", views.show_partnership, name="show_partnership"),
    path("<slug:partnership>/pledges/", views.list_pledges, name="list_pledges"),
    path("<slug:partnership>/pledges/<uuid:public_id>/", views.show_pledge, name="show_pledge"),
    path("<slug:partnership>/organisations/", views.list_organisations, name="list_organisations"),
    path("<slug:partnership>/organisations/<slug:organisation>/", views.show_organisation, name="show_organisation"),
    path("<slug:partnership>/practices/", views.list_practices, name="list_practices"),
]
