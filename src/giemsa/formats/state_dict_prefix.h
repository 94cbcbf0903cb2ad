#pragma once
#include "giemsa/formats/weight_file.h"

namespace giemsa {

/// Takes away what wrappers put before every name of a state dict, one after the other: "module."
/// (DataParallel),
/// "_orig_mod." (torch.compile), "model." and "net." (Lightning). What went is in `file.removed_prefix`; a
/// prefix that one tensor lacks stays.
void remove_common_prefix(WeightFile& file);

}  // namespace giemsa
