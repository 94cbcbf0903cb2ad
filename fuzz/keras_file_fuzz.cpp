#include <string_view>

#include "giemsa/formats/hdf5.h"
#include "giemsa/formats/keras_file.h"
#include "read_tensors.h"

namespace {

using giemsa::Hdf5Object;

/// What the layout of Keras' files leaves aside: all datasets and, of the golden files, all attributes.
void walk(const Hdf5Object& object, int depth) {
  for (const std::string_view attribute : {"fixed", "variable", "one", "huge", "short", "layer_names"}) {
    object.split_strings(attribute);
  }
  if (object.is_dataset()) {
    giemsa::fuzz::read_tensors([&] {
      giemsa::WeightFile file;
      file.tensors["tensor"] = object.tensor().values;
      return file;
    });
  }
  if (!object.is_group() || depth == 0) return;
  for (const giemsa::Hdf5Link& link : object.links()) {
    if (link.address) walk(object.open(link), depth - 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(data, size);
  giemsa::fuzz::read_tensors([&] { return giemsa::read_keras_hdf5(bytes, "fuzz"); });
  giemsa::fuzz::read_tensors([&] {
    walk(giemsa::open_hdf5(bytes, "fuzz"), 8);
    return giemsa::WeightFile{};
  });
  return 0;
}
