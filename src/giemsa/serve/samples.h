#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/serve/reply.h"
#include "giemsa/synth/cell_painter.h"

namespace giemsa {

/// A drawn picture that the page offers to try.
struct SampleTitle {
  std::string name;   ///< "neutrophil"
  std::string about;  ///< for people
};

/// What there is: a cell of each class of synth/.
std::vector<SampleTitle> sample_titles();

/// The number of the sample with this file name, "neutrophil.png".
std::optional<std::size_t> find_sample(std::string_view file);

/// The samples as PNG, the same bytes at every start, each drawn when it is first asked for. Safe to use from
/// several threads at once.
class Samples {
 public:
  /// Nothing where it is not drawn yet; never waits.
  const std::string* drawn(std::size_t which) const;
  /// Draws it where that is still to be done: about a tenth of a second.
  void draw(std::size_t which);

 private:
  struct Sample {
    std::once_flag once;
    std::string png;
    std::atomic<bool> is_drawn = false;
  };
  std::array<Sample, kCellClassCount> samples_;
};

/// The answer to a request for one.
Reply sample_reply(const std::string& png);

}  // namespace giemsa
