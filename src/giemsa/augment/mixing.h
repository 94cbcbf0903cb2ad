#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "giemsa/core/options.h"
#include "giemsa/core/random.h"

namespace giemsa {

/// How whole batches are mixed in training. Letters: N pictures, S their side in px, K classes.
struct MixOptions {
  double probability = 0;     ///< that a batch is mixed at all
  double mixup_alpha = 0.2;   ///< of MixUp's Beta(alpha, alpha)
  double cutmix_alpha = 1.0;  ///< of CutMix's
  double cutmix_share = 0.5;  ///< of the mixed batches: CutMix; the others: MixUp
};

void describe(OptionVisitor& visit, MixOptions& options);

enum class MixKind { None, MixUp, CutMix };

/// The columns [x0, x1) and rows [y0, y1) of a picture, in px.
struct MixBox {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  bool operator==(const MixBox&) const = default;
};

/// What is done to one batch. The partner of picture i is picture i - 1, that of the first is the last: the
/// batch rolled by one, as in torchvision.
struct Mix {
  MixKind kind = MixKind::None;
  double lambda = 1;  ///< the picture's own share; its partner's is 1 - lambda
  MixBox box = {};    ///< CutMix: the part that the partner gives
  bool operator==(const Mix&) const = default;
};

/// CutMix's box and share for a share `lambda` that was drawn and a centre (x, y) in [0, S): half the side is
/// int(0.5 · √(1 - lambda) · S), what lies outside is cut off, and lambda is then 1 - area / S².
Mix cutmix(double lambda, int x, int y, int side_px);

/// Draws what happens to a batch of pictures of this side. Throws Usage for options out of their range.
Mix draw_mix(const MixOptions& options, int side_px, Random& random);

/// Mixes a batch in place; of scratch it needs one picture.
/// images: [N, S, S, 3] f32, with the S that `mix` was drawn for; targets: [N, K] f32, distributions, which
/// they stay. Throws Internal when the sizes do not fit.
void apply_mix(const Mix& mix, std::size_t batch, std::span<float> images, std::span<float> targets);

/// One-hot targets with label smoothing: 1 - epsilon + epsilon / K for the label, epsilon / K elsewhere
/// (Szegedy et al. 2016). Comes before mixing.
/// labels: [N], in [0, K), otherwise Internal is thrown; targets: [N, K] f32, written.
void smooth_targets(std::span<const std::int64_t> labels, int classes, double epsilon,
                    std::span<float> targets);

}  // namespace giemsa
