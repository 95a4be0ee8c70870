"""What the database itself refuses, whoever asks: changing or deleting a line of a ledger of releases."""

SQLITE = {
    "put_up": [
        """CREATE TRIGGER ledger_lines_are_never_changed BEFORE UPDATE ON findings_ledgerline
        BEGIN SELECT RAISE(ABORT, 'The ledger is append-only.'); END""",
        """CREATE TRIGGER ledger_lines_are_never_deleted BEFORE DELETE ON findings_ledgerline
        BEGIN SELECT RAISE(ABORT, 'The ledger is append-only.'); END""",
    ],
    "take_down": [
        "DROP TRIGGER IF EXISTS ledger_lines_are_never_changed",
        "DROP TRIGGER IF EXISTS ledger_lines_are_never_deleted",
    ],
}
POSTGRESQL = {
    "put_up": [
        """CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'The ledger is append-only.'; END $$""",
        """CREATE TRIGGER ledger_lines_are_never_changed BEFORE UPDATE OR DELETE ON findings_ledgerline
        FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()""",
        """CREATE TRIGGER ledger_lines_are_never_emptied BEFORE TRUNCATE ON findings_ledgerline
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()""",
    ],
    "take_down": [
        "DROP TRIGGER IF EXISTS ledger_lines_are_never_changed ON findings_ledgerline",
        "DROP TRIGGER IF EXISTS ledger_lines_are_never_emptied ON findings_ledgerline",
        "DROP FUNCTION IF EXISTS ledger_is_append_only()",
    ],
}


def statements(vendor, step):
    return {"sqlite": SQLITE, "postgresql": POSTGRESQL}[vendor][step]


def put_up(apps, schema_editor):
    for statement in statements(schema_editor.connection.vendor, "put_up"):
        schema_editor.execute(statement)


def take_down(apps, schema_editor):
    for statement in statements(schema_editor.connection.vendor, "take_down"):
        schema_editor.execute(statement)
