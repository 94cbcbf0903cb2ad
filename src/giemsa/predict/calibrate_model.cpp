#include "giemsa/predict/calibrate_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

/// Of a part of a split: what the networks say of its pictures, and their true classes.
struct LabelledEvidence {
  std::vector<float> logits, features;  // [N, K], [N, D]
  std::vector<int> labels;              // [N]
};

/// The labelled records of a part, at most `most` of them, spread evenly.
std::vector<std::size_t> labelled_records(const Source& source, const Split& split, Part part,
                                          std::span<const int> match, std::size_t most) {
  std::vector<std::size_t> records = split.members(part);
  std::erase_if(records, [&](std::size_t r) {
    const int label = source.records()[r].label;
    return label < 0 || match[static_cast<std::size_t>(label)] < 0;
  });
  if (records.size() <= most) return records;
  std::vector<std::size_t> some;
  for (std::size_t i = 0; i < most; ++i) some.push_back(records[i * records.size() / most]);
  return some;
}

/// Leaves out the rows of pictures that could not be read.
LabelledEvidence readable_rows(const EvidenceOfAll& all, std::span<const int> labels) {
  const std::size_t n = labels.size(), k = all.logits.size() / n, d = all.features.size() / n;
  LabelledEvidence result;
  for (std::size_t i = 0; i < n; ++i) {
    if (!all.readable[i]) continue;
    const float *logits = all.logits.data() + i * k, *features = all.features.data() + i * d;
    result.logits.insert(result.logits.end(), logits, logits + k);
    result.features.insert(result.features.end(), features, features + d);
    result.labels.push_back(labels[i]);
  }
  return result;
}

}  // namespace

CalibratedModel calibrate_model(const Classifier& classifier, const Source& source, const Split& split,
                                std::span<const int> match, const TrustOptions& options, int threads,
                                const ProgressCallback& progress) {
  check_options(options);
  const auto validation =
      labelled_records(source, split, Part::Val, match, std::numeric_limits<std::size_t>::max());
  const auto training = labelled_records(source, split, Part::Train, match, kMostTrainingPictures);
  const std::size_t total = validation.size() + training.size();
  std::size_t before = 0;  // pictures of the parts that are done
  CalibratedModel result;
  const auto ask = [&](std::span<const std::size_t> records) {
    const PictureList list{records.size(), [&](std::size_t i) { return source.load(records[i]); },
                           [&](std::size_t i) { return source.records()[records[i]].id; }};
    const EvidenceOfAll all =
        evidence_of_all(classifier, list, threads, [&](std::uint64_t done, std::uint64_t) {
          if (progress) progress(before + done, total);
        });
    before += records.size();
    result.findings.insert(result.findings.end(), all.findings.begin(), all.findings.end());
    std::vector<int> labels;
    for (const std::size_t r : records)
      labels.push_back(match[static_cast<std::size_t>(source.records()[r].label)]);
    return labels.empty() ? LabelledEvidence{} : readable_rows(all, labels);
  };
  const LabelledEvidence val = ask(validation), train = ask(training);
  require(train.labels.size() >= 2, ErrorKind::Data,
          fmt::format("[trust] {} training pictures; at least 2 are needed to tell what cells look like",
                      train.labels.size()),
          "a split with a train part: --split-file");
  const std::size_t d = classifier.features();
  const TrustData data{.classes = static_cast<int>(classifier.classes().size()),
                       .logits = val.logits,
                       .labels = val.labels,
                       .features = {val.features.data(), val.labels.size(), d},
                       .training_features = {train.features.data(), train.labels.size(), d},
                       .training_labels = train.labels};
  result.trust = fit_trust(data, options);
  result.figures = cross_fit(data, options);
  return result;
}

}  // namespace giemsa
