#pragma once
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

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
  /// In a stable order (sorted by id for folders, file order for arrays and manifests).
  virtual std::span<const Record> records() const = 0;
  /// Decodes record `index`. Safe to call from several threads. Throws Data or Io for a broken picture.
  virtual Image load(std::size_t index) const = 0;
};

/// Opens a data set by what it is:
///   a folder with one subfolder per class (JPEG, PNG, BMP, TIFF);
///   an .npz with `images` [N,H,W,3] or [N,H,W] uint8 and `labels` [N] or [N,1] (the reports' file);
///   a MedMNIST .npz (`train_images`, `train_labels`, `val_…`, `test_…`; its split is kept);
///   a .csv manifest with columns `path,label[,split]`, paths relative to the manifest.
/// Throws Io when absent or unreadable, Data when empty or malformed, with what was got and what is expected.
std::unique_ptr<Source> open_source(const std::filesystem::path& path);

}  // namespace giemsa
