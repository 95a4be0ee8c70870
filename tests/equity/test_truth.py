import csv
import shutil

import pytest

from equity.analysis.truth import check


@pytest.fixture(scope="session")
def checked():
    from pathlib import Path

    return {found.file: found for found in check(Path(__file__).parent / "truth")}


FILES = [
    "dsr",
    "dsr_nonindependent",
    "edges_proportion",
    "edges_rate",
    "edges_rate_90",
    "funnel_proportion",
    "funnel_rate",
    "funnel_ratio",
    "funnel_significance",
    "israte",
    "isratio",
    "mean_scores",
    "persons_access_rate",
    "persons_cells",
    "persons_completeness",
    "persons_representation",
    "proportion_access",
    "proportion_attrition",
    "proportion_recovery",
    "quantiles",
    "rate_access",
    "sii_rii_phe",
    "strata",
    "summary_measures",
    "two_groups",
]


@pytest.mark.parametrize("name", FILES)
def test_every_expected_number_comes_out(checked, name):
    found = checked[f"expected/{name}.csv"]
    assert found.passed, found.detail
    assert found.cells > 0


def test_no_file_is_left_out(checked):
    assert len(checked) == len(FILES)


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
