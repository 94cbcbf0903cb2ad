#pragma once
#include <string>
#include <vector>

namespace giemsa {

/// A drawn picture that the page offers to try.
struct SampleTitle {
  std::string name;   ///< "neutrophil"
  std::string about;  ///< for people
};

/// What there is: a cell of each class of synth/.
std::vector<SampleTitle> sample_titles();

/// The same as PNG, the same bytes at every start. Takes half a second.
std::vector<std::string> draw_samples();

}  // namespace giemsa
