#pragma once
#include <filesystem>
#include <span>

#include "giemsa/inspect/inspection.h"

namespace giemsa {

// The tables of an inspection, for spreadsheets and programs; all written atomically.

/// One row per record, with all that was measured; columns in docs/inspect.md. Empty where nothing was.
void write_pictures_table(const std::filesystem::path& csv, const Inspection& inspection,
                          std::span<const Record> records);

/// One row per member of a group: `record,label,group,likeness,similarity,like,conflicting`. The split
/// command takes it, so that groups stay together.
void write_duplicates_table(const std::filesystem::path& csv, std::span<const DuplicateGroup> groups,
                            const Inspection& inspection, std::span<const Record> records);

}  // namespace giemsa
