#pragma once
#include "giemsa/core/error.h"
#include "giemsa/giemsa.h"
#include "giemsa/predict/classifier.h"

/// A model that was opened.
struct giemsa_model {
  giemsa::Classifier classifier;
};

namespace giemsa::embed {

/// Throws Usage for NULL.
inline const Classifier& classifier_of(const giemsa_model* model) {
  require(model, ErrorKind::Usage, "[embed] the model is NULL", "giemsa_open gives one");
  return model->classifier;
}

}  // namespace giemsa::embed
