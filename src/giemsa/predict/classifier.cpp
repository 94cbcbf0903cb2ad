#include "giemsa/predict/classifier.h"

#include <algorithm>
#include <utility>

#include "giemsa/core/error.h"
#include "giemsa/predict/for_each_picture.h"
#include "giemsa/predict/second_looks.h"

namespace giemsa {

Classifier::Classifier(Model model) : model_(std::move(model)), networks_(model_) {}

std::vector<Evidence> Classifier::evidence(std::span<const Image> pictures) const {
  const std::vector<ImageView> views(pictures.begin(), pictures.end());
  return networks_.look(views, model_.viewing);
}

std::vector<Judgement> Classifier::judge(std::span<const Image> pictures, std::optional<double> level) const {
  const std::vector<Evidence> found = evidence(pictures);
  std::vector<Judgement> judgements;
  for (std::size_t i = 0; i < pictures.size(); ++i) judgements.push_back(judge(pictures[i], found[i], level));
  return judgements;
}

Judgement Classifier::judge(ImageView picture, const Evidence& evidence, std::optional<double> level) const {
  const auto judged = [&](const Evidence& e) {
    return giemsa::judge(model_.trust, e.logits, e.features, level);
  };
  Judgement first = judged(evidence);
  const bool unusual =
      model_.trust.abstention && first.novelty && model_.trust.abstention->is_unusual(*first.novelty);
  if (!model_.viewing.second_looks || !unusual) return first;
  return judged(with_second_looks(networks_, picture, model_.viewing, evidence));
}

Answers classify_all(const Classifier& classifier, std::size_t count,
                     const std::function<Image(std::size_t)>& load,
                     const std::function<std::string(std::size_t)>& name, int threads,
                     const ProgressCallback& progress) {
  const std::size_t classes = classifier.classes().size();
  std::vector<float> all(count * classes);
  ReadPictures read = for_each_group({count, load, name}, threads, progress, [&](const PictureGroup& group) {
    const std::vector<Judgement> judgements = classifier.judge(group.pictures);
    for (std::size_t g = 0; g < group.size(); ++g)
      std::ranges::copy(judgements[g].probabilities, &all[group.numbers[g] * classes]);
  });
  return {std::move(all), std::move(read.readable), std::move(read.findings)};
}

EvidenceOfAll evidence_of_all(const Classifier& classifier, const PictureList& pictures, int threads,
                              const ProgressCallback& progress) {
  const std::size_t k = classifier.classes().size(), d = classifier.features();
  EvidenceOfAll all{std::vector<float>(pictures.count * k), std::vector<float>(pictures.count * d), {}, {}};
  ReadPictures read = for_each_group(pictures, threads, progress, [&](const PictureGroup& group) {
    const std::vector<Evidence> evidence = classifier.evidence(group.pictures);
    for (std::size_t g = 0; g < group.size(); ++g) {
      std::ranges::copy(evidence[g].logits, &all.logits[group.numbers[g] * k]);
      std::ranges::copy(evidence[g].features, &all.features[group.numbers[g] * d]);
    }
  });
  all.readable = std::move(read.readable);
  all.findings = std::move(read.findings);
  return all;
}

}  // namespace giemsa
