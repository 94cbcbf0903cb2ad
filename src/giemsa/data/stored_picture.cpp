#include "giemsa/data/stored_picture.h"

#include "giemsa/core/text.h"
#include "giemsa/image/codec.h"

namespace giemsa {
namespace {

/// "" for Unknown.
std::string extension_of(ImageFormat format) {
  switch (format) {
    case ImageFormat::Jpeg:
      return ".jpg";
    case ImageFormat::Png:
      return ".png";
    case ImageFormat::Bmp:
      return ".bmp";
    case ImageFormat::Tiff:
      return ".tif";
    case ImageFormat::Unknown:
      break;
  }
  return "";
}

}  // namespace

StoredPicture stored_picture(const Source& source, std::size_t index) {
  Bytes bytes = source.read(index);
  if (!source.has_files()) return {encode_png(source.decode(index, bytes)), ".png"};
  std::string extension = extension_of(sniff_format(bytes));
  if (extension.empty()) {
    extension = to_lower(std::filesystem::path(source.records()[index].path).extension().string());
  }
  return {std::move(bytes), std::move(extension)};
}

}  // namespace giemsa
