"""The names of stages, periods and lists, and what a check found, as people say them."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from equity.vocabulary import category_set, category_sets, characteristics
from hub.submissions.models import People

STAGES = {
    "referred": gettext_lazy("Referred"),
    "assessed": gettext_lazy("Assessed"),
    "entered": gettext_lazy("Began treatment"),
    "dropped_out": gettext_lazy("Left before the end"),
    "completed": gettext_lazy("Finished"),
    "scored": gettext_lazy("Outcome measured"),
    "improved": gettext_lazy("Got better"),
    "at_caseness": gettext_lazy("Unwell enough to recover"),
    "recovered": gettext_lazy("Recovered"),
    "detained": gettext_lazy("Detained"),
    "users": gettext_lazy("Used the service"),
    "staff": gettext_lazy("Staff"),
    "shortlisted": gettext_lazy("Shortlisted for a post"),
    "appointed": gettext_lazy("Appointed"),
    "disciplined": gettext_lazy("Entered a formal disciplinary process"),
    "trained": gettext_lazy("Had training beyond what is mandatory"),
}
OF_A_SERVICE = list(STAGES)[:9]
STAGES_ABOUT = {
    People.CLIENTS: OF_A_SERVICE,
    People.STAFF: ["staff", "shortlisted", "appointed", "disciplined", "trained"],
}
# The lists that a round offers to ask for; a file may hold others.
LISTS = [
    "nhs2001", "census2021", "age8", "sex", "gender_same_at_birth", "disability", "long_term_condition", "religion",
    "sexual_orientation", "marriage", "pregnancy", "imd_quintile", "interpreter",
]  # fmt: skip
LISTS_ABOUT = {
    People.CLIENTS: LISTS,
    People.STAFF: [code for code in LISTS if code not in ("imd_quintile", "interpreter")],
}
PAY_BANDS = ["pay_quarter", "pay_cluster", "pay_band"]
USUAL_LISTS = ["nhs2001", "age8", "sex", "disability", "religion", "sexual_orientation"]
USUAL_STAGES = ["referred", "assessed", "completed"]
USUAL_ABOUT = {People.CLIENTS: USUAL_STAGES, People.STAFF: STAGES_ABOUT[People.STAFF]}
COUNTS = {
    "people": gettext_lazy("People, each once"),
    "events": gettext_lazy("Referrals or visits, so a person may count more than once"),
}
BANDS = {
    "nearly_all": gettext_lazy("Nearly everybody’s is known"),
    "most": gettext_lazy("Most are known"),
    "over_half": gettext_lazy("More than half are known"),
    "under_half": gettext_lazy("Less than half are known"),
    "hardly_any": gettext_lazy("Hardly any are known"),
    "too_few": gettext_lazy("Too few people to say"),
}

# What a check found, for those who may not see a count.
NOTICED = {
    "does_not_add": gettext_lazy("The groups do not add up to the total"),
    "more_than_before": gettext_lazy("More people at a later stage than at the one before"),
    "part_year": gettext_lazy("Only a part of the time"),
    "another_list": gettext_lazy("Another list of groups than last time"),
    "known_jumped": gettext_lazy("Far more, or far fewer, are known than last time"),
    "group_vanished": gettext_lazy("A group is empty that was not"),
    "group_appeared": gettext_lazy("A group is there that was empty"),
}


def stage_name(code):
    return str(STAGES.get(code, code))


def stage_names(codes):
    return {code: stage_name(code) for code in codes}


def list_name(set_code):
    return category_set(set_code).name


JOINED = "+"  # Between two codes, where two characteristics are counted together.


def characteristic_name(code):
    """Of two together: 'Ethnic group and sex'."""
    first, *more = code.split(JOINED)
    names = [characteristics()[first].name, *(characteristics()[one].name.lower() for one in more)]
    return _(" and ").join(names)


def place_of(characteristic):
    """Where it comes among the characteristics, those that are asked for most first."""
    usual = list(dict.fromkeys(map(characteristic_of, LISTS)))
    return usual.index(characteristic) if characteristic in usual else len(usual), characteristic


def characteristic_of(set_code):
    return category_set(set_code).characteristic


def group_name(set_code, code):
    return category_set(set_code).label(code)


def joined_group_name(set_code, code):
    names = [group_name(*pair) for pair in zip(set_code.split(JOINED), code.split(JOINED), strict=True)]
    return _(" and ").join(names)


def broad_name(set_code, code):
    chosen = category_set(set_code)
    return chosen.category(code).broad if code in chosen.codes else ""


def groups_of(set_code):
    return category_set(set_code).codes


def list_choices(people=People.CLIENTS):
    return [
        (code, f"{characteristic_name(characteristic_of(code))}: {list_name(code)}") for code in LISTS_ABOUT[people]
    ]


def stage_choices(people):
    return [(code, stage_name(code)) for code in STAGES_ABOUT[people]]


def all_lists():
    return list(category_sets())


def number(value):
    return number_format(value, 0 if float(value).is_integer() else 1, force_grouping=True)


def said(notice):
    """What a check found, in a sentence that names where to look."""
    about = {
        "period": notice.period,
        "characteristic": characteristic_name(notice.characteristic) if notice.characteristic else "",
        "stage": stage_name(notice.stage) if notice.stage else "",
        "before": number(notice.before) if notice.before is not None else "",
        "now": number(notice.now) if notice.now is not None else "",
        "other": notice.other,
    }
    if notice.code:
        about["group"] = group_name(notice.set_code, notice.code)
    if notice.kind == "more_than_before":
        about["other"] = stage_name(notice.other)
    if notice.kind == "another_list":
        about |= {"list": list_name(notice.set_code), "other": list_name(notice.other)}
    return _sentences()[notice.kind] % about


def _sentences():
    return {
        "does_not_add": _(
            "%(characteristic)s, %(period)s, %(stage)s: the groups add up to %(now)s, but the total is %(before)s."
        ),
        "more_than_before": _(
            "%(characteristic)s, %(period)s, %(group)s: more people are counted under “%(stage)s” than under "
            "“%(other)s”."
        ),
        "part_year": _("%(period)s: there are people in %(now)s of its %(before)s months. Is it only a part of it?"),
        "another_list": _(
            "%(characteristic)s, %(period)s: another list of groups than last time (%(list)s, before it %(other)s). "
            "The two cannot always be compared."
        ),
        "known_jumped": _(
            "%(characteristic)s, %(period)s: known for %(now)s of every 100, and for %(before)s in %(other)s. "
            "Did the way of asking or writing down change?"
        ),
        "group_vanished": _(
            "%(characteristic)s, %(period)s: nobody in %(group)s, and %(before)s in %(other)s. Did a code change?"
        ),
        "group_appeared": _(
            "%(characteristic)s, %(period)s: %(now)s in %(group)s, and nobody in %(other)s. Did a code change?"
        ),
    }
