#pragma once
#include <functional>
#include <memory>
#include <string>

#include "giemsa/serve/asked.h"
#include "giemsa/serve/metrics.h"
#include "giemsa/serve/options.h"
#include "giemsa/serve/served_model.h"
#include "giemsa/serve/service.h"
#include "giemsa/serve/work_queue.h"

namespace giemsa {

/// What a request about pictures is answered from.
struct PictureRequest {
  Asked asked;
  std::string body;
  std::shared_ptr<const ServedModel> model;
  std::function<void(PictureReply)> done;
};

/// POST /v1/predict: JSON with an answer for each picture. `options`, `metrics` and `log` are kept by
/// reference.
std::shared_ptr<PictureTask> predict_task(PictureRequest request, const ServeOptions& options,
                                          Metrics& metrics, AccessLog& log);

/// POST /v1/explain: a PNG of the one picture with where the model looked.
std::shared_ptr<PictureTask> explain_task(PictureRequest request, const ServeOptions& options,
                                          AccessLog& log);

/// GET of a sample that is not drawn yet. `samples` and `log` are kept by reference.
std::shared_ptr<PictureTask> sample_task(Samples& samples, std::size_t which, AccessLog& log,
                                         std::function<void(PictureReply)> done);

}  // namespace giemsa
