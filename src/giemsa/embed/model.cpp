#include "giemsa/embed/model.h"

#include "giemsa/core/error.h"
#include "giemsa/core/version.h"
#include "giemsa/embed/guard.h"
#include "giemsa/run/model_box.h"

using namespace giemsa;

const char* giemsa_version(void) { return version().data(); }  // a literal

giemsa_status giemsa_open(const char* folder, giemsa_model** model) {
  if (model) *model = nullptr;
  return embed::guarded([&] {
    require(model, ErrorKind::Usage, "[embed] the pointer for the model is NULL");
    const auto path = folder ? named_model(folder) : boxed_model();
    *model = new giemsa_model{Classifier(read_model(path, ModelParts::Answering))};
  });
}

void giemsa_close(giemsa_model* model) { delete model; }

size_t giemsa_class_count(const giemsa_model* model) {
  return model ? model->classifier.classes().size() : 0;
}

const char* giemsa_class_name(const giemsa_model* model, size_t class_index) {
  return class_index < giemsa_class_count(model) ? model->classifier.classes()[class_index].c_str() : "";
}
