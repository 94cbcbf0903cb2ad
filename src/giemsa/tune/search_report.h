#pragma once
#include "giemsa/tune/search.h"

namespace giemsa {

/// Writes report.html and figures/ into the folder of a search that has ended. Throws Io when gnuplot is
/// absent or fails, or a file cannot be written.
void write_search_report(const Search& search);

}  // namespace giemsa
