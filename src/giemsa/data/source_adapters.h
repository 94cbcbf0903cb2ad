#pragma once
#include <filesystem>
#include <memory>

#include "giemsa/data/source.h"

// One function per kind of data set; callers use open_source.
namespace giemsa {

/// A folder with one subfolder per class; see folder_source.cpp.
std::unique_ptr<Source> open_folder_source(const std::filesystem::path& root);
/// A NumPy archive with pictures and labels; see npz_source.cpp.
std::unique_ptr<Source> open_npz_source(const std::filesystem::path& npz);
/// A CSV file that lists pictures; see manifest_source.cpp.
std::unique_ptr<Source> open_manifest_source(const std::filesystem::path& csv);

}  // namespace giemsa
