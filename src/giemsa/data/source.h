#pragma once
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "giemsa/core/file.h"
#include "giemsa/data/record.h"
#include "giemsa/image/image.h"

namespace giemsa {

/// A data set as it lies on the disk: class names, records, and pixels on request. Never changes what it
/// reads.
class Source {
 public:
  virtual ~Source() = default;
  /// In label order. Class folders: sorted by name.
  virtual const std::vector<std::string>& classes() const = 0;
  /// "" for -1, no label.
  std::string class_name(int label) const {
    return label < 0 ? "" : classes()[static_cast<std::size_t>(label)];
  }
  /// In a stable order (sorted by id for folders, file order for arrays and manifests).
  virtual std::span<const Record> records() const = 0;
  /// The bytes of record `index` as they are stored: the picture file, or the array's item. Safe to call from
  /// several threads, as the two below. Throws Io when they cannot be had, Data when there are too many.
  virtual Bytes read(std::size_t index) const = 0;
  /// The picture that read(index) gave the bytes of. Throws Data for a broken one.
  virtual Image decode(std::size_t index, std::span<const std::uint8_t> bytes) const = 0;
  Image load(std::size_t index) const { return decode(index, read(index)); }
  /// What could not be listed, such as a folder that cannot be read; the records are the others.
  virtual std::span<const Finding> findings() const { return {}; }
  /// Whether each record is a file at its path; otherwise read() gives the items of arrays.
  virtual bool has_files() const { return true; }
};

/// Opens a data set by what it is:
///   a folder with one subfolder per class (JPEG, PNG, BMP, TIFF);
///   an .npz with `images` [N,H,W,3] or [N,H,W] uint8 and `labels` [N] or [N,1] (the reports' file);
///   a MedMNIST .npz (`train_images`, `train_labels`, `val_…`, `test_…`; its split is kept);
///   either .npz may name its labels in `class_names` [K], text, and the subject of each picture in
///   `subjects` [N] (`train_subjects`, …), text;
///   a .csv manifest with columns `path,label[,id,split,subject]`, paths relative to the manifest.
/// Throws Io when absent or unreadable, Data when empty or malformed, with what was got and what is expected.
std::unique_ptr<Source> open_source(const std::filesystem::path& path);

}  // namespace giemsa
