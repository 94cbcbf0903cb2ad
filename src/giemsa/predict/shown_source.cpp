#include "giemsa/predict/shown_source.h"

#include <algorithm>
#include <utility>

#include "giemsa/predict/colours.h"
#include "giemsa/predict/wide_field.h"

namespace giemsa {
namespace {

class ShownSource final : public Source {
 public:
  ShownSource(const Source& source, const Viewing& viewing) : source_(source), viewing_(viewing) {}

  const std::vector<std::string>& classes() const override { return source_.classes(); }
  bool has_files() const override { return source_.has_files(); }
  std::span<const Record> records() const override { return source_.records(); }
  std::span<const Finding> findings() const override { return source_.findings(); }
  Bytes read(std::size_t index) const override { return source_.read(index); }
  Image decode(std::size_t index, std::span<const std::uint8_t> bytes) const override {
    Image picture = source_.decode(index, bytes);
    const ImageView part = looked_at(picture, viewing_);
    if (part.width < picture.width() || part.height < picture.height()) {
      Image cut(part.width, part.height);
      for (int y = 0; y < part.height; ++y) std::copy_n(part.row(y), cut.stride(), cut.row(y));
      picture = std::move(cut);
    }
    return viewing_.deepen_pale ? in_colours(std::move(picture), viewing_) : picture;
  }

 private:
  const Source& source_;
  Viewing viewing_;
};

}  // namespace

std::unique_ptr<Source> shown(const Source& source, const Viewing& viewing) {
  return std::make_unique<ShownSource>(source, viewing);
}

}  // namespace giemsa
