#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/eval/report.h"
#include "giemsa/page/page.h"

namespace giemsa::report {

// The parts of report.html; a section is empty where the input has nothing to show. Names and texts from
// outside are escaped here and nowhere else.

/// What the figures say, in a sentence or two, as HTML.
std::string summary(const ReportInput& input);
std::vector<page::Tile> tiles(const Evaluation& evaluation);
page::Section data_section(const ReportInput& input);
/// Draws into `figures`.
page::Section training_section(const ReportInput& input, const std::filesystem::path& figures);
page::Section confusion_section(const ReportInput& input);
page::Section classes_section(const ReportInput& input);
page::Section mistakes_section(const ReportInput& input);
page::Section card_section(const ReportInput& input);

/// The style of what only this page has.
std::string_view style();

}  // namespace giemsa::report
