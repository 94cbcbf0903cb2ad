#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/page/chart.h"
#include "giemsa/page/page.h"
#include "giemsa/page/table.h"

namespace giemsa::report {

/// A part of the report under its heading, written at once into report.html and report.md. Texts are plain
/// but for what page::strong() marks; they are escaped here and nowhere else. A chapter without content is
/// left out.
class Chapter {
 public:
  /// id: where links lead to; figures: the folder into which charts are drawn.
  Chapter(std::string id, std::string title, std::filesystem::path figures);

  void heading(std::string_view text);
  void note(std::string_view text);
  void table(const page::Table& table, std::string_view style = "");
  /// Side by side where there is room; those without a number are left out.
  void charts(const std::vector<page::Chart>& charts);
  void pairs(const std::vector<std::pair<std::string, std::string>>& items);
  void only_html(std::string_view html) { html_ += html; }
  void only_markdown(std::string_view markdown) { markdown_ += markdown; }

  page::Section section() const { return {id_, title_, html_}; }
  /// With its heading; "" without content.
  std::string markdown() const;

 private:
  std::string id_, title_, html_, markdown_;
  std::filesystem::path figures_;
};

}  // namespace giemsa::report
