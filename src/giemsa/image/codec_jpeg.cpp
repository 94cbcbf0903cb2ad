#include <fmt/format.h>
#include <turbojpeg.h>

#include <memory>
#include <type_traits>

#include "giemsa/core/error.h"
#include "giemsa/image/codec_formats.h"

namespace giemsa {
namespace {

struct TurboDeleter {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Turbo = std::unique_ptr<std::remove_pointer_t<tjhandle>, TurboDeleter>;

/// libjpeg's words for stray bytes between the last scan and the end-of-image marker. As the first warning of
/// a decode it means that all pixels had been read by then; every other warning means that some were not.
constexpr std::string_view kHarmlessWarning = "extraneous bytes before marker 0xd9";

std::string reason(tjhandle handle) {
  const std::string text = tjGetErrorStr2(handle);
  const auto colon = text.rfind("(): ");  // "tjDecompressHeader3(): …"
  return colon == std::string::npos ? text : text.substr(colon + 4);
}

}  // namespace

Image decode_jpeg(std::span<const std::uint8_t> bytes, const std::string& name, const DecodeLimits& limits) {
  const auto fail = [&](const std::string& problem, const std::string& hint = {}) {
    fail_decode(name, ImageFormat::Jpeg, problem, hint);
  };
  const Turbo turbo(tjInitDecompress());
  if (!turbo) throw Error(ErrorKind::Internal, "[image] libjpeg-turbo cannot start a decoder");

  int width = 0, height = 0, subsampling = 0, colours = 0;
  if (tjDecompressHeader3(turbo.get(), bytes.data(), static_cast<unsigned long>(bytes.size()), &width,
                          &height, &subsampling, &colours) != 0 &&
      tjGetErrorCode(turbo.get()) == TJERR_FATAL) {
    fail("damaged header (" + reason(turbo.get()) + ")");
  }
  if (colours == TJCS_CMYK || colours == TJCS_YCCK) {
    fail("CMYK pixels; grey or RGB is expected", "convert the picture to RGB");
  }
  check_size(name, ImageFormat::Jpeg, width, height, limits);

  Image image(width, height);
  // The accurate inverse DCT and smooth chroma upsampling: the pixels that other programs' defaults give.
  constexpr int kFlags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS;
  if (tjDecompress2(turbo.get(), bytes.data(), static_cast<unsigned long>(bytes.size()), image.pixels(),
                    width, 0, height, TJPF_RGB, kFlags) != 0) {
    const std::string why = reason(turbo.get());
    const bool whole = tjGetErrorCode(turbo.get()) == TJERR_WARNING && why.find(kHarmlessWarning) != why.npos;
    if (!whole) fail("truncated or damaged (" + why + ")", "copy the file again from where it came");
  }
  return image;
}

Bytes encode_jpeg(ImageView image, int quality) {
  require(image.width > 0 && image.height > 0, ErrorKind::Internal,
          "[image] an empty picture cannot be encoded");
  require(quality >= 1 && quality <= 100, ErrorKind::Usage,
          fmt::format("[image] JPEG quality {}; 1 to 100 is expected", quality));
  const Turbo turbo(tjInitCompress());
  if (!turbo) throw Error(ErrorKind::Internal, "[image] libjpeg-turbo cannot start an encoder");

  Bytes bytes(tjBufSize(image.width, image.height, TJSAMP_444));
  unsigned char* out = bytes.data();
  unsigned long size = bytes.size();
  if (tjCompress2(turbo.get(), image.pixels, image.width, static_cast<int>(image.stride), image.height,
                  TJPF_RGB, &out, &size, TJSAMP_444, quality, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT) != 0) {
    throw Error(ErrorKind::Internal, "[image] JPEG encoding failed: " + reason(turbo.get()));
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace giemsa
