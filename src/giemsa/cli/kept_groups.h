#pragma once
#include <string>

#include "giemsa/split/split.h"

namespace giemsa {

/// What has to stay together when a data set is divided: the records of one subject, and those that `file`
/// (record,group) names together; without a file the pictures that are the same or nearly so, which are
/// searched for with a progress bar, unless `ignore_duplicates`. Tells of rows that name no record.
RecordGroups kept_groups(const Source& source, const std::string& file, bool ignore_duplicates);

}  // namespace giemsa
