#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/trust/calibration.h"
#include "giemsa/trust/conformal.h"
#include "giemsa/trust/novelty.h"

namespace giemsa {

// Shape letters of this folder: N validation pictures, M training pictures, K classes, D features.

/// When not to answer.
struct Abstention {
  double coverage = 0.98;  ///< the share of validation cells that are answered
  float most_novelty = std::numeric_limits<float>::infinity();  ///< above: unlike the training pictures
  float least_confidence = 0;                                   ///< below: not sure
  /// Above: unusual. The calibration holds for pictures like the validation part, so that such ones are
  /// thought less sure (certainty), and may be looked at again (predict/second_looks.h).
  float usual_novelty = std::numeric_limits<float>::infinity();

  bool is_unusual(float novelty) const { return novelty > usual_novelty; }
  /// The exponent of the probabilities of a picture of this novelty: 1 within the usual, then usual_novelty /
  /// novelty, so that the temperature rises in proportion to the novelty. Ours.
  double certainty(float novelty) const { return is_unusual(novelty) ? usual_novelty / novelty : 1; }
};

/// What turns a network's answer into one that may be trusted; each part may be missing. Fitted by fit_trust,
/// stored with the model.
struct Trust {
  std::optional<Calibration> calibration;
  std::optional<ConformalSets> conformal;
  std::optional<Novelty> novelty;
  std::optional<Abstention> abstention;
  std::int64_t validation_pictures = 0;  ///< what it was fitted on
  std::int64_t training_pictures = 0;    ///< of the novelty

  bool empty() const { return !calibration && !conformal && !novelty && !abstention; }
};

/// Whether a picture is answered, and if not why.
enum class Verdict {
  Answered,
  Unlike,  ///< it is unlike the cells that the network was trained on
  Unsure,  ///< it is like them, but the network is not sure
};
/// "answered", "unlike", "unsure".
std::string_view verdict_name(Verdict verdict);

/// All that is said of one picture.
struct Judgement {
  std::vector<float> probabilities;  ///< [K], calibrated
  int answer = -1;                   ///< the most probable class, the first of equals
  float confidence = 0;              ///< its probability
  /// The classes of the conformal set, by falling probability; nothing where none were fitted. An empty set
  /// says that no class is as probable as the true one was for that share of the validation pictures.
  std::optional<std::vector<int>> set;
  std::optional<float>
      novelty;  ///< Novelty::score; nothing where it was not fitted, or there are no features
  Verdict verdict = Verdict::Answered;

  bool abstains() const { return verdict != Verdict::Answered; }
};

/// logits: [K]; features: [D], or empty, which leaves the novelty out. level: of the conformal set; the one
/// that it was fitted with where none is named. A Trust with nothing in it gives plain softmax and always
/// answers. Thread-safe. Throws Model for logits or features of another number than it was fitted on or not
/// finite, Usage for a level outside of (0, 1).
Judgement judge(const Trust& trust, std::span<const float> logits, std::span<const float> features,
                std::optional<double> level = {});

/// Why a picture is not answered, "unlike the cells it was trained on (novelty 2.31, limit 1.52)" or "not
/// sure (0.62, limit 0.71)"; "" for one that is.
std::string reason(const Trust& trust, const Judgement& judgement);

/// Writes trust.json (what a person may read) and trust.safetensors (the tensors) into a folder that exists,
/// each atomically. Throws Io.
void write_trust(const std::filesystem::path& folder, const Trust& trust);

/// Reads them; without trust.json an empty Trust. Everything is checked: sizes against each other and
/// `classes`, numbers finite, scales positive, scores rising. Throws Io when unreadable, Model when
/// malformed.
Trust read_trust(const std::filesystem::path& folder, std::size_t classes);

}  // namespace giemsa
