#include "giemsa/predict/classifier.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "giemsa/core/error.h"
#include "giemsa/predict/for_each_picture.h"

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
  std::vector<float> all(count * classes);
  ReadPictures read =
      for_each_picture({count, load, name}, threads, progress, [&](std::size_t i, const Image& picture) {
        const std::vector<float> probabilities = classifier.classify(picture);
        std::ranges::copy(probabilities, all.begin() + static_cast<std::ptrdiff_t>(i * classes));
      });
  return {std::move(all), std::move(read.readable), std::move(read.findings)};
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
