import threading
from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from hub.audit import record, refusals, triggers
from hub.audit.models import ChangedRecordError, Entry, Hour, Refusal
from hub.audit.verification import faults


def raw(sql, *values):
    """What somebody with the database password could do once they had lifted the triggers."""
    with connection.cursor() as cursor:
        for statement in triggers.ENTRIES.statements(connection.vendor, "take_down"):
            cursor.execute(statement)
        cursor.execute(sql, values)
        for statement in triggers.ENTRIES.statements(connection.vendor, "put_up"):
            cursor.execute(statement)


def three_things_happen():
    return [record("answer.saved", text=text) for text in ("one", "two", "three")]


@pytest.mark.django_db
def test_an_entry_holds_ids_and_hashes_but_no_words(django_user_model):
    user = django_user_model.objects.create_user("lead@example.org", name="Secret Name")
    entry = record("account.made", subject=user, by=user, text="secret words", other=user)
    assert (entry.actor, entry.subject) == (f"accounts.user:{user.pk}", f"accounts.user:{user.pk}")
    stored = str(Entry.objects.values().get())
    assert "secret" not in stored.lower()
    assert "lead@" not in stored


@pytest.mark.django_db
def test_somebody_not_signed_in_has_no_name_in_the_record():
    assert record("page.read", by=AnonymousUser()).actor == ""


@pytest.mark.django_db
def test_what_is_undone_is_not_on_the_record():
    with transaction.atomic():
        record("answer.saved")
        transaction.set_rollback(True)
    assert not Entry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda: Entry.objects.update(event="x"),
        lambda: Entry.objects.all().delete(),
        lambda: Entry.objects.get().delete(),
        lambda: Entry.objects.get().save(),
        lambda: Entry.objects.bulk_create([Entry()]),
        lambda: Entry.objects.bulk_update([Entry.objects.get()], ["event"]),
    ],
)
def test_the_program_cannot_change_the_record(change):
    record("answer.saved")
    with pytest.raises(ChangedRecordError):
        change()


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET event = 'x'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses_a_change(statement):
    record("answer.saved")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_an_untouched_record_holds():
    three_things_happen()
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "The record holds: 3 entries" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_changed_entry_is_named():
    three_things_happen()
    raw("UPDATE audit_entry SET actor = 'accounts.user:99' WHERE sequence = 2")
    assert list(faults()) == ["Entry 2 was changed."]


@pytest.mark.django_db(transaction=True)
def test_changed_details_are_named():
    three_things_happen()
    raw("UPDATE audit_entry SET details = %s WHERE sequence = 2", "f" * 64)
    assert list(faults()) == ["Entry 2 was changed."]


@pytest.mark.django_db(transaction=True)
def test_a_missing_entry_is_named():
    three_things_happen()
    raw("DELETE FROM audit_entry WHERE sequence = 2")
    assert "Entry 2 is missing." in list(faults())


@pytest.mark.django_db(transaction=True)
def test_a_missing_beginning_is_named():
    three_things_happen()
    raw("DELETE FROM audit_entry WHERE sequence <= 2")
    assert "Entries 1 to 2 are missing." in list(faults())


@pytest.mark.django_db(transaction=True)
def test_a_cut_tail_is_named():
    three_things_happen()
    raw("DELETE FROM audit_entry WHERE sequence > 1")
    assert list(faults()) == ["The record was cut: it ends at entry 1, but entry 3 was anchored (2 lost)."]


@pytest.mark.django_db(transaction=True)
def test_an_emptied_record_is_named():
    three_things_happen()
    raw("DELETE FROM audit_entry")
    assert list(faults()) == ["The record was cut: it ends at entry 0, but entry 3 was anchored (3 lost)."]


@pytest.mark.django_db(transaction=True)
def test_a_record_written_anew_with_the_key_does_not_match_the_anchor():
    three_things_happen()
    kept = settings.AUDIT_ANCHOR.read_text()
    raw("DELETE FROM audit_entry")
    three_things_happen()
    settings.AUDIT_ANCHOR.write_text(kept)
    assert "Entry 1 is not the one that the anchor file holds." in list(faults())


