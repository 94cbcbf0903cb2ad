#include "giemsa/verify/verify.h"

#include <CLI/CLI.hpp>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/find_pictures.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/image/codec.h"
#include "giemsa/run/model_box.h"
#include "giemsa/synth/synthesise.h"

namespace giemsa {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kDrawnPerClass = 8, kDrawnPx = 128;
constexpr std::size_t kShown = 5;
constexpr double kTolerance = 1e-4, kAgreement = 99.5;  // where both compute in floats; where one does not

struct Arguments {
  std::string model, a, b;
  std::vector<std::string> pictures;
  std::optional<double> tolerance, agreement;  ///< of probabilities; per cent
  EngineOptions engines;
  bool json = false;
};

/// What is asked of the two engines, and whether they fulfil it.
struct Verdict {
  std::optional<double> tolerance, agreement;
  bool fulfilled = true;

  Verdict(const Arguments& args, bool integers, const Verification& found)
      : tolerance(args.tolerance), agreement(args.agreement) {
    if (!tolerance && !agreement) (integers ? agreement : tolerance) = integers ? kAgreement : kTolerance;
    if (tolerance) fulfilled = found.largest_probabilities <= *tolerance;
    if (agreement) fulfilled = fulfilled && 100 * found.agreement() >= *agreement;
  }

