#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "giemsa/core/file.h"
#include "giemsa/image/codec.h"
#include "giemsa/run/model_file.h"
#include "giemsa/serve/service.h"
#include "predict/random_model.h"

namespace giemsa::testing {

using Json = nlohmann::json;

inline std::string png_of(const Image& picture) {
  const Bytes bytes = encode_png(picture);
  return {bytes.begin(), bytes.end()};
}

/// A form of these pictures, under names of their numbers: "0.png", …
inline std::string form_of(const std::vector<std::string>& pictures) {
  std::string form;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    form += fmt::format("--line\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{}.png\"\r\n", i);
    form += "Content-Type: image/png\r\n\r\n" + pictures[i] + "\r\n";
  }
  return form + "--line--\r\n";
}
inline constexpr const char* kFormType = "multipart/form-data; boundary=line";

inline std::string header_of(const Reply& reply, const std::string& name) {
  for (const auto& [key, value] : reply.headers) {
    if (key == name) return value;
  }
  return "";
}

/// A service with a model of five classes and random weights.
class TestService {
 public:
  explicit TestService(ServeOptions options = {.threads = 2}) {
    write_model(model(), random_model("baseline_cnn"));
    service_ = std::make_unique<Service>(std::move(options), model(), log_);
  }

  std::filesystem::path model() const { return folder_.path() / "small.giemsa"; }
  Service& operator*() { return *service_; }
  Service* operator->() { return service_.get(); }

  Reply get(const std::string& path) {
    const Asked asked{.method = "GET", .path = path};
    if (std::optional<Reply> reply = service_->answer(asked)) return *reply;
    return begun(asked, "");
  }

  /// The answer to a request about pictures, by its head or by its body.
  Reply post(Asked asked, const std::string& body) {
    asked.method = "POST";
    asked.content_length = body.size();
    if (std::optional<Reply> refused = service_->answer(asked)) return *refused;
    return begun(asked, body);
  }

 private:
  Reply begun(const Asked& asked, const std::string& body) {
    std::promise<PictureReply> answered;
    const auto task = service_->begin(asked, body, [&](PictureReply r) { answered.set_value(std::move(r)); });
    return task ? answered.get_future().get().reply : busy("full");
  }

  TemporaryFolder folder_;
  AccessLog log_{"none"};
  std::unique_ptr<Service> service_;
};

/// The kind of error in a refusal; "" where there is none.
inline std::string error_kind(const Reply& reply) {
  const Json json = Json::parse(reply.body, nullptr, false);
  return json.is_object() && json.contains("error") ? json["error"].value("kind", "") : "";
}

}  // namespace giemsa::testing
