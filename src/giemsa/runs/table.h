#pragma once
#include <string>
#include <vector>

namespace giemsa {

/// Rows of plain text, for terminals and for pages.
struct Table {
  std::vector<std::string> heads;
  std::vector<std::vector<std::string>> rows;  ///< each as long as heads
  std::size_t left = 1;                        ///< so many columns at the left are words; the others numbers
  bool last_is_words = false;                  ///< so is the last one

  /// Columns as wide as their longest text, two spaces apart. Characters from outside are spelt out.
  std::string text() const;
  /// As a <table>, escaped.
  std::string html() const;
};

}  // namespace giemsa
