#include "giemsa/serve/service.h"

#include <gmock/gmock.h>

#include <set>

#include "core/error_matchers.h"
#include "giemsa/core/text.h"
#include "giemsa/explain/overlay.h"
#include "giemsa/predict/classifier.h"
#include "serve/asked_of.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const Asked kPredict{.method = "POST", .path = "/v1/predict", .content_type = "image/png"};
const Asked kPredictForm{.method = "POST", .path = "/v1/predict", .content_type = kFormType};
const Asked kExplain{.method = "POST", .path = "/v1/explain", .content_type = "image/png"};

TEST(Service, AnswersAsTheClassifierDoes) {
  TestService service;
  const Classifier classifier(random_model("baseline_cnn"));
  std::vector<std::string> pictures;
  for (std::uint64_t seed = 0; seed < 20; ++seed) pictures.push_back(png_of(noise(seed)));
  const Json form = Json::parse(service.post(kPredictForm, form_of(pictures)).body);
  EXPECT_EQ(form["model"], service->model()->id());
  ASSERT_EQ(form["answers"].size(), pictures.size());
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    Asked asked = kPredict;
    asked.query["name"] = fmt::format("{}.png", i);
    const Json alone = Json::parse(service.post(asked, pictures[i]).body);
    ASSERT_EQ(alone["answers"].size(), 1u);
    EXPECT_EQ(alone["answers"][0], form["answers"][i]);
    const Judgement judgement = classifier.judge(noise(i));
    const Json& answer = form["answers"][i];
    EXPECT_EQ(answer["name"], fmt::format("{}.png", i));
    EXPECT_EQ(answer["status"], "answered");
    EXPECT_EQ(answer["class"], classifier.classes()[static_cast<std::size_t>(judgement.answer)]);
    EXPECT_EQ(answer["confidence"].get<float>(), judgement.confidence);
    for (std::size_t c = 0; c < 5; ++c)
      EXPECT_EQ(answer["probabilities"][classifier.classes()[c]].get<float>(), judgement.probabilities[c]);
    EXPECT_FALSE(answer.contains("reason"));
    EXPECT_FALSE(answer.contains("set"));
    EXPECT_FALSE(answer.contains("novelty"));
  }
}

TEST(Service, TellsOfUnreadablePicturesInTheirPlace) {
  TestService service;
  const std::string picture = png_of(noise(1));
  const Json answers = Json::parse(
      service.post(kPredictForm, form_of({picture, "no picture", "", picture.substr(0, 100), picture}))
          .body)["answers"];
  std::vector<std::string> statuses;
  for (const Json& answer : answers) statuses.push_back(answer["status"]);
  EXPECT_THAT(statuses, ElementsAre("answered", "unreadable", "unreadable", "unreadable", "answered"));
  EXPECT_THAT(answers[1]["reason"].get<std::string>(), HasSubstr("1.png: not a picture"));
  EXPECT_THAT(answers[3]["reason"].get<std::string>(), HasSubstr("3.png: PNG"));

  const Reply alone = service.post(kPredict, "no picture");
  EXPECT_EQ(alone.status, 422);
  EXPECT_EQ(error_kind(alone), "data");
}

TEST(Service, NamesThatAreNotUtf8AreReplaced) {
  TestService service;
  Asked asked = kPredict;
  asked.query["name"] = "\xFF.png";
  EXPECT_EQ(Json::parse(service.post(asked, png_of(noise(1))).body)["answers"][0]["name"],
            "\xEF\xBF\xBD.png");
}

TEST(Service, ExplainsWithAnOverlayOfThePicturesSize) {
  TestService service;
  const Explainer explainer(random_model("baseline_cnn"));
  const Image picture = noise(2);
  const auto shown = [&](const Reply& reply) {
    EXPECT_EQ(reply.content_type, "image/png");
    return decode_image({reinterpret_cast<const std::uint8_t*>(reply.body.data()), reply.body.size()},
                        "reply");
  };
  EXPECT_EQ(shown(service.post(kExplain, png_of(picture))), overlay(picture, explainer.explain(picture)));
  Asked of_class = kExplain;
  of_class.query["class"] = "d";
  EXPECT_EQ(shown(service.post(of_class, png_of(picture))),
            overlay(picture, explainer.explain(picture, {.class_index = 3})));
  of_class.content_type = kFormType;
  EXPECT_EQ(shown(service.post(of_class, form_of({png_of(picture)}))),
            overlay(picture, explainer.explain(picture, {.class_index = 3})));
}

