// Reads and decodes every JPEG below a folder on all processors with libjpeg-turbo, and does nothing else:
// the floor under whatever looks at pictures. One decoder and one buffer per thread; flags as
// image/codec_jpeg.cpp.
//
//   bench_decode_jpeg FOLDER   →   "13681 pictures 3.456 s 3958.6 /s"
#include <fmt/format.h>
#include <turbojpeg.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <type_traits>
#include <vector>

#include "giemsa/core/file.h"
#include "giemsa/core/parallel.h"

namespace {

struct TurboDeleter {
  void operator()(void* handle) const { tjDestroy(handle); }
};

struct Decoder {
  std::unique_ptr<std::remove_pointer_t<tjhandle>, TurboDeleter> turbo{tjInitDecompress()};
  std::vector<unsigned char> pixels;

  bool decode(const giemsa::Bytes& jpeg) {
    const auto size = static_cast<unsigned long>(jpeg.size());
    int width = 0, height = 0, subsampling = 0, colours = 0;
    if (tjDecompressHeader3(turbo.get(), jpeg.data(), size, &width, &height, &subsampling, &colours) != 0)
      return false;
    pixels.resize(std::size_t{3} * static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    return tjDecompress2(turbo.get(), jpeg.data(), size, pixels.data(), width, 0, height, TJPF_RGB,
                         TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS) == 0;
  }
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    fmt::print(stderr, "usage: bench_decode_jpeg FOLDER\n");
    return 2;
  }
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(arguments[1])) {
    if (entry.path().extension() == ".jpg") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Decoder> decoders(static_cast<std::size_t>(giemsa::processor_count()));
  std::vector<char> decoded(files.size());
  giemsa::parallel_for_workers(files.size(), 0, [&](int worker, std::size_t i) {
    decoded[i] = decoders[static_cast<std::size_t>(worker)].decode(giemsa::read_bytes(files[i], 256u << 20));
  });
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const auto pictures = std::ranges::count(decoded, 1);
  fmt::print("{} pictures {:.3f} s {:.1f} /s\n", pictures, seconds, static_cast<double>(pictures) / seconds);
}
