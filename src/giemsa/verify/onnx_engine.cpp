#include "giemsa/verify/onnx_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/parallel.h"
#include "giemsa/predict/shown_picture.h"
#include "giemsa/verify/node_process.h"

namespace giemsa {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// Arguments: the file, the folder in which onnxruntime-node is installed, threads. First it says what the
/// file takes; then, for each number of pictures (8 digits) with their values behind, what comes out. Without
/// x64quantprecision, sums of integers overflow on processors that lack VNNI.
constexpr const char* kScript = R"javascript(
const fs = require('node:fs');
const [, file, folder, threads] = process.argv;

function say(answer) {
  const bytes = Buffer.from(JSON.stringify(answer) + '\n');
  for (let at = 0; at < bytes.length;) at += fs.writeSync(3, bytes, at);
}
function read(size) {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size;) {
    const count = fs.readSync(3, bytes, at, Math.min(size - at, 1 << 30), null);
    if (count === 0) process.exit(0);
    at += count;
  }
  return bytes;
}

(async () => {
  let ort;
  try {
    ort = require('node:module').createRequire(folder + '/')('onnxruntime-node');
  } catch (error) {
    say({missing: String(error.message ?? error)});
    return;
  }
  const session = await ort.InferenceSession.create(
      file, {intraOpNumThreads: Number(threads), logSeverityLevel: 3,
             extra: {session: {x64quantprecision: '1'}}});
  const input = session.inputNames[0];
  say({input, version: ort.env.versions?.node ?? ''});
  const {bytes, side} = JSON.parse(read(64).toString());
  for (;;) {
    const count = Number(read(8).toString());
    const values = read(count * bytes);
    const tensor = input === 'pixels'
        ? new ort.Tensor('uint8', values, [count, side, side, 3])
        : new ort.Tensor('float32', new Float32Array(values.buffer, values.byteOffset, values.length / 4),
                         [count, 3, side, side]);
    const start = performance.now();
    const outputs = await session.run({[input]: tensor});
    const answer = {seconds: (performance.now() - start) / 1000};
    for (const name of ['logits', 'probabilities'])
      if (outputs[name]) answer[name] = Array.from(outputs[name].data);
    say(answer);
  }
})().catch((error) => say({error: String(error.message ?? error)}));
)javascript";

/// Whether the file turns values into integers: the name of that operation stands in it.
bool names_quantization(const fs::path& file) {
  const MappedFile mapped(file);
  const std::string_view text(reinterpret_cast<const char*>(mapped.bytes().data()), mapped.bytes().size());
  return text.find("QuantizeLinear") != std::string_view::npos;
}

/// Numbers that JSON cannot say are null.
std::vector<double> numbers(const Json& array) {
  std::vector<double> values;
  for (const Json& value : array)
    values.push_back(value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN());
  return values;
}

std::vector<std::string> arguments(const fs::path& file, const EngineOptions& options) {
  require(fs::is_regular_file(file), ErrorKind::Io,
          fmt::format("[verify] there is no file {}", file.string()), "giemsa export MODEL --out FILE");
  const int threads = options.threads > 0 ? options.threads : processor_count();
  return {fs::absolute(file).string(), fs::absolute(options.onnxruntime).string(), std::to_string(threads)};
}

class OnnxEngine : public Engine {
 public:
  OnnxEngine(fs::path file, const Model& model, const EngineOptions& options)
      : file_(std::move(file)), model_(model), node_(kScript, arguments(file_, options)) {
    model_.weights.clear();
    has_integers_ = names_quantization(file_);
    const Json told = answer();
    const std::string input = told.value("input", std::string());  // none where the file takes nothing
    takes_bytes_ = input == "pixels";
    version_ = told.value("version", std::string());
    require(takes_bytes_ || input == "images", ErrorKind::Model,
            fmt::format("[verify] {} takes '{}'; files of giemsa export take 'images' or 'pixels'",
                        file_.string(), input));
    const auto side = static_cast<std::size_t>(model_.preprocess.input_px);
    positions_ = side * side;
    const std::string head = fmt::format(R"({{"bytes":{},"side":{}}})", image_bytes(), side);
    send(fmt::format("{:<64}", head));
  }

