#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace giemsa::page {

/// The text of a cell with a second line in small letters, as for an interval; "" for `small`: none.
std::string with_below(std::string_view text, std::string_view small);

/// A table of plain texts, which may come from outside, for pages and for Markdown.
struct Table {
  std::vector<std::string> heads;                   ///< the first column names the rows
  std::vector<std::vector<std::string>> rows;       ///< each as long as heads
  std::vector<std::vector<std::string>> foot = {};  ///< sums and averages
  std::vector<std::size_t> words = {};  ///< columns of words, besides the first; all others are numbers
  std::vector<double> bars = {};        ///< [rows] shares that the page draws behind each row
  std::vector<std::vector<double>> shades =
      {};  ///< [rows][columns] how strongly the page shades a cell, 0 to 1

  /// With a frame that scrolls on narrow screens; "" without rows. style: of the <table>, a plain word.
  std::string html(std::string_view style = "") const;
  /// As in GitHub's Markdown, `foot` in bold; "" without rows.
  std::string markdown() const;
};

}  // namespace giemsa::page
