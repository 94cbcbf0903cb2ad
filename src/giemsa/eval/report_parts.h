#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/eval/report.h"
#include "giemsa/eval/report_chapter.h"
#include "giemsa/page/page.h"

namespace giemsa::report {

// The parts of the report, in their order; a chapter is empty where the input has nothing to show. Charts are
// drawn into `figures`.

/// What the figures say, in a few sentences, with page::strong().
std::string summary(const ReportInput& input);
std::vector<page::Tile> tiles(const Evaluation& evaluation);

Chapter data_chapter(const ReportInput& input, const std::filesystem::path& figures);
Chapter training_chapter(const ReportInput& input, const std::filesystem::path& figures);
Chapter confusion_chapter(const ReportInput& input, const std::filesystem::path& figures);
Chapter classes_chapter(const ReportInput& input, const std::filesystem::path& figures);
Chapter scores_chapter(const ReportInput& input, const std::filesystem::path& figures);
Chapter curves_chapter(const ReportInput& input, const std::filesystem::path& figures);
Chapter trust_chapter(const ReportInput& input, const std::filesystem::path& figures);
Chapter robustness_chapter(const ReportInput& input, const std::filesystem::path& figures);
Chapter laboratories_chapter(const ReportInput& input, const std::filesystem::path& figures);
/// Mistakes, pictures that were not answered, and the least certain ones.
Chapter gallery_chapter(const ReportInput& input, const std::filesystem::path& figures);
Chapter card_chapter(const ReportInput& input, const std::filesystem::path& figures);

/// The style of what only this page has.
std::string_view style();

}  // namespace giemsa::report
