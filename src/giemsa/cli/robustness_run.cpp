#include "giemsa/cli/robustness_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "giemsa/core/error.h"
#include "giemsa/core/progress.h"
#include "giemsa/corrupt/variant.h"
#include "giemsa/predict/for_each_picture.h"

namespace giemsa {

MeasuredRobustness measure_robustness(const Classifier& classifier, const Source& source,
                                      const AnsweredPictures& answered, const Evaluation& clean,
                                      const RobustnessArguments& args) {
  std::vector<int> severities(kSeverities);
  std::iota(severities.begin(), severities.end(), 1);
  const std::vector<Variant> variants = variants_of(args.corruptions, severities);
  const std::vector<std::size_t>& records = answered.records;
  const Predictions& predictions = answered.predictions;
  const std::size_t classes = predictions.classes.size();
  std::vector<Predictions> changed(variants.size(), predictions);  // its probabilities are written over

  ProgressBar bar("Corrupt and classify", "pictures");
  const PictureList list{records.size(), [&](std::size_t i) { return source.load(records[i]); },
                         [&](std::size_t i) { return source.records()[records[i]].id; }};
  const ReadPictures read =
      for_each_picture(list, args.threads, bar.callback(), [&](std::size_t i, const Image& picture) {
        const std::string& id = predictions.ids[i];
        const PictureList copies{variants.size(),
                                 [&](std::size_t v) { return variants[v].make(picture, args.seed, id); },
                                 [&](std::size_t) { return id; }};
        load_in_groups(
            copies, 0, variants.size(),
            [&](const PictureGroup& group) {
              const std::vector<Judgement> judgements = classifier.judge(group.pictures);
              for (std::size_t g = 0; g < group.size(); ++g)
                std::ranges::copy(judgements[g].probabilities,
                                  &changed[group.numbers[g]].probabilities[i * classes]);
            },
            [](const Finding& finding, std::size_t) { throw Error(ErrorKind::Internal, finding.evidence); });
      });
  bar.finish();
  require(read.findings.empty(), ErrorKind::Io,
          "[evaluate] a picture that was readable before cannot be read now",
          "leave the data alone while they are measured");

  MeasuredRobustness result;
  RobustnessTable& table = result.table;
  table = {.pictures = clean.count,
           .seed = static_cast<std::int64_t>(args.seed),
           .clean = set_figures(clean),
           .corruptions = {}};
  for (std::size_t v = 0; v < variants.size(); ++v) {
    if (variants[v].corruption == nullptr) {
      table.augmented = evaluate(changed[v], clean.bootstrap);
      result.augmented = std::move(changed[v]);
      table.augmentation = fmt::format("as `giemsa corrupt --corruption augmented`, seed {}", args.seed);
      continue;
    }
    if (variants[v].severity == 1) table.corruptions.push_back({std::string(variants[v].name()), {}});
    table.corruptions.back().severities.push_back(set_figures(evaluate(changed[v])));
  }
  return result;
}

}  // namespace giemsa
