#include <fmt/format.h>
#include <turbojpeg.h>

#include <array>
#include <memory>
#include <type_traits>

#include "giemsa/core/error.h"
#include "giemsa/image/codec_formats.h"
#include "giemsa/image/jpeg_decoder.h"

namespace giemsa {
namespace {

struct TurboDeleter {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Turbo = std::unique_ptr<std::remove_pointer_t<tjhandle>, TurboDeleter>;

constexpr int kFlags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS;

/// libjpeg's words for stray bytes between the last scan and the end-of-image marker. As the first warning of
/// a decode it means that all pixels had been read by then; every other warning means that some were not.
constexpr std::string_view kHarmlessWarning = "extraneous bytes before marker 0xd9";

std::string reason(tjhandle handle) {
  const std::string text = tjGetErrorStr2(handle);
  const auto colon = text.rfind("(): ");  // "tjDecompressHeader3(): …"
  return colon == std::string::npos ? text : text.substr(colon + 4);
}

unsigned long size_of(std::span<const std::uint8_t> bytes) {
  return static_cast<unsigned long>(bytes.size());
}

Turbo started_decoder() {
  Turbo turbo(tjInitDecompress());
  if (!turbo) throw Error(ErrorKind::Internal, "[image] libjpeg-turbo cannot start a decoder");
  return turbo;
}

struct Header {
  int width = 0, height = 0, subsampling = 0, colours = 0;
};

Header read_header(const Turbo& turbo, std::span<const std::uint8_t> bytes, const std::string& name,
                   const DecodeLimits& limits) {
  Header header;
  if (tjDecompressHeader3(turbo.get(), bytes.data(), size_of(bytes), &header.width, &header.height,
                          &header.subsampling, &header.colours) != 0 &&
      tjGetErrorCode(turbo.get()) == TJERR_FATAL) {
    fail_decode(name, ImageFormat::Jpeg, "damaged header (" + reason(turbo.get()) + ")");
  }
  if (header.colours == TJCS_CMYK || header.colours == TJCS_YCCK) {
    fail_decode(name, ImageFormat::Jpeg, "CMYK pixels; grey or RGB is expected",
                "convert the picture to RGB");
  }
  check_size(name, ImageFormat::Jpeg, header.width, header.height, limits);
  return header;
}

/// Fails unless the decoder's last call, which returned `status`, has decoded every pixel.
void check_whole(const Turbo& turbo, int status, const std::string& name) {
  if (status == 0) return;
  const std::string why = reason(turbo.get());
  const bool whole = tjGetErrorCode(turbo.get()) == TJERR_WARNING && why.find(kHarmlessWarning) != why.npos;
  if (!whole) {
    fail_decode(name, ImageFormat::Jpeg, "truncated or damaged (" + why + ")",
                "copy the file again from where it came");
  }
}

}  // namespace

Image JpegDecoder::decode(std::span<const std::uint8_t> bytes, const std::string& name,
                          const DecodeLimits& limits) {
  const Turbo turbo = started_decoder();
  const Header header = read_header(turbo, bytes, name, limits);
  Image image(header.width, header.height);
  check_whole(turbo,
              tjDecompress2(turbo.get(), bytes.data(), size_of(bytes), image.pixels(), header.width, 0,
                            header.height, TJPF_RGB, kFlags),
              name);
  return image;
}

std::optional<YccView> JpegDecoder::decode_ycc(std::span<const std::uint8_t> bytes, const std::string& name,
                                               const DecodeLimits& limits) {
  const Turbo turbo = started_decoder();
  const auto [width, height, subsampling, colours] = read_header(turbo, bytes, name, limits);
  if (colours != TJCS_YCbCr && colours != TJCS_GRAY) return std::nullopt;
  const int channels = subsampling == TJSAMP_GRAY ? 1 : 3;
  std::array<std::size_t, 4> begins{};
  for (int c = 0; c < channels; ++c)
    begins[c + 1] = begins[c] + tjPlaneSizeYUV(c, width, 0, height, subsampling);
  if (samples_.size() < begins[channels]) samples_.resize(begins[channels]);
  std::array<unsigned char*, 3> planes{};
  for (int c = 0; c < channels; ++c) planes[c] = samples_.data() + begins[c];
  check_whole(turbo,
              tjDecompressToYUVPlanes(turbo.get(), bytes.data(), size_of(bytes), planes.data(), width,
                                      nullptr, height, kFlags),
              name);

  const auto channel = [&, width = width, height = height,  // clang 14 cannot capture bindings otherwise
                        subsampling = subsampling](int c) -> ChannelView {
    const int plane_width = tjPlaneWidth(c, width, subsampling);
    return {planes[c], plane_width, tjPlaneHeight(c, height, subsampling),
            static_cast<std::size_t>(plane_width)};
  };
  YccView view{.width = width, .height = height, .luma = channel(0)};
  view.luma.width = width;  // without what fills up a sample of colour
  view.luma.height = height;
  if (channels == 1) return view;
  view.blue = channel(1);
  view.red = channel(2);
  view.sample_width = tjMCUWidth[subsampling] / 8;
  view.sample_height = tjMCUHeight[subsampling] / 8;
  return view;
}

Image decode_jpeg(std::span<const std::uint8_t> bytes, const std::string& name, const DecodeLimits& limits) {
  return JpegDecoder().decode(bytes, name, limits);
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
