#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <memory>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/formats/torch_file.h"
#include "giemsa/formats/torch_file_values.h"

namespace giemsa {

namespace {

constexpr zip_int64_t kMaxEntries = 100'000;
constexpr std::string_view kPickleName = "data.pkl";

/// An archive of torch.save: PREFIX/data.pkl, PREFIX/data/KEY, PREFIX/byteorder; all stored uncompressed.
class Archive : public TorchStorageSource {
 public:
  Archive(std::shared_ptr<zip_t> zip, std::uint64_t file_size, const std::string& file)
      : zip_(std::move(zip)), file_size_(file_size), file_(file) {
    const zip_int64_t entries = zip_get_num_entries(zip_.get(), 0);
    check(entries <= kMaxEntries, fmt::format("{} entries; at most {} are read", entries, kMaxEntries));
    std::string found;
    for (zip_int64_t i = 0; i < entries; ++i) {
      const char* const entry = zip_get_name(zip_.get(), static_cast<zip_uint64_t>(i), ZIP_FL_ENC_GUESS);
      const std::string_view name = entry ? entry : "";
      if (name != kPickleName && !name.ends_with(fmt::format("/{}", kPickleName))) continue;
      check(found.empty(), "holds several data.pkl");
      found = name;
    }
    require(!found.empty(), ErrorKind::Model,
            fmt::format("{}: a zip archive, but not of torch.save: it holds no data.pkl", file_),
            "of a .keras archive, unzip its model.weights.h5 and give that");
    prefix_ = found.substr(0, found.size() - kPickleName.size());
    require(find(prefix_ + "constants.pkl") < 0, ErrorKind::Model,
            fmt::format("{}: a TorchScript program, not a state dict", file_),
            "if you trust the file, take the weights out of it in Python: "
            "torch.save(torch.jit.load(F).state_dict(), G)");
    if (find(prefix_ + "byteorder") >= 0) {
      const Bytes order = read_entry("byteorder", 16);
      check(std::string(order.begin(), order.end()) == "little", "its numbers are not little-endian");
    }
  }

  Pickle pickle() { return read_pickle(read_entry(kPickleName, kMaxPickleBytes), is_torch_global, file_); }

  std::uint64_t file_size() const override { return file_size_; }
  std::uint64_t size(const std::string& key) override { return stat("data/" + key).size; }
  void read(const std::string& key, std::span<std::uint8_t> out) override {
    read_stat(stat("data/" + key), out);
  }

 private:
  using Bytes = std::vector<std::uint8_t>;

  void check(bool condition, const std::string& what) const {
    require(condition, ErrorKind::Model, fmt::format("{}: {}", file_, what),
            "the file is damaged, or not what torch.save writes; fetch it again");
  }

  zip_int64_t find(const std::string& name) const { return zip_name_locate(zip_.get(), name.c_str(), 0); }

  /// Of an entry by its name behind the prefix; its size is known to be no larger than the file.
  zip_stat_t stat(const std::string& name) const {
    const zip_int64_t index = find(prefix_ + name);
    check(index >= 0, fmt::format("has no entry '{}'", printable(name)));
    zip_stat_t stat;
    constexpr zip_uint64_t kNeeded = ZIP_STAT_INDEX | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE |
                                     ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    check(zip_stat_index(zip_.get(), static_cast<zip_uint64_t>(index), 0, &stat) == 0 &&
              (stat.valid & kNeeded) == kNeeded,
          fmt::format("the entry '{}' is unreadable", printable(name)));
    check(stat.comp_method == ZIP_CM_STORE && stat.encryption_method == ZIP_EM_NONE,
          fmt::format("the entry '{}' is compressed or encrypted", printable(name)));
    check(stat.size == stat.comp_size && stat.size <= file_size_,
          fmt::format("the entry '{}' claims {} bytes; the file has {}", printable(name), stat.size,
                      file_size_));
    return stat;
  }

  Bytes read_entry(std::string_view name, std::uint64_t max_bytes) const {
    const zip_stat_t entry = stat(std::string(name));
    check(entry.size <= max_bytes,
          fmt::format("{} has {} bytes; at most {} are read", name, entry.size, max_bytes));
    Bytes out(entry.size);
    read_stat(entry, out);
    return out;
  }

  /// Reads the whole entry; going past its end makes libzip compare the checksum.
  void read_stat(const zip_stat_t& stat, std::span<std::uint8_t> out) const {
    const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> entry(zip_fopen_index(zip_.get(), stat.index, 0),
                                                                  zip_fclose);
    check(entry != nullptr, fmt::format("an entry is unreadable ({})", zip_strerror(zip_.get())));
    constexpr std::size_t kPiece = 16 << 20;
    std::uint8_t beyond = 0;
    for (std::size_t done = 0;;) {
      const bool at_end = done == out.size();
      const zip_int64_t got =
          at_end ? zip_fread(entry.get(), &beyond, 1)
                 : zip_fread(entry.get(), out.data() + done, std::min(kPiece, out.size() - done));
      check(got >= 0, fmt::format("truncated or damaged ({})", zip_file_strerror(entry.get())));
      if (at_end && got == 0) return;
      check(!at_end && got > 0, "an entry is not as long as the archive says");
      done += static_cast<std::size_t>(got);
    }
  }

  std::shared_ptr<zip_t> zip_;
  std::uint64_t file_size_;
  const std::string& file_;
  std::string prefix_;
};

WeightFile read_archive(zip_t* zip, zip_error_t& error, std::uint64_t file_size, const std::string& file) {
  const std::string why = zip ? "" : zip_error_strerror(&error);
  const int code = zip_error_code_zip(&error);
  zip_error_fini(&error);
  const bool io = code == ZIP_ER_NOENT || code == ZIP_ER_OPEN || code == ZIP_ER_READ;
  require(zip, io ? ErrorKind::Io : ErrorKind::Model,
          fmt::format("{}: not a whole zip archive ({})", file, why), "fetch the file again");
  Archive archive({zip, zip_discard}, file_size, file);
  WeightFile out = torch_values(archive.pickle(), archive, file);
  out.format = "PyTorch zip";
  return out;
}

}  // namespace

WeightFile read_torch_zip(const std::filesystem::path& path) {
  zip_error_t error;
  zip_error_init(&error);
  int code = 0;
  zip_t* const zip = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (!zip) zip_error_init_with_code(&error, code);
  std::error_code absent;
  const std::uintmax_t size = std::filesystem::file_size(path, absent);
  return read_archive(zip, error, absent ? 0 : size, "[torch] " + path.string());
}

WeightFile read_torch_zip(std::span<const std::uint8_t> bytes, const std::string& name) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* const source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* const zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
  if (source && !zip) zip_source_free(source);
  return read_archive(zip, error, bytes.size(), "[torch] " + name);
}

}  // namespace giemsa
