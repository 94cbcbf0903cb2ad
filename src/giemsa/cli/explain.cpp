#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/find_pictures.h"
#include "giemsa/cli/measured_part.h"
#include "giemsa/cli/model_argument.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/csv.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/data/file_names.h"
#include "giemsa/explain/explain.h"
#include "giemsa/explain/nearest.h"
#include "giemsa/explain/overlay.h"
#include "giemsa/image/codec.h"
#include "giemsa/predict/classifier.h"

namespace giemsa {

namespace fs = std::filesystem;

namespace {

struct Arguments {
  std::string model, out = "explained", method = "fused", class_name, neighbours;
  std::vector<std::string> paths;
  std::size_t nearest = 3;
  int threads = 0;
};

/// The cells among which neighbours are looked for, with their features.
struct KnownCells {
  std::unique_ptr<Source> source;
  std::vector<std::size_t> records;
  EvidenceOfAll evidence;

  FeatureMatrix features() const {
    return {evidence.features.data(), records.size(), evidence.features.size() / records.size()};
  }
};

/// The records of the train part where the model's run or the data name one, all of them otherwise.
std::vector<std::size_t> training_records(const Source& source, const fs::path& model) {
  const auto records = source.records();
  const bool named = std::ranges::any_of(records, [](const Record& r) { return r.official != Part::None; });
  const std::vector<int> every_class(source.classes().size(), 0);
  const MeasuredPart part = choose_part(source, named ? "train" : "", "", run_folder_of(model), every_class);
  if (part.split) return part.split->members(Part::Train);
  return part.records;
}

std::optional<KnownCells> known_cells(const Arguments& args, const fs::path& model,
                                      const Classifier& classifier) {
  if (args.neighbours.empty()) return {};
  KnownCells known{open_source(args.neighbours), {}, {}};
  say_findings(known.source->findings());
  known.records = training_records(*known.source, model);
  const PictureList pictures{known.records.size(),
                             [&](std::size_t i) { return known.source->load(known.records[i]); },
                             [&](std::size_t i) { return known.source->records()[known.records[i]].id; }};
  ProgressBar bar("Describe");
  known.evidence = evidence_of_all(classifier, pictures, args.threads, bar.callback());
  bar.finish();
  say_findings(known.evidence.findings);
  std::size_t kept = 0;  // those that could be read
  const std::size_t size = known.evidence.features.size() / std::max<std::size_t>(1, known.records.size());
  for (std::size_t i = 0; i < known.records.size(); ++i) {
    if (!known.evidence.readable[i]) continue;
    known.records[kept] = known.records[i];
    std::copy_n(known.evidence.features.begin() + static_cast<std::ptrdiff_t>(i * size), size,
                known.evidence.features.begin() + static_cast<std::ptrdiff_t>(kept * size));
    ++kept;
  }
  require(kept > 0, ErrorKind::Data,
          fmt::format("[explain] no picture of {} could be read", args.neighbours));
  known.records.resize(kept);
  known.evidence.features.resize(kept * size);
  return known;
}

/// What is told of one picture.
struct Told {
  Explanation explanation;
  std::vector<Neighbour> neighbours;
};

/// The picture, the same with its overlay, and the neighbours at its height.
Image panel(const Image& picture, const Explainer& explainer, const Told& told, const KnownCells* known) {
  constexpr int kGapPx = 6;
  std::vector<Image> parts{picture, overlay(picture, told.explanation)};
  const std::int64_t side_px = std::min<std::int64_t>(picture.height(), kMaxInputPx);
  for (const Neighbour& neighbour : told.neighbours) {
    const Image cell = known->source->load(known->records[neighbour.row]);
    parts.push_back(crop_and_resize(explainer.square_of(cell), {.input_px = side_px}));
  }
  return side_by_side(parts, kGapPx);
}

/// The class that is asked for, -1 for the one that each picture is named.
int class_index(const std::string& name, const std::vector<std::string>& classes) {
  if (name.empty()) return -1;
  const auto found = std::ranges::find(classes, name);
  require(found != classes.end(), ErrorKind::Usage,
          fmt::format("[explain] the model has no class '{}'", name), suggest(name, classes));
  return static_cast<int>(found - classes.begin());
}

/// One name for each picture's file, none of which would lie over a picture that is explained.
std::vector<fs::path> output_files(const std::vector<std::string>& pictures, const fs::path& folder) {
  std::error_code none;
  std::set<fs::path> explained;
  for (const std::string& picture : pictures) explained.insert(fs::weakly_canonical(picture, none));
  FileNames names;
  std::vector<fs::path> files;
  for (const std::string& picture : pictures) {
    files.push_back(folder / names.give(fs::path(picture).stem().string() + ".png"));
    require(!explained.contains(fs::weakly_canonical(files.back(), none)), ErrorKind::Usage,
            fmt::format("[explain] {} would lie over a picture that is explained", files.back().string()),
            "name another folder with --out");
  }
  return files;
}

void print_table(const Classifier& classifier, const std::vector<std::string>& pictures,
                 const std::vector<fs::path>& files, const std::vector<Told>& told,
                 const std::vector<char>& readable, const KnownCells* known, std::size_t nearest_count) {
  std::vector<std::string> fields{"path", "class", "probability", "share", "file"};
  for (std::size_t n = 1; known && n <= nearest_count; ++n) {
    fields.push_back(fmt::format("neighbour_{}", n));
    fields.push_back(fmt::format("distance_{}", n));
  }
  const std::size_t columns = fields.size();
  std::string text;
  append_csv_row(text, fields);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (!readable[i]) continue;
    const Explanation& seen = told[i].explanation;
    fields = {pictures[i], classifier.classes()[static_cast<std::size_t>(seen.class_index)],
              shortest(seen.probability), shortest(seen.share), files[i].string()};
    for (const Neighbour& neighbour : told[i].neighbours) {
      fields.push_back(known->source->records()[known->records[neighbour.row]].id);
      fields.push_back(shortest(static_cast<float>(neighbour.distance)));
    }
    fields.resize(columns);
    append_csv_row(text, fields);
  }
  fmt::print("{}", text);
}

void explain_command(const Arguments& args) {
  const std::vector<std::string> pictures = find_pictures("explain", args.paths).strings();
  const std::vector<fs::path> files = output_files(pictures, args.out);
  const fs::path model = chosen_model(args.model);
  const Explainer explainer(read_model(model, ModelParts::Answering));
  const Classifier& classifier = explainer.classifier();
  const ExplainOptions options{.method = parse_explain_method(args.method),
                               .class_index = class_index(args.class_name, classifier.classes()),
                               .threads = pictures.size() == 1 ? args.threads : 1};
  prepare_output_folder(args.out);
  const std::optional<KnownCells> known = known_cells(args, model, classifier);
  const KnownCells* cells = known ? &*known : nullptr;

  std::vector<Told> told(pictures.size());
  ProgressBar bar("Explain");
  const PictureList list{pictures.size(), [&](std::size_t i) { return read_image(pictures[i]); },
                         [&](std::size_t i) { return pictures[i]; }};
  const ReadPictures read =
      for_each_picture(list, args.threads, bar.callback(), [&](std::size_t i, const Image& picture) {
        told[i].explanation = explainer.explain(picture, options);
        if (cells)
          told[i].neighbours =
              nearest(cells->features(), classifier.evidence(picture).features, args.nearest);
        write_atomic(files[i], encode_png(panel(picture, explainer, told[i], cells)));
      });
  bar.finish();
  print_table(classifier, pictures, files, told, read.readable, cells, args.nearest);
  say_findings(read.findings);
  require(read.findings.size() < pictures.size(), ErrorKind::Data, "[explain] no picture could be read");
}

}  // namespace

