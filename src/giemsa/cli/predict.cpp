#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/find_pictures.h"
#include "giemsa/cli/model_argument.h"
#include "giemsa/cli/predict_format.h"
#include "giemsa/cli/predict_output.h"
#include "giemsa/cli/predict_tally.h"
#include "giemsa/cli/talk.h"
#include "giemsa/cli/viewing_options.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/image/codec.h"
#include "giemsa/infer/group_size.h"
#include "giemsa/predict/classifier.h"
#include "giemsa/predict/in_turn.h"
#include "giemsa/predict/read_back.h"
#include "giemsa/predict/shard.h"

namespace giemsa {

namespace fs = std::filesystem;
namespace {

struct Arguments {
  std::string model, format = "csv", out, count_file, shard = "1/1";
  std::vector<std::string> paths;
  ViewingArguments viewing;
  std::optional<double> level;
  bool answer_all = false, resume = false;
  int threads = 0;

  bool json() const { return format == "json"; }
};

void check(Arguments& args) {
  require(!args.resume || (!args.out.empty() && !args.json()), ErrorKind::Usage,
          "[predict] --resume goes on with a CSV file that --out names", "--out FILE, without --format json");
  for (const std::string& file : {args.out, args.count_file}) {
    require(!has_image_extension(file), ErrorKind::Usage,
            fmt::format("[predict] {} has the name of a picture; answers are text", file),
            "a name such as cells.csv");
  }
  if (!args.out.empty()) args.out = behind_link(args.out).string();
  require(args.out.empty() || args.resume || !fs::exists(part_of(args.out)), ErrorKind::Usage,
          fmt::format("[predict] {} is left of a run that was interrupted", part_of(args.out).string()),
          "go on with --resume, or remove it");
}

/// Goes on with what an earlier run left, or with its result where that is complete: then with the pictures
/// that could not be read at its end, should it have had such.
LeftOff go_on(const Arguments& args, const Classifier& classifier, const PictureList& pictures,
              const PredictFormat& format, PredictTally& tally) {
  const fs::path part = part_of(args.out);
  const fs::path file = fs::exists(part) ? part : fs::path(args.out);
  if (!args.resume || !fs::exists(file)) return {};
  LeftOff left = read_back(
      file, format.head(), pictures, [&](const auto& fields) { tally.add_row(fields); },
      [&](Finding finding) { tally.add(std::move(finding)); });
  if (!left.last_row.empty()) {
    const std::string name = pictures.name(left.last);
    const std::string now = format.row(name, classifier.judge(pictures.load(left.last), args.level));
    require(now == left.last_row, ErrorKind::Usage,
            fmt::format("[resume] {}: the last row is no longer what the model says of '{}'", file.string(),
                        name),
            "the same model and options as before, on the same kind of machine; or remove the file to begin "
            "anew");
  }
  if (file != part) fs::rename(file, part);
  say("{} has {} of {} pictures", file.string(), left.pictures, pictures.count);
  return left;
}

/// What is told of one picture.
struct Line {
  std::optional<Finding> finding = {};  ///< it could not be read; the rest is empty then
  std::string row = {};
  Verdict verdict = {};
  int answer = 0;
};

void predict(Arguments& args) {
  check(args);
  const Shard shard = parse_shard(args.shard);
  const PicturePaths paths = find_pictures("predict", args.paths);
  Model model = read_model(chosen_model(args.model), ModelParts::Answering);
  require(!args.level || model.trust.conformal, ErrorKind::Usage,
          "[predict] --level is for sets of classes, which this model does not give", "giemsa calibrate");
  args.viewing.apply(model);
  const Classifier classifier(std::move(model));
  const auto name = [&](std::size_t i) { return paths[shard.at(i)]; };
  const PictureList pictures{shard.size(paths.size()), [&](std::size_t i) { return read_image(name(i)); },
                             name};

  const PredictFormat format(classifier, args.json(), args.answer_all);
  PredictTally tally(classifier.classes(), args.answer_all);
  const LeftOff left = go_on(args, classifier, pictures, format, tally);
  PredictOutput output(args.out, left.bytes);
  if (left.bytes == 0) output.write(format.head());

  ProgressBar bar("Predict");
  const bool many = pictures.count > 50;
  if (many) bar.update(left.pictures, pictures.count);
  bool is_first = true;
  const auto deliver = [&](const Line& line) {
    if (line.finding) {
      tally.add(*line.finding);
    } else {
      output.write(format.lead(is_first));
      output.write(line.row);
      is_first = false;
      tally.add(line.verdict, line.answer);
    }
  };
  const std::size_t to_do = pictures.count - left.pictures, share = group_size(to_do, args.threads);
  in_turn((to_do + share - 1) / share, args.threads, [&](std::size_t s) -> Delivery {
    const std::size_t first = left.pictures + s * share, last = std::min(first + share, pictures.count);
    std::vector<std::optional<Line>> lines(last - first);
    std::exception_ptr failure;
    try {
      load_in_groups(
          pictures, first, last,
          [&](const PictureGroup& group) {
            const std::vector<Judgement> judgements = classifier.judge(group.pictures, args.level);
            for (std::size_t g = 0; g < group.size(); ++g) {
              const Judgement& judgement = judgements[g];
              lines[group.numbers[g] - first] = {.row = format.row(name(group.numbers[g]), judgement),
                                                 .verdict = judgement.verdict,
                                                 .answer = judgement.answer};
            }
          },
          [&](Finding finding, std::size_t i) { lines[i - first] = {.finding = std::move(finding)}; });
    } catch (...) {
      failure = std::current_exception();
    }
    return [&, last, failure, lines = std::move(lines)] {
      for (const auto& line : lines) {
        if (!line) std::rethrow_exception(failure);  // of this picture
        deliver(*line);
      }
      if (many) bar.update(last, pictures.count);
    };
  });
  if (many) bar.finish();
  output.write(format.tail(!is_first, tally.findings(), tally.more_findings()));
  output.finish();
  if (!args.count_file.empty()) write_atomic(args.count_file, differential_count_csv(tally.count()));
  tally.say_all();
  require(tally.count().readable() > 0 || pictures.count == 0, ErrorKind::Data,
          "[predict] no picture could be read");
}

}  // namespace

void add_predict_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("predict", "Say which cells pictures show");
  command->add_option("PATH", args->paths, "Pictures, or folders of them")->required();
  add_model_option(*command, args->model);
  command->add_option("--format", args->format, "How to answer")
      ->check(CLI::IsMember({"csv", "json"}))
      ->capture_default_str();
  command->add_option("--out", args->out,
                      "File to answer in: FILE.part until it is complete; default: standard output");
  command->add_flag("--resume", args->resume, "Go on with the CSV file of --out where it ends");
  command->add_option("--shard", args->shard, "I/N: every N-th picture, from the I-th on, for N machines")
      ->capture_default_str();
  command->add_option("--count", args->count_file, "Also write the differential count as CSV");
  add_viewing_options(*command, args->viewing);
  command
      ->add_option("--level", args->level,
                   "Share of the sets that shall hold the true class; default: as the model was calibrated")
      ->check(CLI::Range(0.0, 1.0));
  command->add_flag("--answer-all", args->answer_all, "Name a class even where the model would abstain");
  command->add_option("--threads", args->threads, "0: one per processor")->check(CLI::Range(0, 1024));
  command->footer(
      "For each picture: the class, or `abstain` and the reason; the classes that it may be, as calibrated\n"
      "(giemsa calibrate); how unlike the training cells it is; the probability of each class. Rows come in "
      "the\n"
      "order of the pictures while others are still looked at. At the end, on standard error: how many cells "
      "there\n"
      "are of each class, and their share of the white cells.\n\n"
      "Pictures that cannot be read are named on standard error; the others are answered. The exit code is 3 "
      "when\n"
      "none could be read.\n\nExamples:\n  giemsa predict cell.jpg\n"
      "  giemsa predict --model run cell.jpg more-cells/ > cells.csv\n"
      "  giemsa predict slide/ --out cells.csv --count differential.csv --resume");
  command->callback([args] { predict(*args); });
}

}  // namespace giemsa
