#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <numeric>

#include "giemsa/cli/class_map.h"
#include "giemsa/cli/commands.h"
#include "giemsa/cli/measured_part.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/error.h"
#include "giemsa/core/random.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/predict/classifier.h"
#include "giemsa/predict/quantize_model.h"
#include "giemsa/run/model_box.h"

namespace giemsa {
namespace {

struct Arguments {
  std::string model, data, out, split_file;
  std::vector<std::string> class_map;
  std::size_t pictures = 256;
  double agreement = 99.5;
  int threads = 0;
};

/// The answers of both models for the same pictures.
struct Comparison {
  std::size_t pictures = 0, right_before = 0, right_after = 0, same_class = 0, same_answer = 0;
};

double percent(std::size_t part, std::size_t of) {
  return 100 * static_cast<double>(part) / static_cast<double>(of);
}

/// A seeded choice.
std::vector<std::size_t> some(std::vector<std::size_t> records, std::size_t count) {
  Random({fnv1a("quantize")}).shuffle(std::span(records));
  records.resize(std::min(count, records.size()));
  return records;
}

PictureList list_of(const Source& source, const std::vector<std::size_t>& records) {
  return {records.size(), [&](std::size_t i) { return source.load(records[i]); },
          [&](std::size_t i) { return source.records()[records[i]].id; }};
}

Comparison compare(const Classifier& before, const Classifier& after, const Source& source,
                   const std::vector<std::size_t>& records, std::span<const int> match, int threads) {
  std::vector<std::array<char, 4>> told(records.size());
  ProgressBar bar("Compare");
  const ReadPictures read =
      for_each_group(list_of(source, records), threads, bar.callback(), [&](const PictureGroup& group) {
        const std::vector<Judgement> all_a = before.judge(group.pictures),
                                     all_b = after.judge(group.pictures);
        for (std::size_t g = 0; g < group.size(); ++g) {
          const Judgement &a = all_a[g], &b = all_b[g];
          const std::size_t i = group.numbers[g];
          const int truth = match[static_cast<std::size_t>(source.records()[records[i]].label)];
          told[i] = {a.answer == truth, b.answer == truth, a.answer == b.answer,
                     a.answer == b.answer && a.verdict == b.verdict};
        }
      });
  bar.finish();
  say_findings(read.findings);
  Comparison result;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!read.readable[i]) continue;
    ++result.pictures;
    result.right_before += told[i][0];
    result.right_after += told[i][1];
    result.same_class += told[i][2];
    result.same_answer += told[i][3];
  }
  return result;
}

