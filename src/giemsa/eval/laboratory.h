#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/eval/evaluation.h"

namespace giemsa {

/// One way of measuring the pictures of another laboratory.
struct LaboratoryRow {
  std::string way;        ///< "as they are", "colours standardised, test-time augmentation"
  Evaluation restricted;  ///< only the shared classes could be named; count 0: not measured
  Evaluation free;        ///< every class of the model could be named; count 0: not measured
};

/// What a model makes of another laboratory's pictures, whose classes are mapped onto some of its own.
struct LaboratorySummary {
  std::string name;                                            ///< of the data
  std::vector<std::pair<std::string, std::string>> class_map;  ///< its class, ours; "" where we have none
  std::int64_t left_out = 0;                                   ///< pictures of classes that we have not
  std::vector<LaboratoryRow> rows;
};

}  // namespace giemsa
