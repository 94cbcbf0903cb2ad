#pragma once
#include <filesystem>
#include <span>
#include <string>

#include "giemsa/cli/answered_pictures.h"
#include "giemsa/metrics/medmnist.h"

namespace giemsa {

/// A data set of MedMNIST, by the flag and the size of its own program.
struct MedmnistSet {
  std::string flag;
  int size_px = 28;
};

/// "bloodmnist_64", or "bloodmnist" for 28 px. Throws Usage for what is no such name, for a part that is not
/// train, val or test, and unless match takes the data's classes onto the model's `classes`, each onto one of
/// its own: the file has a column for each of them.
MedmnistSet parse_medmnist(const std::string& name, const std::string& part, std::span<const int> match,
                           std::size_t classes);

/// Writes the file of results that MedMNIST's program would write into a folder: its rows in the order of
/// the data, its columns in the order of the data's labels. Returns its name. Throws Data when a picture
/// could not be read, since all are numbered, or when the score is not defined.
std::string write_medmnist(const std::filesystem::path& folder, const MedmnistSet& set,
                           const std::string& part, const AnsweredPictures& answered,
                           std::span<const int> match, const MedmnistScore& score);

}  // namespace giemsa
