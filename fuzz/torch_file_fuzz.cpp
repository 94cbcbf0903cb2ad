#include "giemsa/formats/torch_file.h"
#include "read_tensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(data, size);
  giemsa::fuzz::read_tensors([&] {
    return giemsa::is_torch_legacy(bytes) ? giemsa::read_torch_legacy(bytes, "fuzz")
                                          : giemsa::read_torch_zip(bytes, "fuzz");
  });
  return 0;
}
