#pragma once
#include <string>
#include <vector>

#include "giemsa/data/source.h"
#include "giemsa/inspect/policy.h"

namespace giemsa {

/// What becomes of one picture, and why.
struct CleanDecision {
  bool stays = true;
  int label = -1;        ///< the one to use; differs from the source's where a policy relabels
  std::string reason;    ///< of the finding that decided; "" where nothing had to be decided
  std::string evidence;  ///< of that finding
};

/// One decision per record; a pure function. What is wrong with a picture's content holds for all its
/// identical copies; a wrong label for those with the same label. Of a group that is kept down to one (of
/// each label, where contradicting ones are kept), that picture stays whose size and encoding are the most
/// common in the set, of those the one with most pixels, of equals the first; one that goes for a reason of
/// its own is never the one.
std::vector<CleanDecision> decide(const Inspection& inspection, std::span<const Record> records,
                                  const CleanOptions& options);

}  // namespace giemsa