TEST(Service, RefusesWhatItDoesNotExplain) {
  TestService service;
  Asked unknown = kExplain, many = kExplain;
  unknown.query["class"] = "unicorn";
  many.content_type = kFormType;
  const std::string picture = png_of(noise(1));
  EXPECT_EQ(service.post(unknown, picture).status, 400);
  EXPECT_THAT(service.post(unknown, picture).body, HasSubstr("no class 'unicorn'"));
  EXPECT_EQ(service.post(many, form_of({picture, picture})).status, 400);
  EXPECT_EQ(service.post(kExplain, "no picture").status, 422);
}

TEST(Service, RefusesByTheHeadAlone) {
  TestService service({.threads = 1, .max_body_bytes = 5000});
  const struct {
    Asked asked;
    int status;
  } cases[] = {
      {{.method = "GET", .path = "/nothing"}, 404},
      {{.method = "GET", .path = "/v1/model/"}, 404},
      {{.method = "GET", .path = "/assets/"}, 404},
      {{.method = "GET", .path = "/assets/../index.html"}, 404},
      {{.method = "GET", .path = "/assets//etc/passwd"}, 404},
      {{.method = "GET", .path = "/v1/samples/unicorn.png"}, 404},
      {{.method = "GET", .path = "/v1/samples/neutrophil"}, 404},
      {{.method = "GET", .path = "/v1/predict"}, 405},
      {{.method = "POST", .path = "/v1/model"}, 405},
      {{.method = "DELETE", .path = "/"}, 405},
      {{.method = "POST", .path = "/v1/predict"}, 411},
      {{.method = "POST", .path = "/v1/predict", .content_length = 0}, 400},
      {{.method = "POST", .path = "/v1/predict", .content_length = 5001}, 413},
      {{.method = "POST", .path = "/v1/predict", .content_type = "text/html", .content_length = 5}, 415},
      {{.method = "POST",
        .path = "/v1/predict",
        .content_type = "multipart/mixed; boundary=a",
        .content_length = 5},
       415},
      {{.method = "POST", .path = "/v1/predict", .content_encoding = "gzip", .content_length = 5}, 415},
      {{.method = "POST", .path = "/v1/predict", .expect = "miracles", .content_length = 5}, 417},
  };
  for (const auto& [asked, status] : cases) {
    const std::optional<Reply> reply = service->answer(asked);
    ASSERT_TRUE(reply) << asked.path;
    EXPECT_EQ(reply->status, status) << asked.method << " " << asked.path << " " << reply->body;
    EXPECT_EQ(error_kind(*reply), "usage") << reply->body;
  }
  EXPECT_EQ(header_of(*service->answer({.method = "GET", .path = "/v1/predict"}), "Allow"), "POST");
  for (const char* type : {"", "image/jpeg", "IMAGE/PNG", "application/octet-stream", kFormType})
    EXPECT_FALSE(service->answer(
        {.method = "POST", .path = "/v1/predict", .content_type = type, .content_length = 5}));
  EXPECT_FALSE(service->answer({.method = "POST", .path = "/v1/predict", .chunked = true}));
}

