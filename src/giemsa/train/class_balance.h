#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "giemsa/run/config.h"

namespace giemsa {

/// What one class counts in a training.
struct ClassBalance {
  std::string name;
  std::size_t pictures = 0;  ///< in the train part
  double weight = 1;         ///< of each in the loss; 1 in the mean over all pictures
  std::size_t drawn = 0;     ///< in the first epoch, before its last, incomplete batch is left out
};

/// Of every class, from the labels of the train part. Throws Data for weights of a class without pictures.
std::vector<ClassBalance> class_balance(const std::vector<std::string>& classes,
                                        std::span<const std::int64_t> labels, const TrainOptions& options);

/// Columns class, pictures, weight, drawn.
std::string class_balance_csv(std::span<const ClassBalance> classes);
/// The same, one line a class, to be read by people.
std::vector<std::string> class_balance_lines(std::span<const ClassBalance> classes);

}  // namespace giemsa
