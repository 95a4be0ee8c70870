"""The counting job, stated once: 64 groupings, 12 counters."""

from equity.backends.plan import Counter, Dimension, Plan

HALF = "((year(referral_date) - 2021) * 12 + month(referral_date) - 4) // 6"
BAND = "case when age < 18 then 0 when age < 25 then 1 when age < 35 then 2 when age < 45 then 3 when age < 55 then 4 when age < 65 then 5 when age < 75 then 6 else 7 end"
DIMENSIONS = (
    Dimension("provider", "provider"),
    Dimension("half", HALF, whole=(0, 7)),
    Dimension("ethnicity", "ethnicity"),
    Dimension("sex", "sex"),
    Dimension("age_band", BAND, whole=(0, 7)),
    Dimension("imd_decile", "imd_decile", whole=(1, 10)),
    Dimension("language", "language"),
)
COUNTERS = (
    Counter("n", "true"),
    Counter("assessed", "status <> 'referred'"),
    Counter("entered", "status in ('entered treatment', 'dropped out', 'completed')"),
    Counter("dropped", "status = 'dropped out'"),
    Counter("completed", "status = 'completed'"),
    Counter("out_known", "status = 'completed' and outcome is not null"),
    Counter("recovered", "status = 'completed' and outcome = 'recovered'"),
    Counter("improved", "status = 'completed' and outcome in ('recovered', 'reliable improvement')"),
    Counter("exp_n", "experience is not null"),
    Counter("exp_sum", "experience", False),
    Counter("exp_ss", "experience * experience", False),
    Counter(
        "complete",
        "ethnicity not in ('Z', '99') and sex is not null and imd_decile is not null and language is not null",
        of_dimensions=True,
    ),
)
STATES = (
    Dimension("status", "status"),
    Dimension("outcome", "outcome"),
    Dimension("experience", "experience", whole=(0, 10)),
)
NEEDED = (
    "provider",
    "referral_date",
    "ethnicity",
    "sex",
    "age",
    "imd_decile",
    "language",
    "status",
    "outcome",
    "experience",
)


def plan() -> Plan:
    made = Plan.crossing(DIMENSIONS, COUNTERS, outer=("provider", "half"))
    return Plan(made.dimensions, made.counters, made.groupings, states=STATES)
