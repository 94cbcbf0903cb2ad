#include "giemsa/convert/convert.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "giemsa/cli/commands.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/error.h"
#include "giemsa/data/measuring_only.h"
#include "giemsa/data/new_folder.h"

namespace giemsa {
namespace {

struct Arguments {
  std::string data, out, form;
  NpzOptions npz;
};

Converted convert(const Arguments& args) {
  require(args.form == "npz" || (args.npz.size_px == 0 && args.npz.crop_px == 0), ErrorKind::Usage,
          fmt::format("[convert] --to {} copies or names files as they are; --size and --crop do not apply",
                      args.form),
          "--to npz");
  require_outside(args.out, args.data, "convert");
  const auto source = open_source(args.data);
  say_findings(source->findings());
  require_no_picture(args.out, *source, "convert");
  if (args.form == "manifest") return write_manifest(*source, args.out);
  require(!made_by_corrupt(std::filesystem::path(args.data)) && !made_by_corrupt(*source), ErrorKind::Usage,
          "[convert] pictures that giemsa corrupt made would lose the card that keeps them out of training",
          "--to manifest, which leaves them where they are");
  ProgressBar bar("Convert");
  const Converted converted = args.form == "folders"
                                  ? write_folders(*source, args.out, FolderFiles::Copy, bar.callback())
                                  : write_npz(*source, args.out, args.npz, bar.callback());
  bar.finish();
  return converted;
}

}  // namespace

void add_convert_command(CLI::App& app) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("convert", "Write a data set as class folders, .npz or manifest");
  command->add_option("DATA", args->data, "Class folders, .npz or .csv manifest")->required();
  command->add_option("--to", args->form, "folders, npz or manifest")
      ->required()
      ->check(CLI::IsMember({"folders", "npz", "manifest"}));
  command->add_option("--out", args->out, "The new folder, .npz or .csv to write")->required();
  command->add_option("--size", args->npz.size_px, "npz: side in px to resize to; 0: all are of one size")
      ->capture_default_str();
  command
      ->add_option("--crop", args->npz.crop_px,
                   "npz: side of the centre square to keep first; 0: the largest")
      ->capture_default_str();
  command->footer(
      "Labels, subjects and a split of the data go along (class folders: in split.csv); DATA itself is not "
      "changed.\n\nExamples:\n"
      "  giemsa convert cells --to npz --size 96 --out cells.npz\n"
      "  giemsa convert bloodmnist_224.npz --to folders --out bloodmnist\n"
      "  giemsa convert cells --to manifest --out cells.csv");
  command->callback([args] {
    const Converted converted = convert(*args);
    say_findings(converted.findings);
    say("{} pictures in {}", converted.pictures, args->out);
  });
}

}  // namespace giemsa
