"""Made-up service activity, seeded: python benchmarks/equity/make_rows.py ROWS FOLDER [--csv]

Every row is made up at random; no person, provider or area stands behind it. Ethnicity has Z, 99 and blanks, outcomes
and
experience are often missing, and there are gaps to find. Needs pyarrow.
"""

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

ETHNICITY = (
    [*"ABCDEFGHJKLMNPRS", "Z", "99", None],
    [38, 3, 14, 1.5, 1.2, 1.2, 2, 2, 1, 2.5, 1.5, 4, 6, 2.5, 2, 4, 6, 4, 3.6],
)
SEX = (["F", "M", "X", None], [55, 42, 1, 2])
IMD = ([*range(1, 11), None], [24, 20, 16, 12, 9, 6, 4, 3, 2, 1, 3])
LANGUAGE = (
    [
        "en",
        "tr",
        "so",
        "bn",
        "es",
        "pt",
        "it",
        "fr",
        "ar",
        "zh",
        "el",
        "pl",
        "ku",
        "ti",
        "am",
        "ur",
        "vi",
        "yo",
        "other",
        None,
    ],
    [70] + [1.4] * 17 + [2.2, 4],
)
STATUS = ["referred", "assessed", "entered treatment", "dropped out", "completed"]
OUTCOME = ["recovered", "reliable improvement", "none", None]
PROVIDERS = [f"P{number:03d}" for number in range(1, 51)]
FIRST_DAY, DAYS, CHUNK = np.datetime64("2021-04-01"), 1461, 1_000_000


def words(values: list, codes: np.ndarray) -> pa.Array:
    hidden = codes == values.index(None) if None in values else None
    kind = pa.string() if isinstance(values[0], str) else pa.int8()
    kept = pa.array([value for value in values if value is not None], kind)
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8), mask=hidden), kept)


def pick(rng: np.random.Generator, choice: tuple[list, list], size: int) -> np.ndarray:
    weights = np.array(choice[1], float)
    return rng.choice(len(choice[0]), size, p=weights / weights.sum()).astype(np.int8)


def rows(rng: np.random.Generator, size: int, people: int) -> pa.Table:
    ethnicity, sex, imd, language = (pick(rng, choice, size) for choice in (ETHNICITY, SEX, IMD, LANGUAGE))
    minority = ((ethnicity >= 3) & (ethnicity < 16)).astype(float)
    assessed = rng.random(size) < 0.80 - 0.06 * minority
    entered = assessed & (rng.random(size) < 0.75 - 0.08 * minority - 0.05 * (language > 0))
    dropped = entered & (rng.random(size) < 0.30 + 0.08 * minority)
    completed = entered & ~dropped & (rng.random(size) < 0.88)
    status = np.select([completed, dropped, entered, assessed], [4, 3, 2, 1], 0)
    luck = rng.random(size)
    outcome = np.where(completed, np.select([luck < 0.5 - 0.05 * minority, luck < 0.68, luck < 0.93], [0, 1, 2], 3), 3)
    score = np.clip(np.rint(7.4 - 0.7 * minority + 1.8 * rng.standard_normal(size)), 0, 10).astype(np.int8)
    dates = FIRST_DAY + rng.integers(0, DAYS, size).astype("timedelta64[D]")
    imds = words(IMD[0], imd).cast(pa.int8())
    return pa.table(
        {
            "person_id": pa.array(rng.integers(0, people, size)).cast(pa.string()),
            "provider": words(PROVIDERS, np.minimum(50 * rng.random(size) ** 1.6, 49)),
            "service": pa.array(rng.integers(0, 12, size).astype(np.int8)),
            "referral_date": pa.array(dates.astype("datetime64[D]")),
            "ethnicity": words(ETHNICITY[0], ethnicity),
            "sex": words(SEX[0], sex),
            "age": pa.array((16 + 75 * rng.random(size) ** 1.4).astype(np.int16)),
            "imd_decile": imds,
            "lsoa": pa.array(rng.integers(0, 120, size).astype(np.int16)),
            "referral_source": pa.array(rng.integers(0, 8, size).astype(np.int8)),
            "status": words(STATUS, status),
            "outcome": words(OUTCOME, outcome),
            "language": words(LANGUAGE[0], language),
            "interpreter_needed": pa.array((language > 0) & (rng.random(size) < 0.4)),
            "experience": pa.array(score, mask=~(entered & (rng.random(size) < 0.35))),
        }
    )


def make(count: int, folder: Path, *, with_csv: bool, seed: int = 1) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path, rng, left, writer, sheet = (
        folder / f"activity_{count}.parquet",
        np.random.default_rng(seed),
        count,
        None,
        None,
    )
    while left:
        size = min(left, CHUNK)
        table = rows(rng, size, max(1000, count // 3))
        plain = pa.table(
            {
                name: column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
                for name, column in zip(table.column_names, table.columns, strict=True)
            }
        )
        writer = writer or pyarrow.parquet.ParquetWriter(path, table.schema, compression="zstd", compression_level=1)
        writer.write_table(table, row_group_size=250_000)
        if with_csv:
            sheet = sheet or pyarrow.csv.CSVWriter(path.with_suffix(".csv"), plain.schema)
            sheet.write_table(plain)
        left -= size
    writer.close()
    if sheet:
        sheet.close()
    return path


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("rows", type=int)
    options.add_argument("folder", type=Path)
    options.add_argument("--csv", action="store_true")
    chosen = options.parse_args()
    print(make(chosen.rows, chosen.folder, with_csv=chosen.csv))
