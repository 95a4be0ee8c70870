"""What the database itself refuses, whoever asks: changing or deleting an entry of the record."""

SQLITE = {
    "put_up": [
        """CREATE TRIGGER audit_entries_are_never_changed BEFORE UPDATE ON audit_entry
        BEGIN SELECT RAISE(ABORT, 'The record is append-only.'); END""",
        """CREATE TRIGGER audit_entries_are_never_deleted BEFORE DELETE ON audit_entry
        BEGIN SELECT RAISE(ABORT, 'The record is append-only.'); END""",
    ],
    "take_down": [
        "DROP TRIGGER IF EXISTS audit_entries_are_never_changed",
        "DROP TRIGGER IF EXISTS audit_entries_are_never_deleted",
    ],
}
POSTGRESQL = {
    "put_up": [
        """CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'The record is append-only.'; END $$""",
        """CREATE TRIGGER audit_entries_are_never_changed BEFORE UPDATE OR DELETE ON audit_entry
        FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()""",
        """CREATE TRIGGER audit_entries_are_never_emptied BEFORE TRUNCATE ON audit_entry
        FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()""",
    ],
    "take_down": [
        "DROP TRIGGER IF EXISTS audit_entries_are_never_changed ON audit_entry",
        "DROP TRIGGER IF EXISTS audit_entries_are_never_emptied ON audit_entry",
        "DROP FUNCTION IF EXISTS audit_is_append_only()",
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
