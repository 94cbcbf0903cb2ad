#pragma once
#include <filesystem>
#include <string>

#include "giemsa/tune/search.h"

namespace giemsa {

// The figures of a search's report, as HTML; each is drawn into `folder`. Throw Io as page::draw_figure does.

/// The figure of every trial that ended with one, in their order, and the best so far.
std::string order_figure(const std::filesystem::path& folder, const Search& search);
/// The validation curves of all trials over the epochs.
std::string curves_figure(const std::filesystem::path& folder, const Search& search);
/// For every searched option the figures against its values.
std::string option_figures(const std::filesystem::path& folder, const Search& search);

}  // namespace giemsa
