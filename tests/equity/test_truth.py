import csv
import itertools
import shutil
from decimal import Decimal, localcontext

import numpy as np
import pytest

from equity.analysis.truth import KNOWN, check
from equity.analysis.truth.reference_draws import normals
from equity.stats import comparisons


@pytest.fixture(scope="session")
def checked():
    from pathlib import Path

    return {found.file: found for found in check(Path(__file__).parent / "truth")}


FILES = sorted(name.removesuffix(".csv") for name in KNOWN)


@pytest.mark.parametrize("name", FILES)
def test_every_expected_number_comes_out(checked, name):
    found = checked[f"expected/{name}.csv"]
    assert found.passed, found.detail
    assert found.cells > 0


def test_no_file_is_left_out(checked):
    assert len(checked) == len(FILES) == 25


def test_only_what_the_reference_does_not_know_exactly_is_held_to_a_margin(checked):
    noted = {file.removeprefix("expected/"): found.notes for file, found in checked.items() if found.notes}
    assert set(noted) == {"sii_rii_phe.csv", "two_groups.csv", "summary_measures.csv"}
    assert "192 cells drawn at random" in noted["sii_rii_phe.csv"][0]
    assert "4 cells found by the reference's search" in noted["two_groups.csv"][0]
    assert "differentiated numerically" in noted["summary_measures.csv"][0]


def test_the_reference_generator_is_followed_draw_by_draw():
    # set.seed(123); rnorm(3) and set.seed(42); rnorm(2) in R.
    assert list(itertools.islice(normals(123), 3)) == pytest.approx([-0.56047565, -0.23017749, 1.55870831], abs=1e-8)
    assert list(itertools.islice(normals(42), 2)) == pytest.approx([1.37095845, -0.56469817], abs=1e-8)


def koopman_score(ratio, x1, n1, x0, n0):
    b = -(n1 * ratio + x1 + n0 + x0 * ratio)
    a = (n1 + n0) * ratio
    base = (-b - (b * b - 4 * a * (x1 + x0)).sqrt()) / (2 * a)
    top = base * ratio
    return (x1 / n1 - ratio * x0 / n0) / (top * (1 - top) / n1 + ratio**2 * base * (1 - base) / n0).sqrt()


def test_where_the_reference_search_and_ours_part_fifty_digits_side_with_ours():
    # Case T088 of two_groups.csv, the limit that lies furthest off.
    counts = (0, 1448, 33, 76056)
    upper = float(comparisons.koopman(*counts)[1])
    with localcontext(prec=50):
        z, low, high = Decimal("1.95996398454005423552"), Decimal(1), Decimal(100)
        for _ in range(100):
            middle = (low + high) / 2
            falls = koopman_score(middle, *map(Decimal, counts)) > -z
            low, high = (middle, high) if falls else (low, middle)
    assert upper == pytest.approx(float(low), rel=1e-12)
    assert abs(6.09981065075107 / float(low) - 1) > 1e-8


@pytest.fixture
def copy(truth, tmp_path):
    shutil.copytree(truth, tmp_path / "truth")
    return tmp_path / "truth"


def only(folder, name):
    """Keep one pair in the manifest, so that a test is quick."""
    import json

    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["pairs"] = [pair for pair in manifest["pairs"] if pair["expected"] == f"expected/{name}"]
    (folder / "manifest.json").write_text(json.dumps(manifest))


def alter(path, row, column, change):
    with path.open(newline="") as lines:
        table = list(csv.DictReader(lines))
    table[row][column] = change(table[row][column])
    with path.open("w", newline="") as out:
        writer = csv.DictWriter(out, table[0])
        writer.writeheader()
        writer.writerows(table)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("rate_access.csv", "upper99_8cl"),
        ("two_groups.csv", "koopman_upper"),
        ("persons_cells.csv", "outcome_lower"),
        ("strata.csv", "heterogeneity_p"),
        ("quantiles.csv", "decile"),
        ("funnel_significance.csv", "sig_rate"),
        ("summary_measures.csv", "estimate"),
    ],
)
def test_altering_one_expected_cell_fails(copy, name, column):
    only(copy, name)
    alter(
        copy / "expected" / name,
        0,
        column,
        lambda text: "High (0.025)" if column.startswith("sig") else str(float(text) * 1.5 + 1e-30),
    )
    (found,) = check(copy)
    assert not found.passed
    assert column in found.detail


@pytest.mark.parametrize(
    ("name", "column", "times"),
    [
        ("two_groups.csv", "koopman_upper", 1 + 1e-6),
        ("summary_measures.csv", "upperci_corrected", 1 + 1e-6),
        ("sii_rii_phe.csv", "sii_upper95_0cl", 1.05),
        ("dsr.csv", "lower95_0cl", 1 + 1e-8),
    ],
)
def test_a_small_alteration_fails_too_even_where_there_is_a_margin(copy, name, column, times):
    only(copy, name)
    alter(copy / "expected" / name, 2, column, lambda text: repr(float(text) * times))
    (found,) = check(copy)
    assert not found.passed
    assert column in found.detail


def test_drawn_limits_come_out_to_the_last_digit(copy):
    only(copy, "summary_measures.csv")
    path = copy / "expected" / "summary_measures.csv"
    with path.open(newline="") as lines:
        row = next(n for n, line in enumerate(csv.DictReader(lines)) if line["ci_kind"] == "simulation_200")
    alter(path, row, "lowerci", lambda text: repr(float(text) * (1 + 2e-8)))
    (found,) = check(copy)
    assert not found.passed
    assert f"line {row + 2}, lowerci" in found.detail


INPUTS = [
    ("counts.csv", "users", "rate_access.csv"),
    ("areas.csv", "imd_score", "quantiles.csv"),
    ("persons.csv", "assessed", "persons_cells.csv"),
    ("providers.csv", "events", "funnel_significance.csv"),
    ("two_groups.csv", "x1", "two_groups.csv"),
    ("strata.csv", "x1", "strata.csv"),
    ("scores.csv", "score", "mean_scores.csv"),
    ("age_counts.csv", "users", "israte.csv"),
    ("person_population.csv", "population", "persons_access_rate.csv"),
]


@pytest.mark.parametrize(("source", "column", "name"), INPUTS)
def test_altering_any_kind_of_input_changes_what_is_computed(copy, source, column, name):
    before = KNOWN[name].compute(copy)
    alter(copy / source, 1, column, lambda text: str(float(text) + 1).removesuffix(".0"))
    after = KNOWN[name].compute(copy)
    assert any(not np.array_equal(str(a), str(b)) for a, b in zip(before, after, strict=True))


def test_altering_an_input_changes_what_is_computed(copy):
    only(copy, "rate_access.csv")
    alter(copy / "counts.csv", 0, "users", lambda text: str(int(text) + 1))
    (found,) = check(copy)
    assert not found.passed


def test_an_unknown_file_is_a_failure_and_not_skipped(run, copy):
    import json

    only(copy, "quantiles.csv")
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["pairs"].append({**manifest["pairs"][0], "expected": "expected/new.csv"})
    (copy / "manifest.json").write_text(json.dumps(manifest))
    code, out, _ = run("check-truth", copy)
    assert code == 1
    assert "not known" in out


def test_a_folder_without_a_manifest_is_said_plainly(run, tmp_path):
    code, _, said = run("check-truth", tmp_path)
    assert code == 2
    assert "manifest.json" in said
