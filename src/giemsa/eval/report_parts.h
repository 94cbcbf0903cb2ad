#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "giemsa/eval/report.h"

namespace giemsa::report {

// The parts of report.html, each as HTML; "" where the input has nothing to show. Names and texts from
// outside are escaped here and nowhere else.

std::string headline(const ReportInput& input);
std::string data_section(const ReportInput& input);
/// Draws into `figures`.
std::string training_section(const ReportInput& input, const std::filesystem::path& figures);
std::string confusion_section(const ReportInput& input);
std::string classes_section(const ReportInput& input);
std::string mistakes_section(const ReportInput& input);
std::string card_section(const ReportInput& input);

/// The page's style sheet.
std::string_view style();

/// 0.98765 → "98.77 %", with a space that does not break; "–" when not defined.
std::string per_cent(double share);
/// 0.98765 → "98.77", for table columns whose head says per cent; "–" when not defined.
std::string per_cent_digits(double share);
/// "1 picture", "1,364 pictures".
std::string counted(std::int64_t count, std::string_view singular, std::string_view plural);

}  // namespace giemsa::report
