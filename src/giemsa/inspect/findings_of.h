#pragma once
#include <span>
#include <vector>

#include "giemsa/inspect/inspection.h"

namespace giemsa {

/// What `inspection` (all but its findings) amounts to, in words: one finding for each record and reason, in
/// the order of records. A picture that is no cell is not called an outlier or mislabelled as well.
std::vector<Finding> findings_of(const Inspection& inspection, std::span<const Record> records,
                                 const InspectOptions& options);

}  // namespace giemsa
