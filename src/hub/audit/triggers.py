from hub.core.append_only import AppendOnly

ENTRIES = AppendOnly("audit_entry", rows="audit_entries", function="audit_is_append_only", what="record")
