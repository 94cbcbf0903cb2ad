// A whole model folder: read, packed for the processor, and asked about a picture.
#include <vector>

#include "folder_stream.h"
#include "giemsa/core/error.h"
#include "giemsa/predict/classifier.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const giemsa::TemporaryFolder folder;
  giemsa::fuzz::unpack_folder({data, size}, folder.path());
  try {
    const giemsa::Classifier classifier(giemsa::read_model(folder.path()));
    const std::vector<std::uint8_t> grey(std::size_t{3} * 20 * 20, 150);
    [[maybe_unused]] volatile float confidence = classifier.judge({grey.data(), 20, 20, 60}).confidence;
  } catch (const giemsa::Error& error) {
    const bool of_files = error.kind() == giemsa::ErrorKind::Model || error.kind() == giemsa::ErrorKind::Io;
    if (!of_files) __builtin_trap();
  }
  return 0;
}