@pytest.mark.django_db(transaction=True)
def test_a_lost_or_damaged_anchor_is_named():
    three_things_happen()
    settings.AUDIT_ANCHOR.write_text("nonsense\n")
    found = list(faults())
    assert found[0] == "Line 1 of the anchor file is damaged."
    assert "There is no anchor" in found[1]


@pytest.mark.django_db(transaction=True)
def test_the_command_fails_when_anything_is_wrong():
    three_things_happen()
    raw("DELETE FROM audit_entry WHERE sequence = 3")
    with pytest.raises(CommandError) as failure:
        call_command("verify_audit", stdout=StringIO())
    assert failure.value.returncode == 1


@pytest.fixture
def no_tables(monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", list)


@pytest.mark.django_db
def test_a_database_without_tables_gets_a_sentence(no_tables, settings, tmp_path):
    settings.AUDIT_ANCHOR = tmp_path / "anchor.txt"
    with pytest.raises(CommandError, match=r"There is no record yet.+HUB_DEMO=1 \./run verify-audit"):
        call_command("verify_audit")


@pytest.mark.django_db
def test_tables_that_are_gone_are_a_fault_when_something_was_anchored(no_tables, settings, tmp_path):
    settings.AUDIT_ANCHOR = tmp_path / "anchor.txt"
    settings.AUDIT_ANCHOR.write_text(f"1 {'0' * 64}\n")
    with pytest.raises(CommandError, match="does not hold: its tables are gone"):
        call_command("verify_audit")


@pytest.mark.django_db(transaction=True)
def test_fifty_writers_at_once_make_one_chain():
    errors, together = [], threading.Barrier(50)

    def write(number):
        try:
            together.wait()
            record("answer.saved", number=number)
        except Exception as error:  # a thread's error is lost unless it is kept here
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[number]) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert list(faults()) == []
    assert Entry.objects.count() == 50


@pytest.mark.django_db
@pytest.mark.parametrize("refused", [1_000, pytest.param(10_000, marks=pytest.mark.soak)])
def test_any_number_of_refusals_makes_a_bounded_number_of_rows(refused):
    with time_machine.travel(datetime(2026, 5, 1, 12, 10, tzinfo=UTC), tick=False):
        for number in range(refused):
            refusals.count(f"page-{number % 500}")
    assert Refusal.objects.count() == refusals.ROWS_AN_HOUR
    assert sum(Refusal.objects.values_list("count", flat=True)) == refused
    assert Refusal.objects.get(actor="others").count == refused - 99 * refused // 500


@pytest.mark.django_db
def test_the_hours_refusals_are_sealed_once_it_is_over():
    for hour, minute in [(9, 0), (9, 50), (10, 5), (11, 1), (12, 1)]:
        with time_machine.travel(datetime(2026, 5, 1, hour, minute, tzinfo=UTC), tick=False):
            refusals.count("pledges:edit_pledge")
    assert [entry.event for entry in Entry.objects.all()] == ["refusals.counted"] * 2
    assert [hour.start.astimezone(UTC).hour for hour in Hour.objects.filter(entry=None)] == [11, 12]


@pytest.mark.django_db(transaction=True)
def test_changed_refusals_are_named():
    for hour in (9, 12):
        with time_machine.travel(datetime(2026, 2, 1, hour, tzinfo=UTC), tick=False):
            refusals.count("pledges:edit_pledge")
    assert list(faults()) == []
    Refusal.objects.exclude(hour__entry=None).update(count=0)
    assert list(faults()) == ["The refusals of 1 February 2026 at 09:00, sealed in entry 1, were changed."]


@pytest.mark.django_db
def test_old_counts_are_dropped_and_their_seal_stays():
    for month in (1, 2, 6):
        with time_machine.travel(datetime(2026, month, 1, tzinfo=UTC), tick=False):
            refusals.count("pledges:edit_pledge")
    assert Refusal.objects.count() == 2 - 1
    assert Entry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_words_can_be_erased_and_the_chain_still_holds():
    people = get_user_model().objects
    user = people.create_user("someone@example.org", name="Someone")
    record("name.changed", subject=user, by=user, name=user.name, email=user.email)
    people.filter(pk=user.pk).update(name="", email="erased@invalid")
    assert list(faults()) == []