void add_explain_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("explain", "Show where a model looked, and which cells it knows alike");
  command->add_option("PICTURE", args->paths, "Pictures, or folders of them")->required();
  add_model_option(*command, args->model);
  command
      ->add_option("--out", args->out,
                   "Folder for one PNG per picture: it, where the model looked, neighbours")
      ->capture_default_str();
  command
      ->add_option("--method", args->method,
                   "fused or layercam (gradients at several depths), gradcam (at the last map), occlusion "
                   "(hides places)")
      ->capture_default_str();
  command->add_option("--class", args->class_name, "Show what speaks for this class; default: the one named");
  command->add_option(
      "--neighbours", args->neighbours,
      "DATA: show the nearest cells of its train part (of all of it where no split is known)");
  command->add_option("--nearest", args->nearest, "How many neighbours")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  command->add_option("--threads", args->threads, "0: one per processor")->check(CLI::Range(0, 1024));
  command->footer(
      "Answers on standard output: path, class, its probability, the smallest share of the picture that "
      "holds\n"
      "half of the evidence, the file, and the neighbours with their distances (1 - cosine of features).\n\n"
      "Examples:\n  giemsa explain cell.jpg\n"
      "  giemsa explain cell.jpg --model run --neighbours cells --out explained");
  command->callback([args] { explain_command(*args); });
}

}  // namespace giemsa
