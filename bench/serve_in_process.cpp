// What the service is measured against: the same pictures decoded and judged, in groups as `giemsa predict`
// does, by as many threads in one process, without HTTP. Prints pictures/s.
//
//   bench_serve_in_process MODEL FOLDER THREADS SECONDS [TOGETHER]

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/image/codec.h"
#include "giemsa/infer/native_executor.h"
#include "giemsa/predict/classifier.h"

int main(int argc, char** argv) try {
  using namespace giemsa;
  using Clock = std::chrono::steady_clock;
  require(argc == 5 || argc == 6, ErrorKind::Usage,
          "bench_serve_in_process MODEL FOLDER THREADS SECONDS [TOGETHER]");
  const Classifier classifier(read_model(argv[1], ModelParts::Answering));
  std::vector<Bytes> pictures;
  for (const auto& entry : std::filesystem::directory_iterator(argv[2]))
    pictures.push_back(read_image_file(entry.path()));
  const auto threads = static_cast<std::size_t>(std::atoi(argv[3]));
  const std::chrono::duration<double> wanted(std::atof(argv[4]));
  const std::size_t together =
      argc == 6 ? static_cast<std::size_t>(std::atoi(argv[5])) : NativeExecutor::kMostAtOnce;

  std::atomic<std::size_t> next = 0;
  const Clock::time_point began = Clock::now();
  {
    std::vector<std::jthread> workers;
    for (std::size_t t = 0; t < threads; ++t) {
      workers.emplace_back([&] {
        while (Clock::now() - began < wanted) {
          std::vector<Image> group;
          for (std::size_t i = next.fetch_add(together), end = i + together; i < end; ++i)
            group.push_back(decode_image(pictures[i % pictures.size()], "picture"));
          classifier.judge(group);
        }
      });
    }
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  fmt::print("{:.0f} pictures/s\n", static_cast<double>(next) / seconds);
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "error: {}\n", error.what());
  return 1;
}
