#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/data/npz.h"
#include "giemsa/data/source_adapters.h"
#include "giemsa/image/codec.h"

namespace giemsa {
namespace {

/// BloodMNIST's classes in label order (MedMNIST v2), for archives without names; the reports' array has the
/// same eight.
constexpr std::array<const char*, 8> kBloodCells{"basophil",   "eosinophil", "erythroblast", "ig",
                                                 "lymphocyte", "monocyte",   "neutrophil",   "platelet"};
constexpr std::int64_t kMaxLabel = 9'999;

/// Pictures of one array: [N, H, W, 3], or grey [N, H, W] or [N, H, W, 1].
struct PictureArray {
  NpyArray array;
  std::size_t first_record = 0;  ///< number of the record that its first picture is
  std::size_t count = 0;
  int width = 0, height = 0, channels = 0;

  std::size_t picture_bytes() const {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(channels);
  }
};

PictureArray read_pictures(const NpzFile& npz, const std::string& key) {
  PictureArray pictures;
  pictures.array = npz.read(key);
  const NpyHeader& header = pictures.array.header;
  const auto& shape = header.shape;
  const bool three = shape.size() == 4 && shape[3] == 3;
  const bool grey = shape.size() == 3 || (shape.size() == 4 && shape[3] == 1);
  const bool fits = (three || grey) && header.kind == 'u' && header.item_bytes == 1;
  if (!fits) {
    throw Error(
        ErrorKind::Data,
        fmt::format("[npz] {}: shape ({}) of {}{}; uint8 pictures [N, H, W, 3] or [N, H, W] are expected",
                    pictures.array.name, fmt::join(shape, ", "), header.kind, header.item_bytes));
  }
  constexpr std::uint64_t kMaxSide = DecodeLimits{}.max_side_px;
  if (shape[1] < 1 || shape[2] < 1 || shape[1] > kMaxSide || shape[2] > kMaxSide) {
    throw Error(ErrorKind::Data, fmt::format("[npz] {}: pictures of {}×{} px; 1 to {} a side are expected",
                                             pictures.array.name, shape[2], shape[1], kMaxSide));
  }
  // Well-packed zeros make billions of one-pixel pictures of a small file; each record takes a hundred bytes.
  constexpr std::uint64_t kMaxPictures = 10'000'000;
  if (shape[0] > kMaxPictures) {
    throw Error(ErrorKind::Data, fmt::format("[npz] {}: {} pictures; at most {} are read",
                                             pictures.array.name, shape[0], kMaxPictures));
  }
  pictures.count = shape[0];
  pictures.height = static_cast<int>(shape[1]);
  pictures.width = static_cast<int>(shape[2]);
  pictures.channels = three ? 3 : 1;
  return pictures;
}

/// Labels [N] or [N, 1] of any integer type, one per picture.
std::vector<int> read_labels(const NpzFile& npz, const std::string& key, const PictureArray& pictures) {
  const NpyArray labels = npz.read(key);
  const auto& shape = labels.header.shape;
  const bool column = shape.size() == 1 || (shape.size() == 2 && shape[1] == 1);
  require(labels.header.kind != 'U', ErrorKind::Data,
          fmt::format("[npz] {}: text; numbers from 0 are expected", labels.name),
          "name the classes in an array class_names, and give their numbers as labels");
  if (!column || shape[0] != pictures.count) {
    throw Error(ErrorKind::Data,
                fmt::format("[npz] {}: shape ({}); [{}] or [{}, 1] is expected, one label per picture",
                            labels.name, fmt::join(shape, ", "), pictures.count, pictures.count));
  }
  std::vector<int> values(pictures.count);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t label = labels.integer(i);
    if (label < 0 || label > kMaxLabel) {
      throw Error(ErrorKind::Data, fmt::format("[npz] {}: label {} at index {}; 0 to {} is expected",
                                               labels.name, label, i, kMaxLabel));
    }
    values[i] = static_cast<int>(label);
  }
  return values;
}

/// Text [N]: the subject of each picture, as `giemsa convert` writes them; none where the archive has none.
std::vector<std::string> read_subjects(const NpzFile& npz, const std::string& key,
                                       const PictureArray& pictures) {
  std::vector<std::string> subjects(pictures.count);
  if (!npz.contains(key)) return subjects;
  const NpyArray array = npz.read(key);
  const auto& shape = array.header.shape;
  require(array.header.kind == 'U' && shape.size() == 1 && shape[0] == pictures.count, ErrorKind::Data,
          fmt::format("[npz] {}: shape ({}) of {}{}; text [{}] is expected, one per picture", array.name,
                      fmt::join(shape, ", "), array.header.kind, array.header.item_bytes, pictures.count));
  for (std::size_t i = 0; i < subjects.size(); ++i) subjects[i] = array.text(i);
  return subjects;
}

/// Text [K]: the names of the labels 0 to K-1, as `giemsa convert` writes them.
std::vector<std::string> read_class_names(const NpzFile& npz, std::size_t least) {
  const NpyArray array = npz.read("class_names");
  const auto& shape = array.header.shape;
  const bool fits = array.header.kind == 'U' && shape.size() == 1 && shape[0] >= least &&
                    shape[0] <= static_cast<std::uint64_t>(kMaxLabel) + 1;
  require(fits, ErrorKind::Data,
          fmt::format("[npz] {}: shape ({}) of {}{}; text [{}] or more is expected, a name for every label",
                      array.name, fmt::join(shape, ", "), array.header.kind, array.header.item_bytes, least),
          "save numpy.array(['basophil', 'eosinophil', ...])");
  std::vector<std::string> names;
  for (std::size_t k = 0; k < shape[0]; ++k) {
    names.push_back(array.text(k));
    const bool fresh = std::find(names.begin(), names.end() - 1, names.back()) == names.end() - 1;
    require(fresh && !names.back().empty(), ErrorKind::Data,
            fmt::format("[npz] {}: the name '{}' of label {} is {}", array.name, printable(names.back()), k,
                        fresh ? "empty" : "another label's, too"));
  }
  return names;
}

class NpzSource final : public Source {
 public:
  explicit NpzSource(const std::filesystem::path& path) {
    const NpzFile npz(path);
    if (npz.contains("images")) {
      add(npz, "", Part::None);
    } else {
      for (const Part part : {Part::Train, Part::Val, Part::Test}) {
        const std::string prefix = part_name(part) + "_";
        if (npz.contains(prefix + "images")) add(npz, prefix, part);
      }
    }
    if (arrays_.empty()) {
      throw Error(
          ErrorKind::Data,
          fmt::format("[npz] {}: no pictures among its arrays ({})", path.string(), join(npz.keys(), ", ")),
          "name the arrays images and labels, or train_images, train_labels, val_images, …");
    }
    require(!records_.empty(), ErrorKind::Data, fmt::format("[npz] {}: the arrays are empty", path.string()));
    name_classes(npz);
  }

