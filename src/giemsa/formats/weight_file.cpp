#include "giemsa/formats/weight_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "giemsa/core/descriptor.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/formats/hdf5.h"
#include "giemsa/formats/keras_file.h"
#include "giemsa/formats/safetensors.h"
#include "giemsa/formats/state_dict_prefix.h"
#include "giemsa/formats/torch_file.h"

namespace giemsa {

namespace {

constexpr std::string_view kZip = "PK\x03\x04", kEmptyZip = "PK\x05\x06";
constexpr std::size_t kJsonAt = 8;  // safetensors: behind the header's length
constexpr std::size_t kStartBytes = 64;

WeightFile from_safetensors(const std::filesystem::path& path) {
  SafetensorsFile file = read_safetensors(path);
  WeightFile out{"safetensors", std::move(file.tensors), std::move(file.order), std::move(file.stored_types),
                 std::move(file.metadata)};
  remove_common_prefix(out);
  return out;
}

}  // namespace

WeightFile read_weight_file(const std::filesystem::path& path) {
  std::array<std::uint8_t, kStartBytes> buffer{};
  InputDescriptor file(path);
  const auto start = std::span<const std::uint8_t>(buffer).first(file.read(buffer));
  const auto begins_with = [&](std::string_view magic) {
    return start.size() >= magic.size() &&
           std::equal(magic.begin(), magic.end(), start.begin(),
                      [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
  };
  if (begins_with(kZip) || begins_with(kEmptyZip)) return read_torch_zip(path);
  if (is_torch_legacy(start)) return read_torch_legacy(path);
  if (start.size() > kJsonAt && start[kJsonAt] == '{') return from_safetensors(path);
  if (find_hdf5_signature(MappedFile(path).bytes())) return read_keras_hdf5(path);
  throw Error(
      ErrorKind::Model,
      fmt::format("[weights] {}: of no format that is read: safetensors, PyTorch (.pth, a state dict that "
                  "torch.save wrote), Keras (.h5, .weights.h5)",
                  path.string()),
      begins_with("<") || begins_with("version https://git-lfs")
          ? "this is a text that stands in for the file; fetch the file itself"
          : "save the weights again in one of them");
}

}  // namespace giemsa
