// The pickle of a state dict without the archive around it, whose checksum stops nearly every change of one.
#include <algorithm>

#include "giemsa/formats/torch_file_values.h"
#include "read_tensors.h"

namespace {

/// Every storage that the pickle speaks of, as large as it says up to the size of the file, of bytes that
/// repeat.
class Storages : public giemsa::TorchStorageSource {
 public:
  Storages(const giemsa::Pickle& pickle, std::uint64_t file_size)
      : known_(giemsa::torch_storages(pickle, "fuzz")), file_size_(file_size) {}

  std::uint64_t file_size() const override { return file_size_; }
  std::uint64_t size(const std::string& key) override {
    return std::min(known_.at(key).stored_size(), file_size_);
  }
  void read(const std::string&, std::span<std::uint8_t> out) override {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i * 37);
  }

 private:
  giemsa::TorchStorages known_;
  std::uint64_t file_size_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  giemsa::fuzz::read_tensors([&] {
    const giemsa::Pickle pickle = giemsa::read_pickle({data, size}, giemsa::is_torch_global, "fuzz");
    Storages storages(pickle, 4096 + size);  // room for storages, which lie outside a pickle
    return giemsa::torch_values(pickle, storages, "fuzz");
  });
  return 0;
}
