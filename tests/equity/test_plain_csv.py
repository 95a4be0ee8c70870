"""A plain CSV file is coded without DuckDB looking at each row, and gives the same cells; any other is left to DuckDB."""  # noqa: E501

import re
from random import Random

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equity.backends import csv_coding, duckdb_engine, kernel, plain_csv, prepared
from equity.backends.plan import Counter, Dimension, Plan
from equity.backends.store import DoesNotFit

DIMENSIONS = (
    Dimension("provider", "provider"),
    Dimension("year", "year(day)", whole=(2020, 2027)),
    Dimension("band", "age // 10", whole=(0, 9)),
)
COUNTERS = (Counter("n", "true"), Counter("left_early", "status = 'dropped out of treatment'"))
crossed = Plan.crossing(DIMENSIONS, COUNTERS, outer=("provider",))
PLAN = Plan(crossed.dimensions, crossed.counters, crossed.groupings, states=(Dimension("status", "status"),))
NAMES = "person,provider,day,age,status,remark"
STATUS = ("referred", "dropped out of treatment", "")
ROW = "7,P1,2024-05-01,23,referred,fine"


def plain_rows(count=60):
    pick = Random(5)
    return [
        f"{row},P{pick.randint(1, 3)},202{pick.randint(0, 6)}-0{pick.randint(1, 9)}-11,"
        f"{pick.choice(['', 7, 23, 68])},{pick.choice(STATUS)},{pick.choice(['', 'x', 'as before'])}"
        for row in range(count)
    ]


def file_of(folder, text):
    path = folder / "people.csv"
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return f"read_csv('{path}')"


def cells(source):
    """What the kernel counts."""
    con = duckdb.connect()
    return kernel.count(PLAN, prepared.prepare(PLAN, source, con)).cells().lookup()


def as_duckdb_counts(source):
    return duckdb_engine.count_plainly(PLAN, source, duckdb.connect()).lookup()


def is_coded(source):
    return csv_coding.coded_texts(PLAN, source, duckdb.connect()) is not None


def lines(*rows, end="\n"):
    return end.join([NAMES, *plain_rows(), *rows]) + end


def quoted_lines():
    header, *rows = lines().splitlines()
    return "\n".join([header, *(",".join(f'"{one}"' if one else "" for one in row.split(",")) for row in rows)])


PLAIN = {
    "as a spreadsheet saves it": lines(end="\r\n"),
    "without a last line break": lines().rstrip("\n"),
    "with words in quotation marks": quoted_lines(),
    "with semicolons": lines().replace(",", ";"),
    "with tabs": lines().replace(",", "\t"),
    "with days in British order": re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\3/\2/\1", lines()),
    "with a mark at its start": b"\xef\xbb\xbf" + lines().encode(),
    "with letters beyond English": lines("8,Königsberg,2024-05-01,23,referred,naïve"),
    "with a long value": lines("8,The place with quite a long name indeed,2024-05-01,23,referred,x"),
    "with a late value": lines(*[ROW] * 30, "8,P77,2026-05-01,99,referred,x"),
    "with an empty value in quotation marks": lines('8,"",2024-05-01,23,"",""'),
    "with a long remark": lines(f"8,P1,2024-05-01,23,referred,{'so it was ' * 30}"),
}
LEFT_TO_DUCKDB = {
    "a comma inside quotation marks": lines('8,"P1, north",2024-05-01,23,referred,x'),
    "a line break inside quotation marks": lines('8,P1,2024-05-01,23,referred,"two\nlines"'),
    "a whole line inside quotation marks": lines(f'8,P1,2024-05-01,23,referred,"x\n{ROW}"'),
    "a doubled quotation mark": lines('8,P1,2024-05-01,23,referred,"the ""old"" house"'),
    "a quotation mark inside a word": lines('8,P1,2024-05-01,23,referred,5" pipe'),
    "an empty line": lines("", ROW),
    "very long values": lines(f"8,{'P' * 90},2024-05-01,23,referred,x"),
    "only names": NAMES + "\n",
}
NOT_READABLE = {
    "too few columns": lines("8,P1,2024-05-01,23"),
    "too many columns": lines("8,P1,2024-05-01,23,referred,x,y"),
    "a hidden comma in a short line": lines('8,"P1,x",2024-05-01,23,referred'),
}


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("block", [256, 4096])
def test_a_plain_file_gives_the_cells_that_duckdb_counts(name, block, tmp_path, monkeypatch):
    monkeypatch.setattr(plain_csv, "BLOCK", block if "long" not in name else 4096)
    source = file_of(tmp_path, PLAIN[name])
    assert is_coded(source)
    assert cells(source) == as_duckdb_counts(source)


