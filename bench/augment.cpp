// Draws training views of decoded pictures on one thread: CPU microseconds a view, for each policy.
//
//   bench_augment FOLDER [PICTURES] [INPUT_PX] [POLICY...]   →   "light 71.3" …
//
// The pictures are the first of an even step through the sorted .jpg files below FOLDER; bench/augment.sh
// runs it in turn with bench/peers/augment_torchvision.py, which takes the same ones.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <vector>

#include "giemsa/augment/augment.h"
#include "giemsa/augment/policies.h"
#include "giemsa/image/codec.h"

namespace {

using namespace giemsa;

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::vector<Image> load(const std::filesystem::path& folder, std::size_t count) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".jpg") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  count = std::min(count, files.size());
  std::vector<Image> pictures;
  for (std::size_t i = 0; i < count; ++i) pictures.push_back(read_image(files[i * files.size() / count]));
  return pictures;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    fmt::print(stderr, "usage: bench_augment FOLDER [PICTURES] [INPUT_PX] [POLICY...]\n");
    return 2;
  }
  const std::vector<Image> pictures =
      load(arguments[1], count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 512);
  const Preprocess preprocess{.input_px = count > 3 ? std::strtol(arguments[3], nullptr, 10) : 96};
  std::vector<std::string> names(arguments + std::min(count, 4), arguments + count);
  if (names.empty()) {
    for (const Policy& policy : policies()) names.emplace_back(policy.name);
  }
  std::vector<float> view(static_cast<std::size_t>(3 * preprocess.input_px * preprocess.input_px));
  for (const std::string& name : names) {
    const AugmentOptions options = find_policy(name);
    const auto epoch = [&](std::uint64_t number) {
      for (std::uint64_t i = 0; i < pictures.size(); ++i) {
        Random random({1, number, i});
        augment(pictures[i], options, preprocess, random, view.data());
      }
    };
    epoch(0);  // to warm up
    constexpr int kEpochs = 4;
    const double start = cpu_seconds();
    for (int i = 1; i <= kEpochs; ++i) epoch(static_cast<std::uint64_t>(i));
    const double views = static_cast<double>(kEpochs) * static_cast<double>(pictures.size());
    fmt::print("{} {:.1f}\n", name, 1e6 * (cpu_seconds() - start) / views);
  }
}
