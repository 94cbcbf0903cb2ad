// MixUp: H. Zhang et al., "mixup: Beyond Empirical Risk Minimization", ICLR 2018.
// CutMix: S. Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers", ICCV 2019.
// One share for the whole batch, and the batch rolled by one as partners, as torchvision's recipes have it.
#include "giemsa/augment/mixing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/random_beta.h"
#include "giemsa/core/vector_clones.h"

namespace giemsa {
namespace {

constexpr double kMinAlpha = 0.01, kMaxAlpha = 100;

void check_option(const char* name, double value, double min, double max) {
  require(value >= min && value <= max, ErrorKind::Usage,
          fmt::format("[mix] {} is {}; expected {} to {}", name, value, min, max));
}

/// into = lambda · into + (1 - lambda) · from
GIEMSA_VECTOR_CLONES
void blend(float* into, const float* from, std::size_t count, float lambda) {
  const float rest = 1 - lambda;
  for (std::size_t i = 0; i < count; ++i) into[i] = lambda * into[i] + rest * from[i];
}

/// Calls step(items + i·size, partner) for every item but with partners that are not mixed yet: from the last
/// item to the first, whose partner, the last, is kept aside.
template <class Step>
void with_partners(std::span<float> items, std::size_t size, const Step& step) {
  const std::vector<float> last(items.end() - static_cast<std::ptrdiff_t>(size), items.end());
  for (std::size_t at = items.size() - size; at > 0; at -= size) step(&items[at], &items[at - size]);
  step(items.data(), last.data());
}

}  // namespace

void describe(OptionVisitor& visit, MixOptions& o) {
  visit.field(
      "probability", o.probability,
      {.doc = "Share of the batches that are mixed by MixUp or CutMix; 0 turns it off.", .min = 0, .max = 1});
  visit.field("mixup_alpha", o.mixup_alpha,
              {.doc = "MixUp draws its share from Beta(alpha, alpha).", .min = kMinAlpha, .max = kMaxAlpha});
  visit.field("cutmix_alpha", o.cutmix_alpha,
              {.doc = "CutMix draws its share from Beta(alpha, alpha).", .min = kMinAlpha, .max = kMaxAlpha});
  visit.field(
      "cutmix_share", o.cutmix_share,
      {.doc = "Share of the mixed batches that CutMix mixes; MixUp mixes the others.", .min = 0, .max = 1});
}

Mix cutmix(double lambda, int x, int y, int side_px) {
  const int half = static_cast<int>(0.5 * std::sqrt(1 - lambda) * side_px);
  const MixBox box{std::max(x - half, 0), std::max(y - half, 0), std::min(x + half, side_px),
                   std::min(y + half, side_px)};
  const double area = static_cast<double>(box.x1 - box.x0) * (box.y1 - box.y0);
  return {MixKind::CutMix, 1 - area / (static_cast<double>(side_px) * side_px), box};
}

Mix draw_mix(const MixOptions& o, int side_px, Random& random) {
  check_option("probability", o.probability, 0, 1);
  check_option("mixup_alpha", o.mixup_alpha, kMinAlpha, kMaxAlpha);
  check_option("cutmix_alpha", o.cutmix_alpha, kMinAlpha, kMaxAlpha);
  check_option("cutmix_share", o.cutmix_share, 0, 1);
  if (!random.chance(o.probability)) return {};
  if (!random.chance(o.cutmix_share))
    return {MixKind::MixUp, beta_variate(random, o.mixup_alpha, o.mixup_alpha), {}};
  const double lambda = beta_variate(random, o.cutmix_alpha, o.cutmix_alpha);
  const auto side = static_cast<std::uint64_t>(side_px);
  const int x = static_cast<int>(random.below(side)), y = static_cast<int>(random.below(side));
  return cutmix(lambda, x, y, side_px);
}

void apply_mix(const Mix& mix, std::size_t batch, std::span<float> images, std::span<float> targets) {
  if (mix.kind == MixKind::None || batch == 0) return;
  const std::size_t picture = images.size() / batch, classes = targets.size() / batch;
  const auto side = static_cast<std::size_t>(std::llround(std::sqrt(static_cast<double>(picture) / 3)));
  require(images.size() == batch * side * side * 3 && targets.size() == batch * classes, ErrorKind::Internal,
          fmt::format("[mix] {} values of pictures and {} of targets do not make {} square pictures",
                      images.size(), targets.size(), batch));
  const auto own = static_cast<float>(mix.lambda);
  if (mix.kind == MixKind::MixUp) {
    with_partners(images, picture, [&](float* into, const float* from) { blend(into, from, picture, own); });
  } else {
    const MixBox& box = mix.box;
    require(box.x0 >= 0 && box.y0 >= 0 && std::max(box.x1, box.y1) <= static_cast<int>(side),
            ErrorKind::Internal, fmt::format("[mix] a box leaves the pictures of {} px", side));
    const auto skip = static_cast<std::size_t>(box.x0) * 3;
    const auto width = static_cast<std::size_t>(box.x1 - box.x0) * 3;
    with_partners(images, picture, [&](float* into, const float* from) {
      for (int y = box.y0; y < box.y1; ++y) {
        const std::size_t at = static_cast<std::size_t>(y) * side * 3 + skip;
        std::copy_n(from + at, width, into + at);
      }
    });
  }
  with_partners(targets, classes, [&](float* into, const float* from) { blend(into, from, classes, own); });
}

void smooth_targets(std::span<const std::int64_t> labels, int classes, double epsilon,
                    std::span<float> targets) {
  const auto width = static_cast<std::size_t>(classes);
  require(targets.size() == labels.size() * width, ErrorKind::Internal,
          fmt::format("[mix] {} values for the targets of {} labels and {} classes", targets.size(),
                      labels.size(), classes));
  std::ranges::fill(targets, static_cast<float>(epsilon / classes));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    require(labels[i] >= 0 && labels[i] < classes, ErrorKind::Internal,
            fmt::format("[mix] label {} of {} classes", labels[i], classes));
    targets[i * width + static_cast<std::size_t>(labels[i])] =
        static_cast<float>(1 - epsilon + epsilon / classes);
  }
}

}  // namespace giemsa