@pytest.mark.parametrize("name", LEFT_TO_DUCKDB)
def test_a_file_that_can_be_read_in_two_ways_is_left_to_duckdb(name, tmp_path):
    source = file_of(tmp_path, LEFT_TO_DUCKDB[name])
    assert not is_coded(source)
    if name != "only names":
        assert cells(source) == as_duckdb_counts(source)


@pytest.mark.parametrize("name", NOT_READABLE)
def test_a_file_that_duckdb_refuses_is_refused(name, tmp_path):
    source = file_of(tmp_path, NOT_READABLE[name])
    assert not is_coded(source)
    with pytest.raises(duckdb.Error):
        cells(source)


ODD = ("P1", '"P1"', '""', '"', '"P1', 'P1"', '"P1,x"', '"P\n1"', '"a""b"', "", " P1", "23", "2024-05-01", ",", "\n")


def test_odd_files_are_never_counted_otherwise_than_by_duckdb(tmp_path, monkeypatch):
    monkeypatch.setattr(plain_csv, "BLOCK", 512)
    pick, coded = Random(3), 0
    for _ in range(30):
        rows = [row.split(",") for row in plain_rows(25)]
        for _ in range(pick.randint(0, 3)):
            row = rows[pick.randrange(25)]
            row[pick.choice([1, 1, 4, 5, 5])] = pick.choice(ODD)
        source = file_of(tmp_path, "\n".join([NAMES, *map(",".join, rows)]) + "\n")
        coded += is_coded(source)
        try:
            expected = as_duckdb_counts(source)
        except duckdb.Error:
            assert not is_coded(source)
            continue
        assert cells(source) == expected
    assert coded > 5


def test_an_expression_on_two_columns_is_left_to_duckdb(tmp_path):
    source = file_of(tmp_path, lines())
    two = Plan(
        (Dimension("pair", "provider || coalesce(status, '')"),),
        COUNTERS[:1],
        (frozenset(), frozenset({"pair"})),
        states=(Dimension("status", "status"),),
    )
    assert csv_coding.coded_texts(two, source, duckdb.connect()) is None
    found = kernel.count(two, prepared.prepare(two, source, duckdb.connect())).cells().lookup()
    assert found == duckdb_engine.count_plainly(two, source, duckdb.connect()).lookup()


@pytest.mark.parametrize("odd", ["023", "23 ", "+23", " 7"])
def test_a_number_that_is_spelled_otherwise_is_counted_as_duckdb_counts_it(tmp_path, odd):
    source = file_of(tmp_path, f"provider,ward\nP1,{odd}\nP1,23\nP2,23\n")
    plan = Plan(
        (Dimension("place", "ward"),),
        COUNTERS[:1],
        (frozenset(), frozenset({"place"})),
        states=(Dimension("provider", "provider"),),
    )
    con = duckdb.connect()
    found = kernel.count(plan, prepared.prepare(plan, source, con)).cells().lookup()
    assert found == duckdb_engine.count_plainly(plan, source, con).lookup()


def test_a_number_outside_the_promised_range_is_refused_in_a_plain_file_too(tmp_path):
    with pytest.raises(DoesNotFit, match="outside the range"):
        cells(file_of(tmp_path, lines("8,P1,2024-05-01,230,referred,x")))


