#include "giemsa/predict/classifier.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>

#include "giemsa/core/error.h"
#include "giemsa/core/parallel.h"

namespace giemsa {

Classifier::Classifier(Model model) : model_(std::move(model)), network_(model_.graph(), model_.weights) {
  model_.weights.clear();
}

std::vector<float> Classifier::classify(ImageView picture) const {
  const Image input = crop_and_resize(picture, model_.preprocess);
  std::vector<float> pixels(input.bytes().size());
  normalise(input, model_.preprocess, pixels.data());
  std::vector<float> probabilities(classes().size());
  network_.run(pixels, 1, 1, probabilities);
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
    try {
      const std::vector<float> probabilities = classifier.classify(load(i));
      std::copy(probabilities.begin(), probabilities.end(), answers.probabilities.begin() + i * classes);
      answers.readable[i] = true;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::Data && error.kind() != ErrorKind::Io) throw;
      findings[i] =
          Finding{name(i), error.kind() == ErrorKind::Data ? "corrupt" : "unreadable", error.message()};
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
