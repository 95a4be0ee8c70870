from hub.core.append_only import AppendOnly

FROZEN = AppendOnly(
    "stocktakes_frozenfile", rows="frozen_files", function="frozen_files_are_append_only", what="frozen stocktake"
)