def test_thousands_of_different_texts_keep_their_own_numbers():
    texts, words = plain_csv.Texts(), plain_csv.np.random.default_rng(1).integers(0, 1 << 60, (2, 3000)).astype("u8")
    for start in range(0, 3000, 500):
        texts.add(words[:, start : start + 1000])
    again = plain_csv.np.concatenate(texts.fields)
    given = plain_csv.np.concatenate([words[:, start : start + 1000] for start in range(0, 3000, 500)], axis=1)
    assert (texts.known[:, again] == given).all()
    assert texts.known.shape[1] == 3000


FIELDS = st.one_of(
    st.sampled_from(
        ["P1", "P2", "23", "7", "", '""', "2024-05-01", "1,5", "1.5", "-3", "true", "NULL", " x ", "é", "日本"]
    ),
    st.sampled_from(ODD),
    st.sampled_from(
        ["a\x00b", "a\rb", "\ufeff", "#x", "'x'", "a\\", "\\", "x" * 70, "\u2028", "\x0b", "\x85", "1_000"]
    ),
    st.text(st.sampled_from("ab\"', ;\t\r\n\\é7."), max_size=6),
)
FEW_ODD = st.sampled_from(["P1", "P2", "P1", "P3", "23", "7", "68", "", "2024-05-01", '"P1"'])


@st.composite
def files(draw):
    """A file of a few columns as somebody may have written it: mostly well, somewhere not."""
    width, rows = draw(st.integers(1, 4)), draw(st.integers(2, 40))
    delimiter, end = draw(st.sampled_from(",,,;\t|")), draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    columns = [draw(FEW_ODD) for _ in range(width)]
    lines = [[f"c{place}" for place in range(width)]]
    lines += [[pick.choice([usual, usual, "P9"]) for usual in columns] for pick in [draw(st.randoms())] * rows]
    for _ in range(draw(st.integers(0, 3))):
        lines[draw(st.integers(1, rows))][draw(st.integers(0, width - 1))] = draw(FIELDS)
    said = [delimiter.join(line) for line in lines]
    match draw(st.integers(0, 9)):
        case 0:
            said.insert(draw(st.integers(0, rows)), draw(st.sampled_from(["", " ", delimiter * width, '"', "# note"])))
        case 1:
            said[draw(st.integers(1, rows))] += draw(st.sampled_from([delimiter, delimiter + "x", '"', " "]))
        case 2:
            said[0] = draw(st.sampled_from(['"c0"', '"c\n0"', "c0,c0", "", "1"])) + said[0][2:]
    text = end.join(said) + draw(st.sampled_from([end, end, "", end * 2]))
    mark = draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"]))
    return mark + text.encode(draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "latin-1"])), "replace"), width


def never_otherwise(written, folder):
    """Where the file is read without DuckDB, its cells are those that DuckDB counts. True when it was."""
    content, width = written
    path = folder / "people.csv"
    path.write_bytes(content)
    source, con = f"read_csv('{path}')", duckdb.connect()
    last = f"c{width - 1}"
    dimensions = tuple(Dimension(f"d{place}", f"c{place}") for place in range(width))
    names = [one.name for one in dimensions]
    groupings = dict.fromkeys([frozenset(), *(frozenset({name}) for name in names), frozenset(names)])
    counters = (Counter("n", "true"), Counter("p", f"cast({last} as varchar) in ('P1', '23')"))
    plan = Plan(dimensions, counters, tuple(groupings), states=(Dimension(last, last),))
    if csv_coding.coded_texts(plan, source, con) is None:
        return False
    # DuckDB may still refuse the file; then nothing may have been counted.
    assert kernel.count(plan, prepared.prepare(plan, source, con)).cells().lookup() == as_lookup(plan, source, con)
    return True


def as_lookup(plan, source, con):
    return duckdb_engine.count_plainly(plan, source, con).lookup()


def many(times):
    return settings(max_examples=times, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@many(60)
@given(files())
def test_any_file_is_read_as_duckdb_reads_it_or_left_to_it(tmp_path_factory, written):
    never_otherwise(written, tmp_path_factory.mktemp("any"))


@pytest.mark.soak
@many(3_000)
@given(files())
def test_a_great_many_files_are_read_as_duckdb_reads_them(tmp_path_factory, written):
    never_otherwise(written, tmp_path_factory.mktemp("any"))