  std::string title() const override {
    return fmt::format("onnx:{}: ONNX Runtime {}, {}", file_.string(), version_,
                       has_integers_ ? "8-bit integers" : "32-bit floats");
  }
  bool has_integers() const override { return has_integers_; }
  std::size_t input_size() const override { return positions_ * 3; }
  std::vector<float> input(ImageView picture) const override {
    return shown_picture(picture, model_.preprocess, model_.viewing);
  }

  EngineAnswers run(std::span<const float> inputs, std::size_t count) override {
    require(inputs.size() == count * input_size(), ErrorKind::Internal, "[verify] inputs of another size");
    send(fmt::format("{:08}", count));
    if (takes_bytes_) {
      node_.write(as_bytes(inputs));
    } else {
      const std::vector<float> planes = channels_first(inputs, count);
      node_.write({reinterpret_cast<const std::uint8_t*>(planes.data()), planes.size() * sizeof(float)});
    }
    const Json said = answer();
    EngineAnswers answers;
    answers.seconds = said.at("seconds").get<double>();
    const std::size_t expected = count * model_.classes.size();
    const std::vector<double> logits =
        said.contains("logits") ? numbers(said["logits"]) : std::vector<double>();
    check_size("logits", logits.size(), expected);
    answers.logits.assign(logits.begin(), logits.end());
    if (said.contains("probabilities")) {
      answers.probabilities = numbers(said["probabilities"]);
      check_size("probabilities", answers.probabilities.size(), expected);
    } else {
      answers.probabilities = probabilities_of(answers.logits, model_);
    }
    return answers;
  }

 private:
  std::size_t image_bytes() const { return input_size() * (takes_bytes_ ? 1 : sizeof(float)); }

  void send(const std::string& text) {
    node_.write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }

  /// The next thing that the script says. What it could not be told it answers with its end.
  Json answer() {
    std::string line;
    require(node_.read_line(line), ErrorKind::Model,
            fmt::format("[verify] ONNX Runtime ended while it ran {}", file_.string()));
    const Json said = Json::parse(line, nullptr, false);
    require(said.is_object(), ErrorKind::Model, "[verify] ONNX Runtime's process says what is no answer");
    const std::string reason = said.value("missing", std::string());
    require(
        !said.contains("missing"), ErrorKind::Usage,
        fmt::format("[verify] onnxruntime-node cannot be loaded: {}", reason.substr(0, reason.find('\n'))),
        "npm install onnxruntime-node, and name its folder: --onnxruntime FOLDER");
    require(!said.contains("error"), ErrorKind::Model,
            fmt::format("[verify] ONNX Runtime cannot run {}: {}", file_.string(),
                        said.value("error", std::string())));
    return said;
  }

  void check_size(const char* what, std::size_t got, std::size_t expected) const {
    require(got == expected, ErrorKind::Model,
            fmt::format("[verify] {} gives {} {}; the model has {}", file_.string(), got, what, expected),
            "a file that was exported from this model");
  }

  /// The pixels that the values were normalised from.
  std::vector<std::uint8_t> as_bytes(std::span<const float> inputs) const {
    const Normalisation normalisation(model_.preprocess);
    std::vector<std::uint8_t> bytes(inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const std::size_t c = i % 3;
      const auto source = static_cast<std::size_t>(normalisation.source[c]);
      const float pixel = (inputs[i] - normalisation.shift[c]) / normalisation.scale[c];
      bytes[i - c + source] = static_cast<std::uint8_t>(std::clamp(std::lround(pixel), 0L, 255L));
    }
    return bytes;
  }

  /// [N, H, W, 3] → [N, 3, H, W].
  std::vector<float> channels_first(std::span<const float> inputs, std::size_t count) const {
    std::vector<float> planes(inputs.size());
    for (std::size_t n = 0; n < count; ++n) {
      const std::size_t at = n * positions_ * 3;
      for (std::size_t p = 0; p < positions_; ++p) {
        for (std::size_t c = 0; c < 3; ++c) planes[at + c * positions_ + p] = inputs[at + p * 3 + c];
      }
    }
    return planes;
  }

  fs::path file_;
  Model model_;
  NodeProcess node_;
  bool has_integers_ = false, takes_bytes_ = false;
  std::string version_;
  std::size_t positions_ = 0;
};

}  // namespace

std::unique_ptr<Engine> open_onnx_engine(const fs::path& file, const Model& model,
                                         const EngineOptions& options) {
  return std::make_unique<OnnxEngine>(file, model, options);
}

}  // namespace giemsa
