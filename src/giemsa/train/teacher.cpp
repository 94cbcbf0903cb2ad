#include "giemsa/train/teacher.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "giemsa/core/error.h"
#include "giemsa/models/registry.h"
#include "giemsa/trust/calibration.h"

namespace giemsa {

Teacher::Teacher(Model model, const std::vector<std::string>& classes, const Preprocess& preprocess)
    : classes_(classes.size()) {
  require(model.classes == classes, ErrorKind::Usage,
          fmt::format("[distill] the teacher knows the classes {}, the data set has {}",
                      fmt::join(model.classes, ", "), fmt::join(classes, ", ")),
          "a teacher that was trained on the same classes");
  if (!model.is_ensemble()) members_.push_back(make_member(model, preprocess));
  for (Model& member : model.members) members_.push_back(make_member(member, preprocess));
}

Teacher::Member Teacher::make_member(Model& model, const Preprocess& student) {
  ModelOptions options = model.options;
  options.input_px = student.input_px;
  const Normalisation theirs(student), own(model.preprocess);
  Member member{
      NativeExecutor(build_model(model.network, options), std::exchange(model.weights, {})), {}, {}, {}};
  for (int c = 0; c < 3; ++c) {
    // Both networks take the three colours, in one of two orders.
    const int from = own.source[c] == theirs.source[c] ? c : 2 - c;
    member.source[c] = from;
    member.scale[c] = own.scale[c] / theirs.scale[from];
    member.shift[c] = own.shift[c] - theirs.shift[from] * member.scale[c];
  }
  return member;
}

void Teacher::teach(std::span<const float> images, double weight, int threads,
                    std::span<float> targets) const {
  const std::size_t count = targets.size() / classes_;
  std::vector<float> pixels(images.size()), logits(targets.size());
  std::vector<double> sums(targets.size()), probabilities(classes_);
  for (const Member& member : members_) {
    for (std::size_t i = 0; i < images.size(); i += 3) {
      for (int c = 0; c < 3; ++c)
        pixels[i + c] = images[i + member.source[c]] * member.scale[c] + member.shift[c];
    }
    member.network.run(pixels, count, threads, logits);
    for (std::size_t i = 0; i < sums.size(); i += classes_) {
      calibrated_softmax(nullptr, std::span(logits).subspan(i, classes_), probabilities);
      for (std::size_t k = 0; k < classes_; ++k) sums[i + k] += probabilities[k];
    }
  }
  const double share = weight / static_cast<double>(members_.size());
  for (std::size_t i = 0; i < sums.size(); ++i)
    targets[i] = static_cast<float>((1 - weight) * targets[i] + share * sums[i]);
}

}  // namespace giemsa
