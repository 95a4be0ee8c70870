from hub.core.append_only import AppendOnly

LINES = AppendOnly("findings_ledgerline", rows="ledger_lines", function="ledger_is_append_only", what="ledger")