  const std::vector<std::string>& classes() const override { return classes_; }
  std::span<const Record> records() const override { return records_; }
  bool has_files() const override { return false; }

  Bytes read(std::size_t index) const override {
    const PictureArray& pictures = array_of(index);
    const std::size_t size = pictures.picture_bytes();
    const std::uint8_t* const in = pictures.array.data.data() + (index - pictures.first_record) * size;
    return {in, in + size};
  }

  Image decode(std::size_t index, std::span<const std::uint8_t> bytes) const override {
    const PictureArray& pictures = array_of(index);
    require(bytes.size() == pictures.picture_bytes(), ErrorKind::Internal,
            fmt::format("[npz] {} bytes for record {}", bytes.size(), index));
    Image image(pictures.width, pictures.height);
    if (pictures.channels == 3) {
      std::ranges::copy(bytes, image.pixels());
    } else {
      for (std::size_t i = 0; i < bytes.size(); ++i) std::memset(image.pixels() + 3 * i, bytes[i], 3);
    }
    return image;
  }

 private:
  const PictureArray& array_of(std::size_t index) const {
    require(index < records_.size(), ErrorKind::Internal, fmt::format("[npz] no record {}", index));
    return *(std::ranges::upper_bound(arrays_, index, {}, &PictureArray::first_record) - 1);
  }

  void add(const NpzFile& npz, const std::string& prefix, Part part) {
    const std::string images = prefix + "images";
    PictureArray pictures = read_pictures(npz, images);
    const std::vector<int> values = read_labels(npz, prefix + "labels", pictures);
    std::vector<std::string> subjects = read_subjects(npz, prefix + "subjects", pictures);
    pictures.first_record = records_.size();
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::string id = fmt::format("{}/{}", images, i);
      records_.push_back(
          {.id = id, .path = id, .label = values[i], .official = part, .subject = std::move(subjects[i])});
    }
    arrays_.push_back(std::move(pictures));
  }

  void name_classes(const NpzFile& npz) {
    const int count = 1 + std::ranges::max(records_, {}, &Record::label).label;
    if (npz.contains("class_names")) {
      classes_ = read_class_names(npz, static_cast<std::size_t>(count));
    } else if (count == static_cast<int>(kBloodCells.size())) {
      classes_.assign(kBloodCells.begin(), kBloodCells.end());
    } else {
      for (int k = 0; k < count; ++k) classes_.push_back(fmt::format("class_{}", k));
    }
  }

  std::vector<std::string> classes_;
  std::vector<Record> records_;
  std::vector<PictureArray> arrays_;
};

}  // namespace

std::unique_ptr<Source> open_npz_source(const std::filesystem::path& npz) {
  return std::make_unique<NpzSource>(npz);
}

}  // namespace giemsa
