#include "giemsa/serve/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/core/version.h"
#include "giemsa/image/opencv_threads.h"
#include "giemsa/serve/body_reader.h"
#include "giemsa/serve/multipart.h"
#include "giemsa/serve/openapi.h"
#include "giemsa/serve/page.h"
#include "giemsa/serve/picture_tasks.h"

namespace giemsa {
namespace {

using Json = nlohmann::ordered_json;

enum class Route {
  Page,
  Asset,
  Model,
  Predict,
  Explain,
  Samples,
  Sample,
  Health,
  Ready,
  Metrics,
  OpenApi,
  None
};

struct RouteRow {
  Route route;
  std::string_view name, path;
  bool is_folder;  ///< `path` is the beginning of many
  bool takes_pictures;
};

constexpr std::array kRoutes{
    RouteRow{Route::Page, "page", "/", false, false},
    RouteRow{Route::Asset, "asset", "/assets/", true, false},
    RouteRow{Route::Model, "model", "/v1/model", false, false},
    RouteRow{Route::Predict, "predict", "/v1/predict", false, true},
    RouteRow{Route::Explain, "explain", "/v1/explain", false, true},
    RouteRow{Route::Samples, "samples", "/v1/samples", false, false},
    RouteRow{Route::Sample, "sample", "/v1/samples/", true, false},
    RouteRow{Route::Health, "healthz", "/healthz", false, false},
    RouteRow{Route::Ready, "readyz", "/readyz", false, false},
    RouteRow{Route::Metrics, "metrics", "/metrics", false, false},
    RouteRow{Route::OpenApi, "openapi", "/openapi.json", false, false},
};
constexpr RouteRow kNoRoute{Route::None, "none", "", false, false};

const RouteRow& find_route(std::string_view path) {
  const auto found = std::ranges::find_if(kRoutes, [&](const RouteRow& row) {
    return row.is_folder ? path.starts_with(row.path) && path.size() > row.path.size() : path == row.path;
  });
  return found == kRoutes.end() ? kNoRoute : *found;
}

Reply text_reply(std::string text, std::string content_type = "text/plain; charset=utf-8") {
  return {.content_type = std::move(content_type), .body = std::move(text)};
}

Reply unauthorized() {
  Reply reply = refusal(401, "unauthorized", "a token is needed", "Authorization: Bearer TOKEN");
  reply.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"giemsa\"");
  reply.headers.emplace_back("WWW-Authenticate", "Basic realm=\"giemsa\", charset=\"UTF-8\"");
  return reply;
}

Reply not_allowed(const char* methods) {
  Reply reply = refusal(405, "usage", fmt::format("this address is asked with {}", methods));
  reply.headers.emplace_back("Allow", methods);
  return reply;
}

/// Whether a body of this type may be a picture, or a form of pictures.
bool may_be_pictures(std::string_view content_type) {
  const std::string type = to_lower(content_type.substr(0, content_type.find(';')));
  return type.empty() || type.starts_with("image/") || type.starts_with("application/octet-stream") ||
         is_form(content_type);
}

Reply list_samples() {
  Json list = Json::array();
  for (const SampleTitle& one : sample_titles()) {
    list.push_back(
        {{"name", one.name}, {"url", fmt::format("/v1/samples/{}.png", one.name)}, {"about", one.about}});
  }
  return json_reply(Json{{"samples", std::move(list)}}.dump() + "\n");
}

}  // namespace

Service::Service(ServeOptions options, std::filesystem::path model, AccessLog& log)
    : options_((check(options), std::move(options))),
      model_path_(std::move(model)),
      log_(log),
      authorisation_(options_.token),
      model_(std::make_shared<ServedModel>(model_path_)),
      queue_(options_.threads, options_.queue) {
  keep_opencv_single_threaded();
}

std::string_view Service::route_name(const Asked& asked) { return find_route(asked.path).name; }

std::shared_ptr<const ServedModel> Service::model() const {
  const std::lock_guard lock(model_mutex_);
  return model_;
}

bool Service::reload() {
  const std::lock_guard one_at_a_time(reload_mutex_);
  try {
    auto fresh = std::make_shared<const ServedModel>(model_path_);
    log_.add_event("reload", fmt::format("the model is {} ({})", fresh->name(), fresh->id()));
    const std::lock_guard lock(model_mutex_);
    model_.swap(fresh);
    metrics_.count_reload(true);
    return true;
  } catch (const std::exception& error) {
    log_.add_event("reload", fmt::format("the model stays as it is: {}", error.what()));
    metrics_.count_reload(false);
    return false;
  }
}

