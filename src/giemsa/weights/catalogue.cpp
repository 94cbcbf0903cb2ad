#include "giemsa/weights/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"

namespace fs = std::filesystem;

namespace giemsa {

namespace {

/// The hash in the name: "7f5810bc" of "efficientnet_b0_rwightman-7f5810bc.pth".
constexpr std::string_view hash_in(std::string_view file) {
  if (file.empty()) return {};
  const std::size_t begin = file.rfind('-') + 1;
  return file.substr(begin, file.rfind('.') - begin);
}

/// torchvision's files carry the first digits of their SHA-256 in their names.
constexpr PublishedWeights torchvision(std::string_view name, std::string_view network, std::string_view file,
                                       std::string_view older_file = {}) {
  return {.name = name,
          .network = network,
          .folder = "https://download.pytorch.org/models/",
          .files = {file, older_file},
          .sha256 = {hash_in(file), hash_in(older_file)},
          .bytes = 0};
}

// The files of torchvision 0.14 and, for EfficientNet B0 to B4, of later ones: these files were exchanged in
// 2023 under their old names and renamed months later (pytorch/vision#7744, #8034, #8263).
constexpr PublishedWeights kCatalogue[] = {
    torchvision("mobilenet_v2", "mobilenet_v2", "mobilenet_v2-b0353104.pth"),
    torchvision("mobilenet_v2_v2", "mobilenet_v2", "mobilenet_v2-7ebf99e0.pth"),
    torchvision("mobilenet_v3_small", "mobilenet_v3_small", "mobilenet_v3_small-047dcff4.pth"),
    torchvision("mobilenet_v3_large", "mobilenet_v3_large", "mobilenet_v3_large-8738ca79.pth"),
    torchvision("mobilenet_v3_large_v2", "mobilenet_v3_large", "mobilenet_v3_large-5c1a4163.pth"),
    torchvision("squeezenet1_0", "squeezenet1_0", "squeezenet1_0-b66bff10.pth"),
    torchvision("squeezenet1_1", "squeezenet1_1", "squeezenet1_1-b8a52dc0.pth"),
    torchvision("convnext_tiny", "convnext_tiny", "convnext_tiny-983f1562.pth"),
    torchvision("convnext_small", "convnext_small", "convnext_small-0c510722.pth"),
    torchvision("convnext_base", "convnext_base", "convnext_base-6075fbad.pth"),
    torchvision("convnext_large", "convnext_large", "convnext_large-ea097f82.pth"),
    {.name = "convnext_large_keras_notop",
     .network = "convnext_large_keras",
     .folder = "https://storage.googleapis.com/tensorflow/keras-applications/convnext/",
     .files = {"convnext_large_notop.h5"},
     .sha256 = {"96f02b6f0753d4f543261bc9d09bed650f24dd6bc02ddde3066135b63d23a1cd"},
     .bytes = 785'596'384},
    torchvision("efficientnet_b0", "efficientnet_b0", "efficientnet_b0_rwightman-7f5810bc.pth",
                "efficientnet_b0_rwightman-3dd342df.pth"),
    torchvision("efficientnet_b1", "efficientnet_b1", "efficientnet_b1_rwightman-bac287d4.pth",
                "efficientnet_b1_rwightman-533bc792.pth"),
    torchvision("efficientnet_b1_v2", "efficientnet_b1", "efficientnet_b1-c27df63c.pth"),
    torchvision("efficientnet_b2", "efficientnet_b2", "efficientnet_b2_rwightman-c35c1473.pth",
                "efficientnet_b2_rwightman-bcdf34b7.pth"),
    torchvision("efficientnet_b3", "efficientnet_b3", "efficientnet_b3_rwightman-b3899882.pth",
                "efficientnet_b3_rwightman-cf984f9c.pth"),
    torchvision("efficientnet_b4", "efficientnet_b4", "efficientnet_b4_rwightman-23ab8bcd.pth",
                "efficientnet_b4_rwightman-7eb33cd5.pth"),
    torchvision("efficientnet_v2_s", "efficientnet_v2_s", "efficientnet_v2_s-dd5fe13b.pth"),
    torchvision("resnet18", "resnet18", "resnet18-f37072fd.pth"),
    torchvision("resnet34", "resnet34", "resnet34-b627a593.pth"),
    torchvision("resnet50", "resnet50", "resnet50-0676ba61.pth"),
    torchvision("resnet50_v2", "resnet50", "resnet50-11ad3fa6.pth"),
    torchvision("resnet101", "resnet101", "resnet101-63fe2227.pth"),
    torchvision("resnet101_v2", "resnet101", "resnet101-cd907fc2.pth"),
    torchvision("resnet152", "resnet152", "resnet152-394f9c45.pth"),
    torchvision("resnet152_v2", "resnet152", "resnet152-f82ba261.pth"),
    torchvision("densenet121", "densenet121", "densenet121-a639ec97.pth"),
    torchvision("inception_v3", "inception_v3", "inception_v3_google-0cc3c7bd.pth"),
    torchvision("vgg16", "vgg16", "vgg16-397923af.pth"),
    torchvision("vgg16_bn", "vgg16_bn", "vgg16_bn-6c64b313.pth"),
    torchvision("vgg19", "vgg19", "vgg19-dcbb9e9d.pth"),
    torchvision("vgg19_bn", "vgg19_bn", "vgg19_bn-c79401a0.pth"),
};

/// The value of an environment variable; "" when it is not set.
std::string_view environment(const char* variable) {
  const char* value = std::getenv(variable);
  return value ? value : "";
}

const PublishedWeights* look_up(std::string_view name) {
  const auto entry = std::find_if(std::begin(kCatalogue), std::end(kCatalogue),
                                  [&](const PublishedWeights& e) { return e.name == name; });
  return entry == std::end(kCatalogue) ? nullptr : entry;
}

std::vector<std::string> names_of_published_weights() {
  std::vector<std::string> names;
  for (const PublishedWeights& entry : kCatalogue) names.emplace_back(entry.name);
  return names;
}

}  // namespace

std::span<const PublishedWeights> published_weights() { return kCatalogue; }

const PublishedWeights& find_published_weights(std::string_view name) {
  if (const PublishedWeights* entry = look_up(name)) return *entry;
  throw Error(ErrorKind::Usage, fmt::format("[weights] there are no published weights '{}'", name),
              suggest(name, names_of_published_weights()));
}

bool accepts_hash(const PublishedWeights& entry, std::string_view sha256) {
  return std::any_of(entry.sha256.begin(), entry.sha256.end(),
                     [&](std::string_view begin) { return !begin.empty() && sha256.starts_with(begin); });
}

fs::path weights_cache() {
  if (const auto cache = environment("GIEMSA_CACHE"); !cache.empty()) return cache;
  // The XDG base directory specification says that relative paths are to be passed over.
  if (const fs::path cache = environment("XDG_CACHE_HOME"); cache.is_absolute())
    return cache / "giemsa" / "weights";
  const auto home = environment("HOME");
  require(!home.empty(), ErrorKind::Usage, "[weights] there is no cache folder: HOME is not set",
          "set GIEMSA_CACHE to a folder");
  return fs::path(home) / ".cache" / "giemsa" / "weights";
}

std::optional<fs::path> cached_weights(std::string_view name) {
  const PublishedWeights* entry = look_up(name);
  if (!entry) return std::nullopt;
  fs::path path = weights_cache() / entry->file();
  std::error_code error;  // a cache that cannot be read holds nothing for us
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  return path;
}

fs::path weights_path(const std::string& value) {
  std::error_code error;  // reading the file says what is wrong with it
  const fs::file_status status = fs::status(value, error);
  if (fs::exists(status) && !fs::is_directory(status)) return value;
  if (auto cached = cached_weights(value)) return *std::move(cached);
  require(!look_up(value), ErrorKind::Io,
          fmt::format("[weights] there is no file '{}', and the published weights of that name are not in {}",
                      value, weights_cache().string()),
          fmt::format("giemsa weights fetch {}", value));
  const bool like_a_name = value.find_first_of("./") == std::string::npos;
  require(!like_a_name || fs::exists(status), ErrorKind::Io,
          fmt::format("[weights] there is no file '{}', and no published weights of that name", value),
          suggest(value, names_of_published_weights()));
  return value;
}

}  // namespace giemsa
