#pragma once
#include <filesystem>
#include <span>
#include <string>

#include "giemsa/data/source.h"
#include "giemsa/predict/calibrate_model.h"
#include "giemsa/run/model_file.h"
#include "giemsa/split/split.h"

namespace giemsa {

// The facts of a calibrated model that name the pictures which it was calibrated on.
inline constexpr const char* kCalibratedOn = "calibrated on";
inline constexpr const char* kCalibrationSplit = "calibration split sha256";

/// Fits the trust of the model at `path` (a model or run folder) on the validation part of a split, with
/// progress on stderr, and writes the model anew with it. `viewing`: how it is shown pictures, from now on.
/// match: which class of the model each class of the source is. Throws as calibrate_model, read_model and
/// write_model.
CalibratedModel calibrate_in_place(const std::filesystem::path& path, const Viewing& viewing,
                                   const Source& source, const Split& split, std::span<const int> match,
                                   const TrustOptions& options, int threads);

}  // namespace giemsa
