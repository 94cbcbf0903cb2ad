#pragma once
#include <cstdint>
#include <string>

namespace giemsa {

/// What one line of a progress bar tells.
struct ProgressState {
  std::string title, unit, note;
  std::uint64_t done = 0, total = 0;  ///< total 0: unknown
  std::uint64_t first = 0;            ///< done when the clock started (work that a resumed run found done)
  double elapsed_s = 0;
  bool last = false;  ///< tells the time taken instead of the time left
};

/// "Decode: 1,234/5,000 images (24%), 123/s, 0:31 left, note".
std::string progress_line(const ProgressState& state);

/// "[=====>    ] " of `width` cells between the brackets; "" when the total is unknown.
std::string progress_cells(std::uint64_t done, std::uint64_t total, int width);

/// The front of `text` that fits in `columns`, never cutting a UTF-8 character.
std::string fit_columns(const std::string& text, std::size_t columns);

}  // namespace giemsa
