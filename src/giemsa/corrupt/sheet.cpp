#include "giemsa/corrupt/sheet.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "giemsa/image/opencv_threads.h"
#include "giemsa/image/preprocess.h"

namespace giemsa {
namespace {

constexpr int kGapPx = 4, kNamePx = 150, kHeadPx = 22;

void write_text(cv::Mat& sheet, const std::string& text, cv::Point at) {
  cv::putText(sheet, text, at, cv::FONT_HERSHEY_SIMPLEX, 0.42, cv::Scalar(60, 54, 70), 1, cv::LINE_AA);
}

void place(cv::Mat& sheet, ImageView picture, int tile_px, cv::Point at) {
  Image tile = crop_and_resize(picture, {.input_px = tile_px});
  cv::Mat(tile_px, tile_px, CV_8UC3, tile.pixels()).copyTo(sheet(cv::Rect(at.x, at.y, tile_px, tile_px)));
}

}  // namespace

Image corruption_sheet(std::span<const Variant> variants, std::uint64_t seed, int tile_px,
                       const std::function<SheetPicture(std::size_t row)>& picture) {
  keep_opencv_single_threaded();
  std::vector<std::span<const Variant>> rows;
  std::size_t most = 0;
  for (std::size_t begin = 0, end = 0; begin < variants.size(); begin = end) {
    while (end < variants.size() && variants[end].name() == variants[begin].name()) ++end;
    rows.push_back(variants.subspan(begin, end - begin));
    most = std::max(most, end - begin);
  }
  const int step = tile_px + kGapPx;
  Image out(kNamePx + static_cast<int>(most + 1) * step, kHeadPx + static_cast<int>(rows.size()) * step);
  cv::Mat sheet(out.height(), out.width(), CV_8UC3, out.pixels());
  sheet.setTo(cv::Scalar::all(255));
  write_text(sheet, "as it is", {kNamePx, kHeadPx - 7});
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const int y = kHeadPx + static_cast<int>(r) * step;
    const SheetPicture shown = picture(r);
    write_text(sheet, std::string(rows[r].front().name()), {kGapPx, y + tile_px / 2});
    place(sheet, shown.picture, tile_px, {kNamePx, y});
    for (std::size_t i = 0; i < rows[r].size(); ++i) {
      const int x = kNamePx + static_cast<int>(i + 1) * step;
      const Variant& variant = rows[r][i];
      if (variant.severity > 0 && r == 0)
        write_text(sheet, std::to_string(variant.severity), {x, kHeadPx - 7});
      place(sheet, variant.make(shown.picture, seed, shown.id), tile_px, {x, y});
    }
  }
  return out;
}

}  // namespace giemsa
