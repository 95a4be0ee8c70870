from hub.core.append_only import AppendOnly

LINES = AppendOnly("findings_ledgerline", rows="ledger_lines", function="ledger_is_append_only", what="ledger")
RELEASED = AppendOnly(
    "findings_releasedfile", rows="released_files", function="released_files_are_append_only", what="list of files"
)
