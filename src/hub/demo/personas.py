"""The people one can be in the demonstration. They are made up, and so are their names."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from hub.organisations.models import Role

Kind = Role.Kind
DOMAIN = "demonstration.example"


@dataclass(frozen=True)
class Persona:
    slug: str
    words: str
    comes_to: str
    kind: str = ""
    organisation: str = ""
    unit: str = ""
    on_page: bool = True

    @property
    def email(self):
        return f"{self.slug}@{DOMAIN}"


PERSONAS = [
    Persona(
        "coordinator", _("Coordinator"), _("Opens a round, sees how far everybody is, and helps."), Kind.COORDINATOR
    ),
    Persona(
        "lead",
        _("Lead of a charity of 8 staff"),
        _("Talks the toolkit through with colleagues, chooses pledges, says how they go."),
        Kind.LEAD,
        "example-counselling-project",
    ),
    Persona(
        "department-lead",
        _("Lead of one department of a large trust"),
        _("Does the same for one department, and sees nothing of the others."),
        Kind.LEAD,
        "example-mental-health-trust",
        "talking-therapies",
    ),
    Persona(
        "contributor",
        _("Somebody who uses the service, without an account"),
        _("Opens a link, says what they think about one page, and leaves."),
    ),
    Persona(
        "commissioner", _("Commissioner"), _("Sees what services share with those who pay for them."), Kind.COMMISSIONER
    ),
    Persona("board", _("Board member"), _("Sees what was promised, what moved, and who asks for help."), Kind.BOARD),
    Persona("resident", _("Resident"), _("Reads the pledges, without signing in.")),
    Persona("council-lead", _("Lead of a council"), "", Kind.LEAD, "example-borough-council", on_page=False),
    Persona(
        "colleague", _("Colleague in the charity"), "", Kind.COLLEAGUE, "example-counselling-project", on_page=False
    ),
    Persona("approver", _("Director of the charity"), "", Kind.APPROVER, "example-counselling-project", on_page=False),
    Persona("editor", _("Toolkit editor"), "", Kind.EDITOR, on_page=False),
    Persona("analyst", _("Analyst"), "", Kind.ANALYST, on_page=False),
    *[
        Persona(f"lead-of-{slug}", _("Lead"), "", Kind.LEAD, f"example-{slug}", on_page=False)
        for slug in [
            "womens-space",
            "new-arrivals-welcome",
            "carers-circle",
            "youth-yard",
            "wellbeing-cafe",
            "housing-support",
        ]
    ],
    Persona(
        "lead-of-the-north-team",
        _("Lead"),
        "",
        Kind.LEAD,
        "example-mental-health-trust",
        "community-team-north",
        on_page=False,
    ),
]
SHOWN = [persona for persona in PERSONAS if persona.on_page]
WITHOUT_ACCOUNT = {"contributor", "resident"}
