#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "giemsa/data/record.h"
#include "giemsa/predict/for_each_picture.h"

namespace giemsa {

/// Where a table of answers ends.
struct LeftOff {
  std::size_t pictures = 0;   ///< those that are dealt with, answered or not
  std::uint64_t bytes = 0;    ///< of the whole rows; behind them may be a part of one
  std::string last_row = {};  ///< "" where there is none but the header
  std::size_t last = 0;       ///< the picture that it is of
};

/// Reads a table of answers that was interrupted: `head`, then a row for each picture that could be read, in
/// order, with its name in the first field. A picture without row is loaded, to see whether it still cannot
/// be read. Calls row(fields) and unreadable(finding) in order. Memory does not grow with the file. Throws
/// Usage when the rows are not of these pictures in this order or the header is another, Data when it is no
/// CSV, Io.
LeftOff read_back(const std::filesystem::path& file, const std::string& head, const PictureList& pictures,
                  const std::function<void(const std::vector<std::string>&)>& row,
                  const std::function<void(Finding)>& unreadable);

}  // namespace giemsa
