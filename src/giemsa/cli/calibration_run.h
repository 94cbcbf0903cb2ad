#pragma once
#include <filesystem>
#include <span>
#include <string>

#include "giemsa/data/source.h"
#include "giemsa/predict/calibrate_model.h"
#include "giemsa/run/model_file.h"
#include "giemsa/split/split.h"

namespace giemsa {

/// The fact of a calibrated model that names the split which it was calibrated on.
inline constexpr const char* kCalibrationSplit = "calibration split sha256";

/// Takes away the facts that a calibration has told of a model.
void forget_calibration(Model& model);

/// Fits the trust of the model at `path` (a model or run folder) on the validation part of a split, with
/// progress on stderr, and writes the model anew with it. `viewing`: how it is shown pictures, from now on.
/// match: which class of the model each class of the source is. remembered: training pictures of each class
/// that a single network keeps a memory of (predict/remember_pictures.h). Throws as calibrate_model,
/// read_model and write_model.
CalibratedModel calibrate_in_place(const std::filesystem::path& path, const Viewing& viewing,
                                   const Source& source, const Split& split, std::span<const int> match,
                                   const TrustOptions& options, std::size_t remembered, int threads);

/// Training pictures of each class that a model keeps the inner values of, so that giemsa adapt can make it
/// learn others without forgetting these.
inline constexpr std::size_t kRememberedPictures = 100;

}  // namespace giemsa