  std::string asked() const {
    std::vector<std::string> parts;
    if (tolerance) parts.push_back(fmt::format("probabilities within {}", *tolerance));
    if (agreement) parts.push_back(fmt::format("the same class for {} % of the pictures", *agreement));
    return join(parts, ", ");
  }
};

double rate(const Verification& found, double seconds) {
  return static_cast<double>(found.pictures) / seconds;
}

using Names = std::function<std::string(std::size_t)>;

void print_text(const std::array<const Engine*, 2>& engines, const Model& model, const Names& picture,
                const Verification& found) {
  fmt::print("A  {}\nB  {}\n\n", engines[0]->title(), engines[1]->title());
  fmt::print("{} picture{}\n", found.pictures, found.pictures == 1 ? "" : "s");
  fmt::print("{:<15} {:>12} {:>12}\n", "difference of", "largest", "mean");
  fmt::print("{:<15} {:>12.3g} {:>12.3g}\n", "logits", found.largest_logits, found.mean_logits);
  fmt::print("{:<15} {:>12.3g} {:>12.3g}\n", "probabilities", found.largest_probabilities,
             found.mean_probabilities);
  fmt::print("same class      {:.2f} %\n", 100 * found.agreement());
  const double a = rate(found, found.seconds_a), b = rate(found, found.seconds_b);
  fmt::print("networks alone  {:.0f} and {:.0f} images/s (B / A: {:.2f})\n", a, b, b / a);
  fmt::print("\n{:>13} {:>12}  furthest apart\n", "probabilities", "logits");
  for (const PictureDifference& one : found.worst) {
    const auto name = [&](int label) { return printable(model.classes[static_cast<std::size_t>(label)]); };
    fmt::print("{:>13.3g} {:>12.3g}  {}: {}\n", one.probabilities, one.logits,
               printable(picture(one.picture)),
               !one.finite()      ? "no numbers"
               : one.same_class() ? name(one.class_a)
                                  : fmt::format("{} and {}", name(one.class_a), name(one.class_b)));
  }
}

/// Infinity, which JSON has no word for, is null.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

void print_json(const std::array<const Engine*, 2>& engines, const Model& model, const Names& picture,
                const Verification& found, const Verdict& verdict) {
  Json worst = Json::array();
  for (const PictureDifference& one : found.worst) {
    worst.push_back({{"picture", picture(one.picture)},
                     {"probabilities", number(one.probabilities)},
                     {"logits", number(one.logits)},
                     {"classes",
                      {model.classes[static_cast<std::size_t>(one.class_a)],
                       model.classes[static_cast<std::size_t>(one.class_b)]}}});
  }
  const auto engine = [&](std::size_t e, double seconds) {
    return Json{{"engine", engines[e]->title()}, {"images_per_s", rate(found, seconds)}};
  };
  const auto optional = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
  const Json json = {
      {"a", engine(0, found.seconds_a)},
      {"b", engine(1, found.seconds_b)},
      {"pictures", found.pictures},
      {"unreadable", found.findings.size()},
      {"logits", {{"largest", number(found.largest_logits)}, {"mean", number(found.mean_logits)}}},
      {"probabilities",
       {{"largest", number(found.largest_probabilities)}, {"mean", number(found.mean_probabilities)}}},
      {"same_class", found.agreement()},
      {"worst", worst},
      {"asked",
       {{"tolerance", optional(verdict.tolerance)},
        {"agreement", verdict.agreement ? Json(*verdict.agreement / 100) : Json()}}},
      {"agree", verdict.fulfilled}};
  fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

void verify_command(const Arguments& args) {
  const Model model = read_model(named_model(args.model), ModelParts::Answering);
  const auto a = open_engine(args.a, model, args.engines), b = open_engine(args.b, model, args.engines);
  std::optional<TemporaryFolder> drawn;
  std::vector<std::string> places = args.pictures;
  if (places.empty()) {
    say("no pictures named: drawn cells, {} of each class", kDrawnPerClass);
    places = {drawn.emplace().path().string()};
    synthesise(places[0], {.per_class = kDrawnPerClass, .size_px = kDrawnPx});
  }
  const PicturePaths paths = find_pictures("verify", places);
  const Names name = [&](std::size_t i) {
    return drawn ? std::filesystem::path(paths[i]).lexically_relative(drawn->path()).string() : paths[i];
  };
  ProgressBar bar("Verify");
  const Verification found =
      verify_engines(*a, *b, {paths.size(), [&](std::size_t i) { return read_image(paths[i]); }, name},
                     kShown, args.engines.threads, bar.callback());
  bar.finish();
  say_findings(found.findings);
  const Verdict verdict(args, a->has_integers() || b->has_integers(), found);
  const std::array<const Engine*, 2> engines{a.get(), b.get()};
  if (args.json) {
    print_json(engines, model, name, found, verdict);
  } else {
    print_text(engines, model, name, found);
  }
  require(verdict.fulfilled, ErrorKind::Model,
          fmt::format("[verify] the two do not agree; asked for: {}", verdict.asked()));
  say("they agree: {}", verdict.asked());
}

}  // namespace

void add_verify_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  if (const char* folder = std::getenv("GIEMSA_ONNXRUNTIME"); folder && *folder)
    args->engines.onnxruntime = folder;
  CLI::App* command = app.add_subcommand("verify", "Check that two engines give a model's answers alike");
  command
      ->add_option("MODEL", args->model,
                   "A model folder, a run folder of giemsa train, or the name of a model in the box")
      ->required();
  const char* engines =
      "native: giemsa's executor, as the model is stored; floats: without its 8-bit integers;\n"
      "int8: with them; model:FOLDER: another model, e.g. before quantising; onnx:FILE: a file of\n"
      "giemsa export in ONNX Runtime";
  command->add_option("A", args->a, engines)->required();
  command->add_option("B", args->b, "Likewise")->required();
  command->add_option("PICTURES", args->pictures,
                      "Pictures, or folders of them; default: 64 drawn cells, always the same");
  command
      ->add_option("--tolerance", args->tolerance,
                   "Largest difference of a probability; default: 0.0001 where both compute in floats")
      ->check(CLI::Range(0.0, 1.0));
  command
      ->add_option("--agreement", args->agreement,
                   "Per cent of the pictures that both give the same class; default: 99.5 where one\n"
                   "multiplies 8-bit integers")
      ->check(CLI::Range(0.0, 100.0));
  command->add_option("--onnxruntime", args->engines.onnxruntime,
                      "The folder in which npm installed onnxruntime-node; default: $GIEMSA_ONNXRUNTIME, or\n"
                      "the current one");
  command->add_option("--threads", args->engines.threads, "0: one per processor")->check(CLI::Range(0, 1024));
  command->add_flag("--json", args->json, "JSON instead of text");
  command->footer(
      "One look of the network at each picture, without second looks and abstentions: differences of logits\n"
      "and calibrated probabilities, the share of pictures with the same class, the pictures that are\n"
      "furthest apart, and the speed of both. The exit code is 5 where they do not agree as asked for.\n\n"
      "Examples:\n"
      "  giemsa verify run native onnx:model.onnx cells/\n"
      "  giemsa verify fast.giemsa floats int8 cells/\n"
      "  giemsa verify fast.giemsa native model:run cells/ --agreement 99 --json");
  command->callback([args] { verify_command(*args); });
}

}  // namespace giemsa
