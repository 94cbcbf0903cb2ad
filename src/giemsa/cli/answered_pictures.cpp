#include "giemsa/cli/answered_pictures.h"

#include <algorithm>

#include "giemsa/cli/class_map.h"
#include "giemsa/core/error.h"
#include "giemsa/core/progress.h"

namespace giemsa {

AnsweredPictures answer_pictures(const Classifier& classifier, const Source& source,
                                 std::span<const std::size_t> records, std::span<const int> match,
                                 const std::string& title, int threads) {
  const std::size_t k = classifier.classes().size();
  std::vector<Judgement> judgements(records.size());
  std::vector<float> plain(records.size() * k);
  const PictureList list{records.size(), [&](std::size_t i) { return source.load(records[i]); },
                         [&](std::size_t i) { return source.records()[records[i]].id; }};
  ProgressBar bar(title);
  ReadPictures read = for_each_group(list, threads, bar.callback(), [&](const PictureGroup& group) {
    const std::vector<Evidence> evidence = classifier.evidence(group.pictures);
    for (std::size_t g = 0; g < group.size(); ++g) {
      const std::size_t i = group.numbers[g];
      judgements[i] = classifier.judge(group.pictures[g], evidence[g]);
      std::ranges::copy(judge({}, evidence[g].logits, {}).probabilities, &plain[i * k]);
    }
  });
  bar.finish();

  AnsweredPictures result;
  result.findings = std::move(read.findings);
  Predictions& predictions = result.predictions;
  predictions.classes = classifier.classes();
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!read.readable[i]) continue;
    const Record& record = source.records()[records[i]];
    predictions.ids.push_back(record.id);
    predictions.paths.push_back(record.path);
    const int label = record.label < 0 ? kLeftOut : match[static_cast<std::size_t>(record.label)];
    predictions.labels.push_back(label == kLeftOut ? -1 : label);
    const auto& row = judgements[i].probabilities;
    predictions.probabilities.insert(predictions.probabilities.end(), row.begin(), row.end());
    result.plain.insert(result.plain.end(), plain.data() + i * k, plain.data() + (i + 1) * k);
    result.records.push_back(records[i]);
    result.judgements.push_back(std::move(judgements[i]));
  }
  require(predictions.size() > 0, ErrorKind::Data, "[evaluate] no picture could be read");
  return result;
}

}  // namespace giemsa
