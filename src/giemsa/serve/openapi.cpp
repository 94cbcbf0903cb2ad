#include "giemsa/serve/openapi.h"

#include <nlohmann/json.hpp>

#include "giemsa/core/version.h"

namespace giemsa {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchemas = R"json({
  "Error": {
    "type": "object", "required": ["error"],
    "properties": {"error": {
      "type": "object", "required": ["kind", "message", "hint"],
      "properties": {
        "kind": {"enum": ["usage", "data", "io", "model", "internal", "busy", "unauthorized"]},
        "message": {"type": "string"}, "hint": {"type": "string"}}}}
  },
  "Answer": {
    "type": "object", "required": ["name", "status"],
    "properties": {
      "name": {"type": "string"},
      "status": {
        "enum": ["answered", "unlike", "unsure", "unreadable"],
        "description": "unlike and unsure: the model abstains; unreadable: the bytes are no picture that is read"},
      "class": {"type": "string", "description": "the most probable class, also where the model abstains"},
      "confidence": {"type": "number", "description": "its probability"},
      "reason": {"type": "string", "description": "why there is no answer"},
      "set": {"type": "array", "items": {"type": "string"},
        "description": "the classes that it may be, where the model has conformal sets"},
      "novelty": {"type": "number", "description": "how unlike the training cells it is, where the model tells"},
      "probabilities": {"type": "object", "additionalProperties": {"type": "number"},
        "description": "calibrated; by class"}}
  },
  "Answers": {
    "type": "object", "required": ["model", "answers"],
    "properties": {
      "model": {"type": "string", "description": "its id, as /v1/model tells it"},
      "answers": {"type": "array", "items": {"$ref": "#/components/schemas/Answer"},
        "description": "in the order of the pictures"}}
  },
  "Model": {
    "type": "object", "required": ["model", "classes", "white", "abstains", "conformal", "level", "limits", "version"],
    "properties": {
      "model": {"type": "object", "required": ["id", "name", "network"],
        "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "network": {"type": "string"},
          "facts": {"type": "object", "additionalProperties": {"type": "string"}}}},
      "classes": {"type": "array", "items": {"type": "string"}},
      "white": {"type": "array", "items": {"type": "string"},
        "description": "those that the differential count is made of"},
      "abstains": {"type": "boolean"}, "conformal": {"type": "boolean"},
      "level": {"type": ["number", "null"]}, "explains": {"type": "boolean"},
      "limits": {"type": "object", "properties": {"pictures": {"type": "integer"}, "body_bytes": {"type": "integer"},
        "picture_bytes": {"type": "integer"}, "pixels": {"type": "integer"}}},
      "version": {"type": "string"}}
  },
  "Samples": {
    "type": "object", "required": ["samples"],
    "properties": {"samples": {"type": "array", "items": {"type": "object",
      "properties": {"name": {"type": "string"}, "url": {"type": "string"}, "about": {"type": "string"}}}}}
  }
})json";

Json content(const char* type, Json schema) { return {{type, {{"schema", std::move(schema)}}}}; }
Json reference(const char* name) { return {{"$ref", std::string("#/components/schemas/") + name}}; }
Json text() { return {{"type", "string"}}; }

Json refused() {
  return {{"description", "a refusal"}, {"content", content("application/json", reference("Error"))}};
}

Json operation(const char* summary, Json answer_content) {
  return {{"summary", summary},
          {"responses",
           {{"200", {{"description", "the answer"}, {"content", std::move(answer_content)}}},
            {"default", refused()}}}};
}

Json pictures(const ServeOptions& options, bool many) {
  const Json form{{"type", "object"},
                  {"additionalProperties", text()},
                  {"maxProperties", many ? options.max_pictures : 1}};
  Json body{{"required", true},
            {"description",
             "a part of a form for each picture, of any name; or the bytes of one picture: JPEG, PNG, "
             "BMP or TIFF"}};
  body["content"] = {{"multipart/form-data", {{"schema", form}}},
                     {"image/*", Json::object()},
                     {"application/octet-stream", Json::object()}};
  return body;
}

Json query(const char* name, const char* description) {
  return {{"name", name}, {"in", "query"}, {"schema", text()}, {"description", description}};
}

Json in_path(const char* name) {
  return {{"name", name}, {"in", "path"}, {"required", true}, {"schema", text()}};
}

}  // namespace

std::string openapi_json(const ServeOptions& options) {
  Json paths;
  Json& predict = paths["/v1/predict"]["post"] =
      operation("Say which cells pictures show", content("application/json", reference("Answers")));
  predict["requestBody"] = pictures(options, true);
  predict["parameters"] = Json::array({query("name", "of the picture, where the body is one")});
  Json& explain = paths["/v1/explain"]["post"] =
      operation("Show where the model looked: the picture with a heat map laid over it",
                content("image/png", Json{{"type", "string"}, {"contentMediaType", "image/png"}}));
  explain["requestBody"] = pictures(options, false);
  explain["responses"]["200"]["headers"] = {
      {"Giemsa-Model", {{"description", "the model's id, as /v1/model tells it"}, {"schema", text()}}}};
  explain["parameters"] =
      Json::array({query("class", "whose evidence is shown; default: the most probable")});
  paths["/v1/model"]["get"] =
      operation("The model and the limits", content("application/json", reference("Model")));
  paths["/v1/samples"]["get"] =
      operation("Drawn pictures to try", content("application/json", reference("Samples")));
  Json& sample = paths["/v1/samples/{file}"]["get"] = operation("One of them", content("image/png", text()));
  sample["parameters"] = Json::array({in_path("file")});
  paths["/healthz"]["get"] = operation("Whether the service runs", content("text/plain", text()));
  paths["/healthz"]["get"]["security"] = Json::array();
  paths["/readyz"]["get"] =
      operation("Whether requests may be sent here: 503 before the end", content("text/plain", text()));
  paths["/metrics"]["get"] = operation("Counts for Prometheus", content("text/plain", text()));
  paths["/openapi.json"]["get"] = operation("This description", content("application/json", Json::object()));
  paths["/"]["get"] = operation("The page", content("text/html", text()));
  Json& asset = paths["/assets/{file}"]["get"] = operation("A part of the page", content("*/*", text()));
  asset["parameters"] = Json::array({in_path("file")});

  Json document{{"openapi", "3.1.0"},
                {"info",
                 {{"title", "giemsa"},
                  {"description", "Classifies pictures of blood cells. For research; not a medical device."},
                  {"version", version()}}},
                {"paths", std::move(paths)},
                {"components", {{"schemas", Json::parse(kSchemas)}}}};
  if (options.token) {
    document["components"]["securitySchemes"] = {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}},
                                                 {"basic", {{"type", "http"}, {"scheme", "basic"}}}};
    document["security"] = Json::array({Json{{"bearer", Json::array()}}, Json{{"basic", Json::array()}}});
  }
  return document.dump(2) + "\n";
}

}  // namespace giemsa
