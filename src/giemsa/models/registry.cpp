#include "giemsa/models/registry.h"

#include <fmt/format.h>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/models/baseline_cnn.h"
#include "giemsa/models/convnext.h"
#include "giemsa/models/densenet.h"
#include "giemsa/models/efficientnet.h"
#include "giemsa/models/efficientnet_v2.h"
#include "giemsa/models/inception_v3.h"
#include "giemsa/models/mobilenet_v1.h"
#include "giemsa/models/mobilenet_v2.h"
#include "giemsa/models/mobilenet_v3.h"
#include "giemsa/models/resnet.h"
#include "giemsa/models/squeezenet.h"
#include "giemsa/models/vgg.h"
#include "giemsa/models/xception.h"

namespace giemsa {

namespace {

constexpr PixelScale kImageNet{{0.485f, 0.456f, 0.406f}, {0.229f, 0.224f, 0.225f}};
constexpr PixelScale kPlusMinusOne{{0.5f, 0.5f, 0.5f}, {0.5f, 0.5f, 0.5f}};
// Keras' networks that scale inside take bytes.
constexpr PixelScale kBytes{{0.f, 0.f, 0.f}, {1.f / 255, 1.f / 255, 1.f / 255}};
// Keras' VGG and ResNet, as Caffe: bytes minus their means, blue first.
constexpr PixelScale kCaffe{
    {123.68f / 255, 116.779f / 255, 103.939f / 255}, {1.f / 255, 1.f / 255, 1.f / 255}, true};

constexpr ConvNextVariant kAtto{{2, 2, 6, 2}, 40}, kFemto{{2, 2, 6, 2}, 48}, kPico{{2, 2, 6, 2}, 64},
    kNano{{2, 2, 8, 2}, 80}, kTiny{{3, 3, 9, 3}, 96, "convnext_tiny"},
    kSmall{{3, 3, 27, 3}, 96, "convnext_small"}, kBase{{3, 3, 27, 3}, 128, "convnext_base"},
    kLarge{{3, 3, 27, 3}, 192, "convnext_large"}, kXLarge{{3, 3, 27, 3}, 256, "convnext_xlarge"};

constexpr VggVariant kVgg16{3}, kVgg16Bn{3, true}, kVgg19{4}, kVgg19Bn{4, true};
constexpr ResNetVariant kResNet18{{2, 2, 2, 2}, false}, kResNet34{{3, 4, 6, 3}, false},
    kResNet50{{3, 4, 6, 3}, true}, kResNet101{{3, 4, 23, 3}, true}, kResNet152{{3, 8, 36, 3}, true};
constexpr SqueezeNetVariant kSqueezeNet10{96, 7, {3, 7}}, kSqueezeNet11{64, 3, {2, 4}};

template <const VggVariant& Variant, Flavour F = Flavour::Torchvision>
Graph vgg(const ModelOptions& options) {
  return build_vgg(options, Variant, F);
}

template <const ResNetVariant& Variant, Flavour F = Flavour::Torchvision>
Graph resnet(const ModelOptions& options) {
  return build_resnet(options, Variant, F);
}

template <Flavour F>
Graph densenet121(const ModelOptions& options) {
  return build_densenet121(options, F);
}

template <Flavour F>
Graph inception_v3(const ModelOptions& options) {
  return build_inception_v3(options, F);
}

template <const SqueezeNetVariant& Variant>
Graph squeezenet(const ModelOptions& options) {
  return build_squeezenet(options, Variant);
}

template <const ConvNextVariant& Variant, Flavour F = Flavour::Torchvision>
Graph convnext(const ModelOptions& options) {
  return build_convnext(options, Variant, F);
}

template <MobileNetV3Variant Variant, Flavour F>
Graph mobilenet_v3(const ModelOptions& options) {
  return build_mobilenet_v3(options, Variant, F);
}

template <int Number, Flavour F, bool KerasImageNet = false>
Graph efficientnet(const ModelOptions& options) {
  return build_efficientnet(options, {Number, F, KerasImageNet});
}

constexpr std::string_view kVgg = "arXiv 1409.1556", kResNet = "arXiv 1512.03385",
                           kDenseNet = "arXiv 1608.06993", kInception = "arXiv 1512.00567";
constexpr std::string_view kEfficientNet = "arXiv 1905.11946", kEfficientNetV2 = "arXiv 2104.00298";
constexpr std::string_view kMobileNetV1 = "arXiv 1704.04861", kMobileNetV2 = "arXiv 1801.04381",
                           kMobileNetV3 = "arXiv 1905.02244", kXception = "arXiv 1610.02357",
                           kConvNext = "arXiv 2201.03545", kSqueezeNet = "arXiv 1602.07360";

constexpr ModelEntry kRegistry[] = {
    {"baseline_cnn", "two convolutions and two dense layers, from scratch (report DL Bois)", "",
     kPlusMinusOne, 4, build_baseline_cnn},
    {"baseline_cnn3", "three convolutions, dropout and L2, from scratch (report DL Bois)", "", kPlusMinusOne,
     8, build_baseline_cnn3},
    {"vgg16", "VGG-16 (torchvision)", kVgg, kImageNet, 32, vgg<kVgg16>},
    {"vgg16_bn", "VGG-16 with batch norm (torchvision)", kVgg, kImageNet, 32, vgg<kVgg16Bn>},
    {"vgg16_keras", "VGG-16, Keras' pixels; head of one dense layer", kVgg, kCaffe, 32,
     vgg<kVgg16, Flavour::Keras>},
    {"vgg19", "VGG-19 (torchvision)", kVgg, kImageNet, 32, vgg<kVgg19>},
    {"vgg19_bn", "VGG-19 with batch norm (torchvision)", kVgg, kImageNet, 32, vgg<kVgg19Bn>},
    {"vgg19_keras", "VGG-19, Keras' pixels; head of one dense layer", kVgg, kCaffe, 32,
     vgg<kVgg19, Flavour::Keras>},
    {"mobilenet_v1_keras", "MobileNet 1.0 as Keras has it", kMobileNetV1, kPlusMinusOne, 32,
     build_mobilenet_v1},
    {"mobilenet_v2", "MobileNetV2 1.0, torchvision's padding and epsilon", kMobileNetV2, kImageNet, 32,
     [](const ModelOptions& o) { return build_mobilenet_v2(o, Flavour::Torchvision); }},
    {"mobilenet_v2_keras", "MobileNetV2 1.0, Keras' padding and epsilon", kMobileNetV2, kPlusMinusOne, 32,
     [](const ModelOptions& o) { return build_mobilenet_v2(o, Flavour::Keras); }},
    {"mobilenet_v3_small", "MobileNetV3-Small 1.0, torchvision's padding", kMobileNetV3, kImageNet, 32,
     mobilenet_v3<MobileNetV3Variant::Small, Flavour::Torchvision>},
    {"mobilenet_v3_small_keras", "MobileNetV3-Small 1.0, Keras' padding", kMobileNetV3, kBytes, 32,
     mobilenet_v3<MobileNetV3Variant::Small, Flavour::Keras>},
    {"mobilenet_v3_large", "MobileNetV3-Large 1.0, torchvision's padding", kMobileNetV3, kImageNet, 32,
     mobilenet_v3<MobileNetV3Variant::Large, Flavour::Torchvision>},
    {"mobilenet_v3_large_keras", "MobileNetV3-Large 1.0, Keras' padding", kMobileNetV3, kBytes, 32,
     mobilenet_v3<MobileNetV3Variant::Large, Flavour::Keras>},
    {"squeezenet1_0", "SqueezeNet 1.0 (torchvision)", kSqueezeNet, kImageNet, 21, squeezenet<kSqueezeNet10>},
    {"squeezenet1_1", "SqueezeNet 1.1 (torchvision)", kSqueezeNet, kImageNet, 17, squeezenet<kSqueezeNet11>},
    {"resnet18", "ResNet-18, torchvision's strides and epsilon", kResNet, kImageNet, 1, resnet<kResNet18>},
    {"resnet34", "ResNet-34, torchvision's strides and epsilon", kResNet, kImageNet, 1, resnet<kResNet34>},
    {"resnet50", "ResNet-50, torchvision's strides and epsilon", kResNet, kImageNet, 1, resnet<kResNet50>},
    {"resnet50_keras", "ResNet-50, Keras' strides, biases and epsilon", kResNet, kCaffe, 32,
     resnet<kResNet50, Flavour::Keras>},
    {"resnet101", "ResNet-101, torchvision's strides and epsilon", kResNet, kImageNet, 1, resnet<kResNet101>},
    {"resnet101_keras", "ResNet-101, Keras' strides, biases and epsilon", kResNet, kCaffe, 32,
     resnet<kResNet101, Flavour::Keras>},
    {"resnet152", "ResNet-152, torchvision's strides and epsilon", kResNet, kImageNet, 1, resnet<kResNet152>},
    {"resnet152_keras", "ResNet-152, Keras' strides, biases and epsilon", kResNet, kCaffe, 32,
     resnet<kResNet152, Flavour::Keras>},
    {"densenet121", "DenseNet-121, torchvision's epsilon", kDenseNet, kImageNet, 29,
     densenet121<Flavour::Torchvision>},
    {"densenet121_keras", "DenseNet-121, Keras' epsilon", kDenseNet, kImageNet, 32,
     densenet121<Flavour::Keras>},
    {"efficientnet_b0", "EfficientNet-B0, torchvision's padding and epsilon", kEfficientNet, kImageNet, 32,
     efficientnet<0, Flavour::Torchvision>},
    {"efficientnet_b0_keras", "EfficientNet-B0, Keras' padding, epsilon and scaling", kEfficientNet, kBytes,
     32, efficientnet<0, Flavour::Keras>},
    {"efficientnet_b0_keras_imagenet", "EfficientNet-B0 as Keras builds it for its ImageNet weights",
     kEfficientNet, kBytes, 32, efficientnet<0, Flavour::Keras, true>},
    {"efficientnet_b1", "EfficientNet-B1, torchvision's padding and epsilon", kEfficientNet, kImageNet, 32,
     efficientnet<1, Flavour::Torchvision>},
    {"efficientnet_b1_keras", "EfficientNet-B1, Keras' padding, epsilon and scaling", kEfficientNet, kBytes,
     32, efficientnet<1, Flavour::Keras>},
    {"efficientnet_b1_keras_imagenet", "EfficientNet-B1 as Keras builds it for its ImageNet weights",
     kEfficientNet, kBytes, 32, efficientnet<1, Flavour::Keras, true>},
    {"efficientnet_b2", "EfficientNet-B2, torchvision's padding and epsilon", kEfficientNet, kImageNet, 32,
     efficientnet<2, Flavour::Torchvision>},
    {"efficientnet_b2_keras", "EfficientNet-B2, Keras' padding, epsilon and scaling", kEfficientNet, kBytes,
     32, efficientnet<2, Flavour::Keras>},
    {"efficientnet_b2_keras_imagenet", "EfficientNet-B2 as Keras builds it for its ImageNet weights",
     kEfficientNet, kBytes, 32, efficientnet<2, Flavour::Keras, true>},
    {"efficientnet_b3", "EfficientNet-B3, torchvision's padding and epsilon", kEfficientNet, kImageNet, 32,
     efficientnet<3, Flavour::Torchvision>},
    {"efficientnet_b3_keras", "EfficientNet-B3, Keras' padding, epsilon and scaling", kEfficientNet, kBytes,
     32, efficientnet<3, Flavour::Keras>},
    {"efficientnet_b3_keras_imagenet", "EfficientNet-B3 as Keras builds it for its ImageNet weights",
     kEfficientNet, kBytes, 32, efficientnet<3, Flavour::Keras, true>},
    {"efficientnet_b4", "EfficientNet-B4, torchvision's padding and epsilon", kEfficientNet, kImageNet, 32,
     efficientnet<4, Flavour::Torchvision>},
    {"efficientnet_b4_keras", "EfficientNet-B4, Keras' padding, epsilon and scaling", kEfficientNet, kBytes,
     32, efficientnet<4, Flavour::Keras>},
    {"efficientnet_b4_keras_imagenet", "EfficientNet-B4 as Keras builds it for its ImageNet weights",
     kEfficientNet, kBytes, 32, efficientnet<4, Flavour::Keras, true>},
    {"efficientnet_v2_s", "EfficientNetV2-S, torchvision's padding", kEfficientNetV2, kImageNet, 32,
     [](const ModelOptions& o) { return build_efficientnet_v2_s(o, Flavour::Torchvision); }},
    {"efficientnet_v2_s_keras", "EfficientNetV2-S, Keras' padding and scaling", kEfficientNetV2, kBytes, 32,
     [](const ModelOptions& o) { return build_efficientnet_v2_s(o, Flavour::Keras); }},
    {"xception_keras", "Xception as Keras has it", kXception, kPlusMinusOne, 71, build_xception},
    {"inception_v3", "Inception-v3, torchvision's norms and pooling", kInception, kPlusMinusOne, 75,
     inception_v3<Flavour::Torchvision>},
    {"inception_v3_keras", "Inception-v3, Keras' norms and pooling", kInception, kPlusMinusOne, 75,
     inception_v3<Flavour::Keras>},
    {"convnext_atto", "ConvNeXt, 40 channels (timm)", kConvNext, kImageNet, 32, convnext<kAtto>},
    {"convnext_femto", "ConvNeXt, 48 channels (timm)", kConvNext, kImageNet, 32, convnext<kFemto>},
    {"convnext_pico", "ConvNeXt, 64 channels (timm)", kConvNext, kImageNet, 32, convnext<kPico>},
    {"convnext_nano", "ConvNeXt, 80 channels (timm)", kConvNext, kImageNet, 32, convnext<kNano>},
    {"convnext_tiny", "ConvNeXt-T", kConvNext, kImageNet, 32, convnext<kTiny>},
    {"convnext_small", "ConvNeXt-S", kConvNext, kImageNet, 32, convnext<kSmall>},
    {"convnext_base", "ConvNeXt-B", kConvNext, kImageNet, 32, convnext<kBase>},
    {"convnext_large", "ConvNeXt-L", kConvNext, kImageNet, 32, convnext<kLarge>},
    {"convnext_xlarge", "ConvNeXt-XL", kConvNext, kImageNet, 32, convnext<kXLarge>},
    {"convnext_tiny_keras", "ConvNeXt-T, Keras' norm of the map", kConvNext, kBytes, 32,
     convnext<kTiny, Flavour::Keras>},
    {"convnext_small_keras", "ConvNeXt-S, Keras' norm of the map", kConvNext, kBytes, 32,
     convnext<kSmall, Flavour::Keras>},
    {"convnext_base_keras", "ConvNeXt-B, Keras' norm of the map", kConvNext, kBytes, 32,
     convnext<kBase, Flavour::Keras>},
    {"convnext_large_keras", "ConvNeXt-L, Keras' norm of the map, report AXON", kConvNext, kBytes, 32,
     convnext<kLarge, Flavour::Keras>},
    {"convnext_xlarge_keras", "ConvNeXt-XL, Keras' norm of the map", kConvNext, kBytes, 32,
     convnext<kXLarge, Flavour::Keras>},
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
  const HeadOptions& head = options.head;
  const auto within = [](const char* what, double value, double least, double most) {
    require(value >= least && value <= most, ErrorKind::Usage,
            fmt::format("[models] head.{} must lie in [{:g}, {:g}]; got {:g}", what, least, most, value));
  };
  within("units", static_cast<double>(head.units), 1, 65536);
  within("reduction", static_cast<double>(head.reduction), 1, 4096);
  within("slope", head.slope, 0, 1);
  within("l2", head.l2, 0, 1);
  Graph graph = entry.build(options);
  graph.network = entry.name;
  return graph;
}

}  // namespace giemsa
