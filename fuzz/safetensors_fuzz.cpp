#include "giemsa/formats/safetensors.h"
#include "read_tensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  giemsa::fuzz::read_tensors([&] { return giemsa::read_safetensors({data, size}, "fuzz"); });
  return 0;
}
