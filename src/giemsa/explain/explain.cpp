#include "giemsa/explain/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/explain/explained_network.h"
#include "giemsa/explain/saliency.h"
#include "giemsa/image/symmetry.h"
#include "giemsa/predict/classifier.h"
#include "giemsa/predict/colours.h"
#include "giemsa/predict/wide_field.h"

namespace giemsa {

namespace {

constexpr std::pair<ExplainMethod, std::string_view> kMethods[] = {
    {ExplainMethod::Fused, "fused"},
    {ExplainMethod::LayerCam, "layercam"},
    {ExplainMethod::GradCam, "gradcam"},
    {ExplainMethod::Occlusion, "occlusion"},
};

/// Where the pixels of `part`, a square of `picture`, lie in it.
PictureSquare place_in(ImageView picture, ImageView part) {
  const std::ptrdiff_t offset = part.pixels - picture.pixels,
                       stride = static_cast<std::ptrdiff_t>(picture.stride);
  return {static_cast<int>(offset % stride / 3), static_cast<int>(offset / stride), part.width};
}

}  // namespace

std::string_view explain_method_name(ExplainMethod method) {
  return kMethods[static_cast<std::size_t>(method)].second;
}

ExplainMethod parse_explain_method(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& [method, known] : kMethods) {
    if (known == name) return method;
    names.emplace_back(known);
  }
  throw Error(ErrorKind::Usage, fmt::format("[explain] there is no method '{}'", name), suggest(name, names));
}

struct Explainer::Parts {
  explicit Parts(const Model& model) : classifier(model) {
    if (!model.is_ensemble()) networks.push_back(std::make_unique<ExplainedNetwork>(model));
    for (const Model& member : model.members) networks.push_back(std::make_unique<ExplainedNetwork>(member));
    for (const auto& network : networks) {
      require(
          network->preprocess().crop_px == preprocess().crop_px, ErrorKind::Usage,
          fmt::format("[explain] the ensemble's networks look at squares of {} and {} px, which cannot be "
                      "shown as one",
                      preprocess().crop_px, network->preprocess().crop_px),
          "explain one of them: FOLDER/members/1");
    }
  }

  const Preprocess& preprocess() const { return networks.front()->preprocess(); }

  Classifier classifier;
  std::vector<std::unique_ptr<ExplainedNetwork>> networks;
};

Explainer::Explainer(Model model) : parts_(std::make_unique<Parts>(model)) {}
Explainer::~Explainer() = default;
Explainer::Explainer(Explainer&&) noexcept = default;
Explainer& Explainer::operator=(Explainer&&) noexcept = default;

Explanation Explainer::explain(ImageView picture, const ExplainOptions& options) const {
  const int count = static_cast<int>(classes().size());
  require(options.class_index >= -1 && options.class_index < count, ErrorKind::Usage,
          fmt::format("[explain] class {} asked for; the model has {}", options.class_index, count));
  require(options.views == 1 || options.views == kSymmetryCount, ErrorKind::Usage,
          fmt::format("[explain] {} views asked for; 1 or {} are possible", options.views, kSymmetryCount));
  Explanation seen;
  const Judgement judgement = parts_->classifier.judge(picture);
  seen.probabilities = judgement.probabilities;
  seen.class_index = options.class_index >= 0 ? options.class_index : judgement.answer;
  seen.probability = seen.probabilities[static_cast<std::size_t>(seen.class_index)];
  ImageView square = square_of(picture);
  seen.square = place_in(picture, square);
  const Viewing& viewing = parts_->classifier.model().viewing;
  const Image stained =  // at its own size, since each network crops and resizes it
      viewing.deepen_pale
          ? in_colours(crop_and_resize(square, {.crop_px = 0, .input_px = square.width}), viewing)
          : Image();
  if (viewing.deepen_pale) square = stained;
  seen.side_px = parts_->preprocess().input_px;
  seen.saliency.assign(static_cast<std::size_t>(seen.side_px * seen.side_px), 0.f);
  const float share = 1.f / static_cast<float>(parts_->networks.size());
  for (const auto& network : parts_->networks) {
    const NetworkSaliency one = network->saliency(square, viewing.standardise && !viewing.deepen_pale,
                                                  seen.class_index, options, seen.side_px);
    for (std::size_t p = 0; p < one.map.size(); ++p) seen.saliency[p] += one.map[p];
    seen.mass += one.mass * share;
  }
  scale_to_one(seen.saliency);
  seen.share = half_mass_share(seen.saliency);
  return seen;
}

const std::vector<std::string>& Explainer::classes() const { return parts_->classifier.classes(); }
const Classifier& Explainer::classifier() const { return parts_->classifier; }

ImageView Explainer::square_of(ImageView picture) const {
  return centre_square(looked_at(picture, parts_->classifier.model().viewing), parts_->preprocess());
}

}  // namespace giemsa
