#include "giemsa/inspect_report/report.h"

#include <algorithm>
#include <future>
#include <iterator>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/inspect_report/report_gallery.h"
#include "giemsa/inspect_report/report_parts.h"

namespace giemsa {

using namespace inspection_report;

void write_inspection_report(const std::filesystem::path& folder, const InspectionReportInput& input) {
  require(input.inspection != nullptr, ErrorKind::Internal, "[inspection report] there is no inspection");
  const Context context(input);
  prepare_output_folder(folder);
  const std::filesystem::path figures = folder / "figures";

  // Their figures are drawn by another program, meanwhile.
  auto set = std::async(std::launch::async, [&] { return set_section(context, figures); });
  auto distances = std::async(std::launch::async, [&] { return distances_section(context, figures); });
  std::vector<Gallery> galleries = duplicate_galleries(context);
  std::ranges::move(finding_galleries(context), std::back_inserter(galleries));
  std::vector<page::Section> sections = gallery_sections(context, galleries);
  std::ranges::move(tables_without_pictures(context), std::back_inserter(sections));

  page::Page page{
      .kind = "Inspection report",
      .title = input.title,
      .summary = summary(context),
      .tiles = tiles(context),
      .sections = {overview_section(context, sections), set.get(), distances.get()},
      .style = style(),
      .footer =
          "Findings are hints for a person who knows the cells. No picture was changed, moved or removed.",
  };
  std::ranges::move(sections, std::back_inserter(page.sections));
  page.sections.push_back(made_section(context));
  write_atomic(folder / "report.html", page::render(page));
}

}  // namespace giemsa
