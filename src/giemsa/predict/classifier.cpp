#include "giemsa/predict/classifier.h"

#include <algorithm>
#include <utility>

#include "giemsa/core/error.h"
#include "giemsa/predict/for_each_picture.h"
#include "giemsa/predict/second_looks.h"

namespace giemsa {

Classifier::Classifier(Model model) : model_(std::move(model)), networks_(model_) {}

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
  ReadPictures read =
      for_each_picture({count, load, name}, threads, progress, [&](std::size_t i, const Image& picture) {
        const std::vector<float> probabilities = classifier.classify(picture);
        std::ranges::copy(probabilities, all.begin() + static_cast<std::ptrdiff_t>(i * classes));
      });
  return {std::move(all), std::move(read.readable), std::move(read.findings)};
}

EvidenceOfAll evidence_of_all(const Classifier& classifier, const PictureList& pictures, int threads,
                              const ProgressCallback& progress) {
  const std::size_t k = classifier.classes().size(), d = classifier.features();
  EvidenceOfAll all{std::vector<float>(pictures.count * k), std::vector<float>(pictures.count * d), {}, {}};
  ReadPictures read = for_each_picture(pictures, threads, progress, [&](std::size_t i, const Image& picture) {
    const Evidence evidence = classifier.evidence(picture);
    std::ranges::copy(evidence.logits, all.logits.begin() + static_cast<std::ptrdiff_t>(i * k));
    std::ranges::copy(evidence.features, all.features.begin() + static_cast<std::ptrdiff_t>(i * d));
  });
  all.readable = std::move(read.readable);
  all.findings = std::move(read.findings);
  return all;
}

}  // namespace giemsa
