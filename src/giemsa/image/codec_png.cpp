#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/image/codec_formats.h"

// libpng reports errors by longjmp. It may only cross frames without destructors, so each stretch of libpng
// calls is a function of its own (`try_…`) that returns false where libpng gave up.
namespace giemsa {
namespace {

void keep_message(png_structp png, png_const_charp message) {
  std::snprintf(static_cast<char*>(png_get_error_ptr(png)), 128, "%s", message);
  png_longjmp(png, 1);
}
void ignore_warning(png_structp, png_const_charp) {}

struct Reader {
  explicit Reader(std::span<const std::uint8_t> input) : rest(input) {
    png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, keep_message, ignore_warning);
    if (png) info = png_create_info_struct(png);
    require(info != nullptr, ErrorKind::Internal, "[image] libpng cannot start a decoder");
  }
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  std::span<const std::uint8_t> rest;
  char message[128] = "";
  png_structp png = nullptr;
  png_infop info = nullptr;
};

void take_bytes(png_structp png, png_bytep out, std::size_t count) {
  auto& rest = static_cast<Reader*>(png_get_io_ptr(png))->rest;
  if (rest.size() < count) png_error(png, "the file ends early");
  std::memcpy(out, rest.data(), count);
  rest = rest.subspan(count);
}

bool try_header(Reader& reader) {
  if (setjmp(png_jmpbuf(reader.png))) return false;
  png_set_read_fn(reader.png, &reader, take_bytes);
  png_set_user_limits(reader.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // check_size judges, with our words
  png_read_info(reader.png, reader.info);
  return true;
}

/// Asks for 8-bit RGB, or RGBA where the file has transparency of any kind.
bool try_transforms(Reader& reader) {
  if (setjmp(png_jmpbuf(reader.png))) return false;
  png_set_expand(reader.png);  // palette → RGB, 1/2/4-bit grey → 8 bits, tRNS → alpha
  png_set_gray_to_rgb(reader.png);
  png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  return true;
}

bool try_pixels(Reader& reader, png_bytep* rows) {
  if (setjmp(png_jmpbuf(reader.png))) return false;
  png_read_image(reader.png, rows);
  png_read_end(reader.png, nullptr);
  return true;
}

std::vector<png_bytep> row_pointers(std::uint8_t* pixels, int height, std::size_t stride) {
  std::vector<png_bytep> rows(static_cast<std::size_t>(height));
  for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = pixels + y * stride;
  return rows;
}

}  // namespace

Image decode_png(std::span<const std::uint8_t> bytes, const std::string& name, const DecodeLimits& limits) {
  Reader reader(bytes);
  const auto damaged = [&] {
    fail_decode(name, ImageFormat::Png, std::string("truncated or damaged (") + reader.message + ")",
                "copy the file again from where it came");
  };
  if (!try_header(reader)) damaged();
  check_size(name, ImageFormat::Png, png_get_image_width(reader.png, reader.info),
             png_get_image_height(reader.png, reader.info), limits);
  if (png_get_bit_depth(reader.png, reader.info) == 16) {
    fail_decode(name, ImageFormat::Png, "16 bits per channel; 8 are expected",
                "convert the picture to 8 bits per channel");
  }
  if (!try_transforms(reader)) damaged();

  const int width = static_cast<int>(png_get_image_width(reader.png, reader.info));
  const int height = static_cast<int>(png_get_image_height(reader.png, reader.info));
  const int channels = png_get_channels(reader.png, reader.info);
  Image image(width, height);
  if (channels == 3) {
    auto rows = row_pointers(image.pixels(), height, image.stride());
    if (!try_pixels(reader, rows.data())) damaged();
    return image;
  }
  require(channels == 4, ErrorKind::Internal, "[image] libpng gave neither RGB nor RGBA for " + name);
  const std::size_t pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  Bytes rgba(4 * pixels);
  auto rows = row_pointers(rgba.data(), height, std::size_t{4} * static_cast<std::size_t>(width));
  if (!try_pixels(reader, rows.data())) damaged();
  for (std::size_t i = 0; i < pixels; ++i) {
    for (std::size_t c = 0; c < 3; ++c)
      image.pixels()[3 * i + c] = over_white(rgba[4 * i + c], rgba[4 * i + 3]);
  }
  return image;
}

namespace {

struct Writer {
  Writer() {
    png = png_create_write_struct(PNG_LIBPNG_VER_STRING, message, keep_message, ignore_warning);
    if (png) info = png_create_info_struct(png);
    require(info != nullptr, ErrorKind::Internal, "[image] libpng cannot start an encoder");
  }
  ~Writer() { png_destroy_write_struct(&png, &info); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Bytes bytes;
  char message[128] = "";
  png_structp png = nullptr;
  png_infop info = nullptr;
};

void give_bytes(png_structp png, png_bytep data, std::size_t count) {
  auto& bytes = static_cast<Writer*>(png_get_io_ptr(png))->bytes;
  bytes.insert(bytes.end(), data, data + count);
}
void nothing_to_flush(png_structp) {}

bool try_write(Writer& writer, ImageView image) {
  if (setjmp(png_jmpbuf(writer.png))) return false;
  png_set_write_fn(writer.png, &writer, give_bytes, nothing_to_flush);
  png_set_IHDR(writer.png, writer.info, static_cast<png_uint_32>(image.width),
               static_cast<png_uint_32>(image.height), 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(writer.png, writer.info);
  for (int y = 0; y < image.height; ++y) png_write_row(writer.png, image.row(y));
  png_write_end(writer.png, writer.info);
  return true;
}

}  // namespace

Bytes encode_png(ImageView image) {
  require(image.width > 0 && image.height > 0, ErrorKind::Internal,
          "[image] an empty picture cannot be encoded");
  Writer writer;
  if (!try_write(writer, image)) {
    throw Error(ErrorKind::Internal, std::string("[image] PNG encoding failed: ") + writer.message);
  }
  return std::move(writer.bytes);
}

}  // namespace giemsa
