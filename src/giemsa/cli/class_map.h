#pragma once
#include <span>
#include <string>
#include <vector>

namespace giemsa {

/// The number of a class of the data that the model has no name for, and that is left out.
inline constexpr int kLeftOut = -1;

/// Which class of a model each class of a data set is: by its name, or by `map`, entries NAME=CLASS. NAME=
/// leaves the class out. → [classes of the data], kLeftOut for those. Throws Usage for an entry that is
/// malformed, that names a class which the data or the model lacks (with the nearest name), or that speaks of
/// a class twice; Data for a class that the model lacks and no entry speaks of.
std::vector<int> match_classes(std::span<const std::string> data_classes,
                               std::span<const std::string> model_classes, std::span<const std::string> map);

}  // namespace giemsa