TEST(Service, HoldsItsLimits) {
  TestService service({.threads = 1, .max_pixels = 2000, .max_pictures = 2, .queue = 2});
  const std::string picture = png_of(noise(0)), large = png_of(Image(50, 50));  // 30 × 28 and 50 × 50 px
  EXPECT_EQ(service.post(kPredictForm, form_of({picture, picture})).status, 200);
  const Reply many = service.post(kPredictForm, form_of({picture, picture, picture}));
  EXPECT_EQ(many.status, 422);
  EXPECT_THAT(many.body, HasSubstr("more than 2 parts"));
  EXPECT_EQ(service.post(kPredict, large).status, 422);
  EXPECT_THAT(service.post(kPredict, large).body, HasSubstr("over the limit"));
  EXPECT_THAT(error_of(ErrorKind::Usage, [] { TestService({.max_pictures = 3, .queue = 2}); }),
              HasSubstr("queue"));
}

TEST(Service, AsksForTheToken) {
  TestService service({.threads = 1, .token = "0123456789"});
  for (const char* path : {"/", "/v1/model", "/readyz", "/metrics", "/openapi.json", "/v1/samples",
                           "/assets/index.html", "/nothing"}) {
    const Reply refused = service.get(path);
    EXPECT_EQ(refused.status, 401) << path;
    EXPECT_EQ(error_kind(refused), "unauthorized");
    EXPECT_THAT(header_of(refused, "WWW-Authenticate"), StartsWith("Bearer"));
    const Asked with{.method = "GET", .path = path, .authorization = "Bearer 0123456789"};
    EXPECT_NE(service->answer(with)->status, 401) << path;
  }
  EXPECT_EQ(service.get("/healthz").status, 200);
  EXPECT_EQ(service->answer({.method = "POST", .path = "/healthz"})->status, 401);
  EXPECT_EQ(service.post(kPredict, png_of(noise(1))).status, 401);
  Asked allowed = kPredict;
  allowed.authorization = "Bearer 0123456789";
  EXPECT_EQ(service.post(allowed, png_of(noise(1))).status, 200);
}

TEST(Service, DescribesItsModel) {
  TestService service({.threads = 1, .max_body_bytes = 12345, .max_pixels = 54321, .max_pictures = 7});
  const Json model = Json::parse(service.get("/v1/model").body);
  EXPECT_EQ(model["model"]["id"].get<std::string>().size(), 16u);
  EXPECT_EQ(model["model"]["name"], "small");
  EXPECT_EQ(model["model"]["network"], "baseline_cnn");
  EXPECT_EQ(model["classes"], Json({"a", "b", "c", "d", "e"}));
  EXPECT_EQ(model["white"], model["classes"]);
  EXPECT_EQ(model["abstains"], false);
  EXPECT_EQ(model["conformal"], false);
  EXPECT_EQ(model["level"], nullptr);
  EXPECT_EQ(model["limits"],
            Json({{"pictures", 7}, {"body_bytes", 12345}, {"picture_bytes", 12345}, {"pixels", 54321}}));
  EXPECT_EQ(model["version"], "0.1.0");
}

TEST(Service, TheIdIsThatOfTheContents) {
  TestService one, two;
  EXPECT_EQ(one->model()->id(), two->model()->id());
  Model other = random_model("baseline_cnn");
  other.classes[0] = "z";
  write_model(one.model(), other);
  EXPECT_EQ(one->model()->id(), two->model()->id()) << "it was not loaded yet";
  EXPECT_TRUE(one->reload());
  EXPECT_NE(one->model()->id(), two->model()->id());
  EXPECT_EQ(Json::parse(one.get("/v1/model").body)["classes"][0], "z");
}

TEST(Service, KeepsItsModelWhereTheNewOneIsBroken) {
  TestService service;
  const std::string before = service.post(kPredict, png_of(noise(1))).body;
  std::filesystem::resize_file(service.model() / "weights.safetensors", 1000);
  EXPECT_FALSE(service->reload());
  std::filesystem::remove_all(service.model());
  EXPECT_FALSE(service->reload());
  EXPECT_EQ(service.post(kPredict, png_of(noise(1))).body, before);
  EXPECT_THAT(service.get("/metrics").body, HasSubstr("giemsa_reloads_total{outcome=\"failed\"} 2\n"));
}

