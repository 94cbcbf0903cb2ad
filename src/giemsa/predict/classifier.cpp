#include "giemsa/predict/classifier.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>
#include <utility>

#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"
#include "giemsa/data/broken_picture.h"

namespace giemsa {

Classifier::Classifier(Model model)
    : model_(std::move(model)), network_(model_.graph(), std::exchange(model_.weights, {})) {}

std::vector<float> Classifier::classify(ImageView picture) const {
  const Image input = crop_and_resize(picture, model_.preprocess);
  std::vector<float> pixels(input.bytes().size());
  normalise(input, model_.preprocess, pixels.data());
  std::vector<float> probabilities(classes().size());
  network_.run(pixels, 1, 1, probabilities);
  for (const float logit : probabilities) {
    require(std::isfinite(logit), ErrorKind::Model, "[predict] the network's answer is not a number",
            "its weights are damaged; train or fetch the model again");
  }
  softmax(probabilities);
  return probabilities;
}

Answers classify_all(const Classifier& classifier, std::size_t count,
                     const std::function<Image(std::size_t)>& load,
                     const std::function<std::string(std::size_t)>& name, int threads,
                     const ProgressCallback& progress) {
  const std::size_t classes = classifier.classes().size();
  Answers answers{std::vector<float>(count * classes), std::vector<char>(count), {}};
  std::vector<std::optional<Finding>> findings(count);
  std::atomic<std::uint64_t> done = 0;
  parallel_for(count, threads, [&](std::size_t i) {
    std::optional<Image> picture;
    try {
      picture = load(i);
    } catch (const Error& error) {
      findings[i] = picture_finding(error, name(i));
    }
    if (picture) {
      const std::vector<float> probabilities = classifier.classify(*picture);
      std::copy(probabilities.begin(), probabilities.end(), answers.probabilities.begin() + i * classes);
      answers.readable[i] = true;
    }
    if (progress) progress(++done, count);
  });
  for (auto& finding : findings) {
    if (finding) answers.findings.push_back(std::move(*finding));
  }
  return answers;
}

void softmax(std::span<float> logits) {
  const float largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (float& x : logits) {
    x = std::exp(x - largest);
    sum += x;
  }
  for (float& x : logits) x = static_cast<float>(x / sum);
}

}  // namespace giemsa
