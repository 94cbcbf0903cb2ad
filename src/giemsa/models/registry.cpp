#include "giemsa/models/registry.h"

#include <fmt/format.h>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/models/baseline_cnn.h"
#include "giemsa/models/convnext.h"
#include "giemsa/models/mobilenet_v2.h"

namespace giemsa {

namespace {

constexpr std::array<float, 3> kImageNetMean{0.485f, 0.456f, 0.406f}, kImageNetStd{0.229f, 0.224f, 0.225f};
constexpr std::array<float, 3> kHalf{0.5f, 0.5f, 0.5f};  // [-1, 1]

template <int D0, int D1, int D2, int D3, int Width>
Graph convnext(const ModelOptions& options) {
  return build_convnext(options, {{D0, D1, D2, D3}, Width});
}

constexpr std::string_view kMobileNetV2 = "arXiv 1801.04381", kConvNext = "arXiv 2201.03545";

constexpr ModelEntry kRegistry[] = {
    {"baseline_cnn", "two convolutions and two dense layers, from scratch (report DL Bois)", "", kHalf, kHalf,
     4, build_baseline_cnn},
    {"mobilenet_v2", "MobileNetV2 1.0, torchvision's padding and epsilon", kMobileNetV2, kImageNetMean,
     kImageNetStd, 32, [](const ModelOptions& o) { return build_mobilenet_v2(o, Flavour::Torchvision); }},
    {"mobilenet_v2_keras", "MobileNetV2 1.0, Keras' padding and epsilon", kMobileNetV2, kHalf, kHalf, 32,
     [](const ModelOptions& o) { return build_mobilenet_v2(o, Flavour::Keras); }},
    {"convnext_atto", "ConvNeXt, 40 channels (timm)", kConvNext, kImageNetMean, kImageNetStd, 32,
     convnext<2, 2, 6, 2, 40>},
    {"convnext_femto", "ConvNeXt, 48 channels (timm)", kConvNext, kImageNetMean, kImageNetStd, 32,
     convnext<2, 2, 6, 2, 48>},
    {"convnext_pico", "ConvNeXt, 64 channels (timm)", kConvNext, kImageNetMean, kImageNetStd, 32,
     convnext<2, 2, 6, 2, 64>},
    {"convnext_nano", "ConvNeXt, 80 channels (timm)", kConvNext, kImageNetMean, kImageNetStd, 32,
     convnext<2, 2, 8, 2, 80>},
    {"convnext_tiny", "ConvNeXt-T", kConvNext, kImageNetMean, kImageNetStd, 32, convnext<3, 3, 9, 3, 96>},
    {"convnext_small", "ConvNeXt-S", kConvNext, kImageNetMean, kImageNetStd, 32, convnext<3, 3, 27, 3, 96>},
    {"convnext_base", "ConvNeXt-B", kConvNext, kImageNetMean, kImageNetStd, 32, convnext<3, 3, 27, 3, 128>},
    {"convnext_large", "ConvNeXt-L (report AXON)", kConvNext, kImageNetMean, kImageNetStd, 32,
     convnext<3, 3, 27, 3, 192>},
    {"convnext_xlarge", "ConvNeXt-XL", kConvNext, kImageNetMean, kImageNetStd, 32,
     convnext<3, 3, 27, 3, 256>},
};

}  // namespace

std::span<const ModelEntry> model_registry() { return kRegistry; }

const ModelEntry& find_model(std::string_view name) {
  std::vector<std::string> names;
  for (const ModelEntry& entry : kRegistry) {
    if (entry.name == name) return entry;
    names.emplace_back(entry.name);
  }
  throw Error(ErrorKind::Usage, fmt::format("[models] there is no network '{}'", name), suggest(name, names));
}

Graph build_model(std::string_view name, const ModelOptions& options) {
  const ModelEntry& entry = find_model(name);
  require(options.classes >= 2, ErrorKind::Usage,
          fmt::format("[models] {} classes given; at least 2 are needed", options.classes));
  require(options.input_px >= entry.min_input_px && options.input_px <= 4096, ErrorKind::Usage,
          fmt::format("[models] {} takes inputs of {} to 4096 px; got {} px", name, entry.min_input_px,
                      options.input_px),
          "a larger or smaller input, e.g. 96 px");
  const auto rate = [](const char* what, double value) {
    require(value >= 0 && value < 1, ErrorKind::Usage,
            fmt::format("[models] {} must lie in [0, 1); got {}", what, value));
  };
  rate("dropout", options.dropout);
  rate("drop_path", options.drop_path);
  return entry.build(options);
}

}  // namespace giemsa