TEST(Service, TellsThatItDrains) {
  TestService service;
  EXPECT_EQ(service.get("/readyz").status, 200);
  service->drain();
  EXPECT_EQ(service.get("/readyz").status, 503);
  EXPECT_EQ(service.get("/healthz").status, 200);
}

TEST(Service, HasSamplesThatAreReadable) {
  TestService service;
  const Json samples = Json::parse(service.get("/v1/samples").body)["samples"];
  ASSERT_EQ(samples.size(), 8u);
  std::set<std::string> pictures;
  for (const Json& sample : samples) {
    const Reply reply = service.get(sample["url"]);
    EXPECT_EQ(reply.content_type, "image/png");
    EXPECT_FALSE(sample["about"].get<std::string>().empty());
    EXPECT_EQ(service.post(kPredict, reply.body).status, 200);
    pictures.insert(reply.body);
  }
  EXPECT_EQ(pictures.size(), 8u);
}

TEST(Service, CountsForPrometheus) {
  TestService service;
  service.post(kPredictForm, form_of({png_of(noise(1)), "none"}));
  service->metrics().count_request("predict", 200, 0.02);
  service->metrics().count_request("predict", 503, 100);
  const std::string text = service.get("/metrics").body;
  for (const char* line :
       {"giemsa_pictures_total{status=\"answered\"} 1\n", "giemsa_pictures_total{status=\"unreadable\"} 1\n",
        "giemsa_requests_total{route=\"predict\",status=\"503\"} 1\n",
        "giemsa_request_seconds_bucket{route=\"predict\",le=\"0.01\"} 0\n",
        "giemsa_request_seconds_bucket{route=\"predict\",le=\"0.025\"} 1\n",
        "giemsa_request_seconds_bucket{route=\"predict\",le=\"+Inf\"} 2\n",
        "giemsa_request_seconds_sum{route=\"predict\"} 100.02\n", "giemsa_queue_pictures 0\n",
        "name=\"small\",network=\"baseline_cnn\"} 1\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  std::set<std::string> described;  // each series stands under its own description
  std::string name;
  for (const std::string& line : split_text(text, '\n')) {
    if (line.starts_with("# TYPE ")) {
      name = split_text(line, ' ')[2];
      EXPECT_TRUE(described.insert(name).second) << name;
    } else if (!line.empty() && !line.starts_with("#")) {
      EXPECT_THAT(line, StartsWith(name));
    }
  }
}

TEST(Service, DescribesEveryRoute) {  // the description must not fall behind
  TestService service;
  const Json document = Json::parse(service.get("/openapi.json").body);
  EXPECT_EQ(document["openapi"], "3.1.0");
  EXPECT_FALSE(document.contains("security"));
  std::set<std::string_view> routes;
  for (const auto& [path, operations] : document["paths"].items()) {
    const std::string asked = path.substr(0, path.find('{')) + (path.ends_with('}') ? "x" : "");
    routes.insert(Service::route_name({.method = "GET", .path = asked}));
    for (const auto& [method, operation] : operations.items()) {
      const Asked with{.method = to_lower(method) == "post" ? "POST" : "GET", .path = asked};
      const std::optional<Reply> reply = service->answer(with);
      EXPECT_TRUE(!reply || reply->status != 405) << method << " " << path;
      EXPECT_TRUE(operation["responses"].contains("default"));
    }
  }
  EXPECT_EQ(routes.size(), 11u);
  EXPECT_FALSE(routes.contains("none"));
  const Json& headers = document["paths"]["/v1/explain"]["post"]["responses"]["200"]["headers"];
  const Reply explained = service.post(kExplain, png_of(noise(0)));
  EXPECT_EQ(headers.size(), 1u);
  for (const auto& [name, about] : headers.items()) EXPECT_NE(header_of(explained, name), "") << name;
  TestService with_token({.threads = 1, .token = "0123456789"});
  const Asked asked{.method = "GET", .path = "/openapi.json", .authorization = "Bearer 0123456789"};
  EXPECT_TRUE(Json::parse(with_token->answer(asked)->body).contains("security"));
}

}  // namespace
}  // namespace giemsa::testing
