"""What the database itself refuses, whoever asks: changing or deleting what is only ever added to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AppendOnly:
    """Its triggers are named after `rows`; the refusal speaks of `what`."""

    table: str
    rows: str
    function: str
    what: str

    def statements(self, vendor, step):
        return {"sqlite": self._sqlite, "postgresql": self._postgresql}[vendor]()[step]

    def put_up(self, apps, schema_editor):
        for statement in self.statements(schema_editor.connection.vendor, "put_up"):
            schema_editor.execute(statement)

    def take_down(self, apps, schema_editor):
        for statement in self.statements(schema_editor.connection.vendor, "take_down"):
            schema_editor.execute(statement)

    def _sqlite(self):
        changed, deleted = f"{self.rows}_are_never_changed", f"{self.rows}_are_never_deleted"
        refused = f"BEGIN SELECT RAISE(ABORT, 'The {self.what} is append-only.'); END"
        return {
            "put_up": [
                f"CREATE TRIGGER {changed} BEFORE UPDATE ON {self.table} {refused}",
                f"CREATE TRIGGER {deleted} BEFORE DELETE ON {self.table} {refused}",
            ],
            "take_down": [f"DROP TRIGGER IF EXISTS {changed}", f"DROP TRIGGER IF EXISTS {deleted}"],
        }

    def _postgresql(self):
        changed, emptied = f"{self.rows}_are_never_changed", f"{self.rows}_are_never_emptied"
        return {
            "put_up": [
                f"CREATE FUNCTION {self.function}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION 'The {self.what} is append-only.'; END $$",
                f"CREATE TRIGGER {changed} BEFORE UPDATE OR DELETE ON {self.table} "
                f"FOR EACH ROW EXECUTE FUNCTION {self.function}()",
                f"CREATE TRIGGER {emptied} BEFORE TRUNCATE ON {self.table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {self.function}()",
            ],
            "take_down": [
                f"DROP TRIGGER IF EXISTS {changed} ON {self.table}",
                f"DROP TRIGGER IF EXISTS {emptied} ON {self.table}",
                f"DROP FUNCTION IF EXISTS {self.function}()",
            ],
        }
