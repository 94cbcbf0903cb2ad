#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/inspect_report/report_context.h"
#include "giemsa/page/page.h"

namespace giemsa::inspection_report {

// The parts of report.html besides its galleries; a section is empty where there is nothing to show.

/// What was found, in a few sentences, as HTML.
std::string summary(const Context& context);
std::vector<page::Tile> tiles(const Context& context);
/// How often each reason was found and what cleaning does then; linked to those of `sections` that show it.
page::Section overview_section(const Context& context, const std::vector<page::Section>& sections);
/// The classes with their colours and sharpness, and sizes and formats. Draws into `figures`.
page::Section set_section(const Context& context, const std::filesystem::path& figures);
/// How far the pictures lie from their class. Draws into `figures`.
page::Section distances_section(const Context& context, const std::filesystem::path& figures);
/// What cannot be shown as a picture: files that cannot be read, and findings about no single record.
std::vector<page::Section> tables_without_pictures(const Context& context);
page::Section made_section(const Context& context);

/// The style of what only this page has.
std::string_view style();

}  // namespace giemsa::inspection_report
