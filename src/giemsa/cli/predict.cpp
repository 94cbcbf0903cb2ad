#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/find_pictures.h"
#include "giemsa/cli/model_argument.h"
#include "giemsa/cli/talk.h"
#include "giemsa/cli/viewing_options.h"
#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/image/codec.h"
#include "giemsa/predict/classifier.h"

namespace giemsa {

namespace {

/// What is answered for a list of pictures.
struct Answered {
  std::vector<Judgement> judgements;  ///< [N]; of a picture that could not be read nothing
  ReadPictures read;
};

/// "abstain" in place of a class, unless everything shall be answered.
std::string answer_of(const Classifier& classifier, const Judgement& judgement, bool answer_all) {
  if (judgement.abstains() && !answer_all) return "abstain";
  return classifier.classes()[static_cast<std::size_t>(judgement.answer)];
}

std::vector<std::string> set_of(const Classifier& classifier, const Judgement& judgement) {
  std::vector<std::string> names;
  if (!judgement.set) return names;
  for (const int c : *judgement.set) names.push_back(classifier.classes()[static_cast<std::size_t>(c)]);
  return names;
}

void print_csv(const Classifier& classifier, const std::vector<std::string>& pictures,
               const Answered& answered, bool answer_all) {
  std::vector<std::string> fields{"path", "predicted", "reason", "set", "novelty"};
  for (const std::string& name : classifier.classes()) fields.push_back("p_" + name);
  std::string text;
  append_csv_row(text, fields);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (!answered.read.readable[i]) continue;
    const Judgement& judgement = answered.judgements[i];
    fields = {pictures[i], answer_of(classifier, judgement, answer_all),
              reason(classifier.model().trust, judgement), join(set_of(classifier, judgement), "|"),
              judgement.novelty ? shortest(*judgement.novelty) : ""};
    for (const float p : judgement.probabilities) fields.push_back(shortest(p));
    append_csv_row(text, fields);
  }
  fmt::print("{}", text);
}

void print_json(const Classifier& classifier, const std::vector<std::string>& pictures,
                const Answered& answered, bool answer_all) {
  using Json = nlohmann::ordered_json;
  Json results = Json::array(), failed = results;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (!answered.read.readable[i]) continue;
    const Judgement& judgement = answered.judgements[i];
    Json result{{"path", pictures[i]}, {"predicted", answer_of(classifier, judgement, answer_all)}};
    if (judgement.abstains()) result["reason"] = reason(classifier.model().trust, judgement);
    if (judgement.set) result["set"] = set_of(classifier, judgement);
    if (judgement.novelty) result["novelty"] = *judgement.novelty;
    for (std::size_t c = 0; c < classifier.classes().size(); ++c)
      result["probabilities"][classifier.classes()[c]] = judgement.probabilities[c];
    results.push_back(std::move(result));
  }
  for (const Finding& finding : answered.read.findings) {
    failed.push_back({{"path", finding.record}, {"reason", finding.reason}, {"evidence", finding.evidence}});
  }
  const Json all{{"predictions", results}, {"findings", failed}};
  fmt::print("{}\n", all.dump(2, ' ', false, Json::error_handler_t::replace));
}

/// How many were not answered, for people.
void say_abstentions(const Answered& answered) {
  std::size_t unlike = 0, unsure = 0;
  const auto readable = std::ranges::count(answered.read.readable, 1);
  for (const Judgement& judgement : answered.judgements) {
    unlike += judgement.verdict == Verdict::Unlike;
    unsure += judgement.verdict == Verdict::Unsure;
  }
  if (unlike + unsure == 0) return;
  say("abstained from {} of {}: {} unlike the cells it was trained on, {} not sure", unlike + unsure,
      readable, unlike, unsure);
}

}  // namespace

void add_predict_command(CLI::App& app) {
  struct Arguments {
    std::string model, format = "csv";
    std::vector<std::string> paths;
    ViewingArguments viewing;
    std::optional<double> level;
    bool answer_all = false;
    int threads = 0;
  };
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("predict", "Say which cells pictures show");
  command->add_option("PATH", args->paths, "Pictures, or folders of them")->required();
  add_model_option(*command, args->model);
  command->add_option("--format", args->format, "How to answer on standard output")
      ->check(CLI::IsMember({"csv", "json"}))
      ->capture_default_str();
  add_viewing_options(*command, args->viewing);
  command
      ->add_option("--level", args->level,
                   "Share of the sets that shall hold the true class; default: as the model was calibrated")
      ->check(CLI::Range(0.0, 1.0));
  command->add_flag("--answer-all", args->answer_all, "Name a class even where the model would abstain");
  command->add_option("--threads", args->threads, "0: one per processor")->check(CLI::Range(0, 1024));
  command->footer(
      "For each picture: the class, or `abstain` and the reason; the classes that it may be, as calibrated\n"
      "(giemsa calibrate); how unlike the training cells it is; the probability of each class.\n\n"
      "Pictures that cannot be read are named on standard error; the others are answered. The exit code is 3 "
      "when\n"
      "none could be read.\n\nExamples:\n  giemsa predict cell.jpg\n"
      "  giemsa predict --model run cell.jpg more-cells/ > cells.csv");
  command->callback([args] {
    const std::vector<std::string> pictures = find_pictures("predict", args->paths);
    Model model = read_model(chosen_model(args->model));
    require(!args->level || model.trust.conformal, ErrorKind::Usage,
            "[predict] --level is for sets of classes, which this model does not give", "giemsa calibrate");
    args->viewing.apply(model);
    const Classifier classifier(std::move(model));
    ProgressBar bar("Predict");
    const bool many = pictures.size() > 50;
    Answered answered{std::vector<Judgement>(pictures.size()), {}};
    const PictureList list{pictures.size(), [&](std::size_t i) { return read_image(pictures[i]); },
                           [&](std::size_t i) { return pictures[i]; }};
    answered.read = for_each_picture(list, args->threads, many ? bar.callback() : ProgressCallback(),
                                     [&](std::size_t i, const Image& picture) {
                                       answered.judgements[i] = classifier.judge(picture, args->level);
                                     });
    if (many) bar.finish();
    args->format == "json" ? print_json(classifier, pictures, answered, args->answer_all)
                           : print_csv(classifier, pictures, answered, args->answer_all);
    if (!args->answer_all) say_abstentions(answered);
    say_findings(answered.read.findings);
    require(answered.read.findings.size() < pictures.size(), ErrorKind::Data,
            "[predict] no picture could be read");
  });
}

}  // namespace giemsa
