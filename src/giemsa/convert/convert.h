#pragma once
#include <cstdint>
#include <filesystem>
#include <vector>

#include "giemsa/core/progress.h"
#include "giemsa/data/source.h"

namespace giemsa {

/// What came of writing a data set in another form.
struct Converted {
  std::size_t pictures = 0;       ///< written
  std::vector<Finding> findings;  ///< pictures that were left out, and why, in record order
};

/// How class folders hold the pictures.
enum class FolderFiles {
  Copy,  ///< as files of their own
  Link,  ///< as symbolic links to the source's files
};

/// Class folders: `out`/<class>/<name>. Stored bytes are copied unchanged, broken pictures included; arrays
/// become PNGs. Two pictures of one name and class become NAME and NAME_2. Where the source names parts or
/// subjects, `out`/split.csv keeps them; it is a manifest of the new files, too. Files that cannot be read
/// and pictures without label are findings; classes that get no picture get no folder. Throws Usage when
/// `out` is not new and for links to arrays, Data for a class that no folder can be named for, Io.
Converted write_folders(const Source& source, const std::filesystem::path& out,
                        FolderFiles files = FolderFiles::Copy, const ProgressCallback& progress = {});

/// A CSV of `path,label`, with `split` and `subject` where the source knows them, and `id` where the source
/// has other ids than these paths; paths are relative to the file's folder and lead to the source's own
/// files. Pictures without label are findings. Throws Usage for arrays, which have no files, and Io.
Converted write_manifest(const Source& source, const std::filesystem::path& csv);

struct NpzOptions {
  std::int64_t size_px =
      0;  ///< side of the squares that pictures are resized to; 0: as they are, all of one size
  std::int64_t crop_px =
      0;  ///< side of the centre square that is kept before; 0: the largest (image/preprocess.h)
};

/// A NumPy archive that open_source and numpy.load read: `images` [N, H, W, 3] uint8, `labels` [N] int64 and
/// `class_names` [K]; where the source names parts, `train_images`, `train_labels` [N, 1], `val_…`, `test_…`
/// as MedMNIST has them; where it knows subjects, `subjects` [N] beside every `labels`. Written piece by
/// piece, so memory does not grow with the set; the same pictures give the same bytes. Broken pictures, those
/// without label, and those in no part of a split source are left out and are findings. Throws Usage for
/// options out of range, Data when sizes differ and no size_px is given, or when no picture is left, Io.
Converted write_npz(const Source& source, const std::filesystem::path& npz, const NpzOptions& options,
                    const ProgressCallback& progress = {});

}  // namespace giemsa
