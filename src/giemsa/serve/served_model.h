#pragma once
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "giemsa/explain/explain.h"
#include "giemsa/predict/classifier.h"

namespace giemsa {

/// A model that answers requests. Safe to use from several threads at once.
class ServedModel {
 public:
  /// Throws as read_model() does.
  explicit ServedModel(const std::filesystem::path& path);

  /// The first 16 hexadecimal digits of a SHA-256 over what of the model's files decides its answers.
  const std::string& id() const { return id_; }
  /// For people, "blood_cells": the name of its folder, or of the run that it came out of.
  const std::string& name() const { return name_; }
  const Classifier& classifier() const { return explainer_ ? explainer_->classifier() : *classifier_; }

  /// The picture with where the model looked laid over it, at the picture's size (explain/overlay.h).
  /// class_name: whose evidence; "": that of the most probable class. Throws Usage for a class that the model
  /// lacks, and for an ensemble that cannot be explained as one (Explainer).
  Image explained(const Image& picture, const std::string& class_name) const;

  /// What GET /v1/model says of it.
  nlohmann::ordered_json description() const;

 private:
  std::string id_, name_;
  std::optional<Explainer> explainer_;
  std::optional<Classifier> classifier_;  ///< of a model that cannot be explained
  std::string not_explained_;             ///< why
};

}  // namespace giemsa
