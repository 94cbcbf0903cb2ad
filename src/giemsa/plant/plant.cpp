#include "giemsa/plant/plant.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <set>

#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"
#include "giemsa/data/new_folder.h"
#include "giemsa/image/preprocess.h"
#include "giemsa/plant/contents.h"
#include "giemsa/plant/picture_maker.h"

namespace giemsa {
namespace {

/// The rows in the order of the files' numbers, which tells nothing.
std::vector<TruthRow> truth_of(const Source& clean, const std::vector<PlannedPicture>& plan,
                               const std::vector<std::string>& paths, std::vector<std::string> details) {
  std::vector<TruthRow> rows(plan.size());
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const PlannedPicture& planned = plan[i];
    rows[planned.number - 1] = {
        .path = paths[i],
        .label = clean.class_name(planned.label),
        .true_label = clean.class_name(planned.true_label),
        .kind = planned.kind,
        .original = planned.original == planned.kNone ? "" : paths[planned.original],
        .detail = std::move(details[i]),
        .source = planned.record == planned.kNone ? "" : clean.records()[planned.record].id};
  }
  return rows;
}

}  // namespace

Planted plant(const Source& clean, const std::filesystem::path& out, const PlantOptions& options,
              const ProgressCallback& progress) {
  require(options.size_px >= 0 && options.size_px <= kMaxInputPx, ErrorKind::Usage,
          fmt::format("[plant] size is {} px; 0 to {} is expected", options.size_px, kMaxInputPx));
  NewFolder folder(out, "plant");
  const std::size_t sources = clean.records().size();
  Contents contents = different_contents(clean, options.threads, progress);
  const std::vector<PlannedPicture> plan = make_plan(clean, contents.records, options);
  const PictureMaker maker(clean, plan, options, contents.format);
  std::set<std::string> classes;  // a folder without a picture could not be read back
  for (const PlannedPicture& picture : plan) classes.insert(clean.class_name(picture.label));
  folder.make_class_folders("images", {classes.begin(), classes.end()});

  std::vector<std::string> paths(plan.size()), details(plan.size());
  std::atomic<std::uint64_t> done = 0;
  parallel_for(plan.size(), options.threads, [&](std::size_t i) {
    PictureMaker::Made made = maker.make(plan[i]);
    paths[i] =
        fmt::format("{}/{:06}{}", clean.class_name(plan[i].label), plan[i].number, made.file.extension);
    details[i] = std::move(made.detail);
    folder.write("images/" + paths[i], made.file.bytes);
    const std::uint64_t now = ++done;
    if (progress) progress(now, plan.size());
  });
  folder.write("truth.csv", truth_text(truth_of(clean, plan, paths, std::move(details))));
  folder.commit();

  Planted planted{.pictures = plan.size(),
                  .left_out = sources - contents.records.size() - contents.findings.size(),
                  .findings = std::move(contents.findings)};
  for (const PlannedPicture& picture : plan) ++planted.counts[static_cast<std::size_t>(picture.kind)];
  return planted;
}

}  // namespace giemsa