std::optional<Reply> Service::answer(const Asked& asked) {
  const RouteRow& row = find_route(asked.path);
  const bool gets = asked.method == "GET" || asked.method == "HEAD";
  const bool is_open = row.route == Route::Health && gets;
  if (!is_open && !authorisation_.allows(asked.authorization)) return unauthorized();
  if (row.route == Route::None)
    return refusal(404, "usage", fmt::format("there is nothing at {}", printable(asked.path)),
                   "GET /openapi.json tells what there is");
  if (row.takes_pictures) {
    if (asked.method != "POST") return not_allowed("POST");
    return refuse_pictures(asked);
  }
  if (!gets) return not_allowed("GET, HEAD");
  try {
    return get(asked);
  } catch (const std::exception& error) {
    log_.add_event("failure", error.what());
    return refusal_of(Error(ErrorKind::Internal, ""));
  }
}

std::optional<Reply> Service::refuse_pictures(const Asked& asked) const {
  if (!asked.content_encoding.empty() && asked.content_encoding != "identity")
    return refusal(415, "usage", "a body with a Content-Encoding is not read",
                   "send the pictures as they are");
  if (!asked.expect.empty() && asked.expect != "100-continue")
    return refusal(417, "usage", "the only Expect that is understood is 100-continue");
  if (!may_be_pictures(asked.content_type))
    return refusal(415, "usage",
                   fmt::format("a body of type '{}' is no picture", printable(asked.content_type)),
                   "multipart/form-data, image/jpeg and the like, or application/octet-stream");
  if (asked.content_length.value_or(0) > options_.max_body_bytes) return too_large(options_.max_body_bytes);
  if (!asked.chunked && !asked.content_length)
    return refusal(411, "usage", "the request does not tell the length of its body");
  if (!asked.has_body()) return refusal(400, "usage", "the request has no picture", "a body of its bytes");
  if (queue_.waiting() >= queue_.capacity()) return busy("the queue of pictures is full");
  return {};
}

std::shared_ptr<PictureTask> Service::begin(const Asked& asked, std::string body,
                                            std::function<void(PictureReply)> done) {
  const RouteRow& row = find_route(asked.path);
  std::shared_ptr<PictureTask> task;
  if (row.route == Route::Sample) {
    const auto which = find_sample(std::string_view(asked.path).substr(row.path.size()));
    task = sample_task(samples_, which.value(), log_, std::move(done));
  } else {
    PictureRequest request{asked, std::move(body), model(), std::move(done)};
    task = row.route == Route::Explain ? explain_task(std::move(request), options_, log_)
                                       : predict_task(std::move(request), options_, metrics_, log_);
  }
  return queue_.add(task) ? task : nullptr;
}

std::optional<Reply> Service::get(const Asked& asked) {
  const RouteRow& row = find_route(asked.path);
  const std::string_view rest = std::string_view(asked.path).substr(row.path.size());
  switch (row.route) {
    case Route::Page:
      return page_reply("index.html", asked);
    case Route::Asset:
      return page_reply(rest, asked);
    case Route::Model:
      return describe_model();
    case Route::Samples:
      return list_samples();
    case Route::Sample:
      return sample(rest);
    case Route::Health:
      return text_reply("ok\n");
    case Route::Ready:
      return draining_ ? busy("the service is about to end") : text_reply("ready\n");
    case Route::Metrics:
      return tell_metrics();
    case Route::OpenApi:
      return json_reply(openapi_json(options_));
    case Route::Predict:
    case Route::Explain:
    case Route::None:
      break;
  }
  throw Error(ErrorKind::Internal, fmt::format("[serve] no answer to {}", asked.path));
}

Reply Service::describe_model() const {
  Json description = model()->description();
  description["limits"] = {{"pictures", options_.max_pictures},
                           {"body_bytes", options_.max_body_bytes},
                           {"picture_bytes", options_.decode_limits().max_file_bytes},
                           {"pixels", options_.max_pixels}};
  description["version"] = version();
  return json_reply(description.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::optional<Reply> Service::sample(std::string_view file) const {
  const std::optional<std::size_t> which = find_sample(file);
  if (!which)
    return refusal(404, "usage", fmt::format("there is no sample '{}'", printable(file)), "GET /v1/samples");
  if (const std::string* drawn = samples_.drawn(*which)) return sample_reply(*drawn);
  return {};
}

Reply Service::tell_metrics() const {
  const auto now = model();
  return text_reply(metrics_.text({.waiting_pictures = queue_.waiting(),
                                   .queue_capacity = queue_.capacity(),
                                   .connections = load_.connections,
                                   .held_bytes = load_.held_bytes,
                                   .lost_log_lines = log_.lost(),
                                   .draining = draining_,
                                   .model_id = now->id(),
                                   .model_name = now->name(),
                                   .network = now->classifier().model().title()}),
                    "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace giemsa