/// Pictures per second of both networks, one picture at a time on one thread, in turn; of each its best
/// round.
std::pair<double, double> speeds(const Model& model, const Quantization& quantization) {
  const Graph graph = model.graph();
  const std::array outputs{graph.output, graph.features};
  const NativeExecutor floats(graph, model.weights, outputs);
  const NativeExecutor integers(graph, model.weights, outputs, &quantization);
  const std::vector<float> image(static_cast<std::size_t>(graph.input_shape().size()), 0.5f);
  std::vector<float> out(
      static_cast<std::size_t>(floats.output_shape(0).size() + floats.output_shape(1).size()));
  const auto rate = [&](const NativeExecutor& network) {
    const auto start = std::chrono::steady_clock::now();
    double seconds = 0;
    int runs = 0;
    for (; seconds < 0.1; ++runs) {
      network.run(image, 1, 1, out);
      seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    return runs / seconds;
  };
  std::pair<double, double> best{0, 0};
  for (int round = 0; round < 5; ++round)
    best = {std::max(best.first, rate(floats)), std::max(best.second, rate(integers))};
  return best;
}

void quantize_command(const Arguments& args) {
  Model model = read_model(named_model(args.model));
  require(!std::filesystem::exists(args.out), ErrorKind::Usage, fmt::format("[quantize] {} exists", args.out),
          "name a new folder");
  require(model.quantization.empty(), ErrorKind::Usage,
          fmt::format("[quantize] {} is quantised already", args.model), "the model that it was made of");
  const auto source = open_source(args.data);
  say_findings(source->findings());
  const std::vector<int> match = match_classes(source->classes(), model.classes, args.class_map);
  const std::filesystem::path run = run_folder_of(named_model(args.model));
  const bool divided = !args.split_file.empty() || split_at_hand(*source, run);
  const MeasuredPart part = choose_part(*source, divided ? "val" : "all", args.split_file, run, match);
  const std::vector<std::size_t> measured =
      some(part.split ? part.split->members(Part::Train) : part.records, args.pictures);

  ProgressBar bar("Quantise", "layers");
  const QuantizedModel quantized = quantize_model(
      model, list_of(*source, measured), {.agreement = args.agreement / 100}, args.threads, bar.callback());
  bar.finish();
  Model result = model;
  result.quantization = quantized.quantization;
  const Comparison c =
      compare(Classifier(model), Classifier(result), *source, part.records, match, args.threads);
  const auto [before, after] = speeds(model, quantized.quantization);

  fmt::print("{:<44} {:>12}\n", "layer", "error");
  for (const LayerError& layer : quantized.layers) {
    fmt::print("{:<44} {:>11.3f}%{}\n", layer.layer, 100 * layer.error,
               layer.kept ? "  stays in floats" : "");
  }
  const auto kept = static_cast<std::size_t>(std::ranges::count_if(quantized.layers, &LayerError::kept));
  fmt::print("\n{} of {} layers multiply 8-bit integers; error of the logits {:.2f} %\n",
             quantized.layers.size() - kept, quantized.layers.size(), 100 * quantized.error);
  fmt::print("accuracy on {} pictures ({}): {:.2f} % in floats, {:.2f} % now\n", c.pictures, part.name,
             percent(c.right_before, c.pictures), percent(c.right_after, c.pictures));
  fmt::print("same class: {:.2f} %; same answer, abstentions included: {:.2f} %\n",
             percent(c.same_class, c.pictures), percent(c.same_answer, c.pictures));
  fmt::print("network alone, one thread: {:.0f} → {:.0f} images/s ({:.2f} x)\n", before, after,
             after / before);

  result.facts.emplace_back(
      "8-bit integers",
      fmt::format(
          "{} of {} layers; {:.2f} % same class on {} pictures, accuracy {:.2f} % ({:.2f} % in floats)",
          quantized.layers.size() - kept, quantized.layers.size(), percent(c.same_class, c.pictures),
          c.pictures, percent(c.right_after, c.pictures), percent(c.right_before, c.pictures)));
  write_model(args.out, result);
  say("the quantised model is {}", args.out);
}

}  // namespace

void add_quantize_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("quantize", "Make a model faster: 8-bit integers in place of floats");
  command
      ->add_option("MODEL", args->model,
                   "A model folder, a run folder of giemsa train, or the name of a model in the box")
      ->required();
  command
      ->add_option(
          "DATA", args->data,
          "Labelled pictures like those of the training: its train part is what the ranges of values\n"
          "are measured on, its val part what the new model is compared on")
      ->required();
  command->add_option("--out", args->out, "The new model folder")->required();
  command->add_option("--split-file", args->split_file,
                      "A split.csv; default: the run's own, or the source's");
  command
      ->add_option("--class-map", args->class_map, "NAME=CLASS …: the model's class for a class of the data")
      ->expected(1, -1);
  command->add_option("--pictures", args->pictures, "Pictures to measure ranges on")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command
      ->add_option(
          "--agreement", args->agreement,
          "Per cent of these pictures whose class must stay the same; the most sensitive layers stay in\n"
          "floats until it is reached")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  command->add_option("--threads", args->threads, "0: one per processor")->check(CLI::Range(0, 1024));
  command->footer(
      "Says what it costs: the error of each layer, accuracy, agreement and speed. The new model is used "
      "like\n"
      "any other; giemsa calibrate fits its probabilities anew.\n\n"
      "Example:\n  giemsa quantize blood_cells our_cells --out fast.giemsa");
  command->callback([args] { quantize_command(*args); });
}

}  // namespace giemsa
