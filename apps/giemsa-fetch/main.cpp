// The program behind `giemsa weights fetch`. It alone links libcurl.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "giemsa/cli/program.h"
#include "giemsa/cli/talk.h"
#include "giemsa/core/progress.h"
#include "giemsa/fetch/fetch.h"

namespace {

using namespace giemsa;

struct Arguments {
  std::vector<std::string> names;
  std::string out, mirror;
};

void fetch(const PublishedWeights& entry, const Arguments& args) {
  constexpr std::uint64_t kMegabyte = 1'000'000;
  ProgressBar bar(std::string(entry.file()), "MB");
  const Fetched fetched =
      fetch_weights(entry, {.folder = args.out.empty() ? weights_cache() : std::filesystem::path(args.out),
                            .mirror = args.mirror,
                            .progress = [&](std::uint64_t done, std::uint64_t total) {
                              bar.update(done / kMegabyte, total / kMegabyte);
                            }});
  bar.finish();
  const std::size_t digits = entry.sha256[0].size();
  say("{}: {}, SHA-256 {}; {} as published", entry.name, fetched.was_there ? "was there already" : "fetched",
      fetched.sha256,
      digits < fetched.sha256.size() ? fmt::format("the first {} digits are", digits) : "it is");
  fmt::print("{}\n", fetched.path.string());
}

void run(const Arguments& args) {
  std::vector<const PublishedWeights*> entries;  // all names are looked up before the first is fetched
  for (const std::string& name : args.names) entries.push_back(&find_published_weights(name));
  for (const PublishedWeights* entry : entries) fetch(*entry, args);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments args;
  CLI::App app("Fetch published weights, check them, and print where they are.", "giemsa weights fetch");
  app.add_option("NAME", args.names, "Names of giemsa weights list")->required();
  app.add_option("--out", args.out, "Where the files go, instead of the cache");
  app.add_option("--from", args.mirror, "A mirror's address, to which the file's name is added")
      ->envname("GIEMSA_WEIGHTS_MIRROR");
  app.footer(
      "Examples:\n"
      "  giemsa weights fetch resnet50\n"
      "  giemsa weights fetch vgg16 --from https://mirror.example/weights --out .");
  app.callback([&] { run(args); });
  return run_program(app, argc, argv);
}
