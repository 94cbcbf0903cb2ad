#include "giemsa/plant/contents.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <unordered_map>

#include "giemsa/core/hash.h"
#include "giemsa/core/parallel.h"
#include "giemsa/data/broken_picture.h"

namespace giemsa {

Contents different_contents(const Source& source, int threads, const ProgressCallback& progress) {
  const auto records = source.records();
  std::vector<std::string> hashes(records.size());  // "" for a broken one
  std::vector<std::optional<Finding>> found(records.size());
  std::atomic<std::size_t> jpegs = 0, done = 0;
  parallel_for(records.size(), threads, [&](std::size_t i) {
    try {
      const Bytes bytes = source.read(i);
      source.decode(i, bytes);
      hashes[i] = sha256_hex(bytes);
      if (source.has_files() && sniff_format(bytes) == ImageFormat::Jpeg) ++jpegs;
    } catch (const Error& error) {
      found[i] = picture_finding(error, records[i].id);
    }
    const std::size_t now = ++done;
    if (progress) progress(now, records.size());
  });

  struct Content {
    std::size_t first;
    bool one_label;
  };
  std::unordered_map<std::string_view, Content> contents;
  Contents result;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (found[i]) {
      result.findings.push_back(std::move(*found[i]));
      continue;
    }
    const auto [known, fresh] = contents.try_emplace(hashes[i], Content{i, records[i].label >= 0});
    if (!fresh) known->second.one_label &= records[i].label == records[known->second.first].label;
  }
  for (const auto& [hash, content] : contents) {
    if (content.one_label) result.records.push_back(content.first);
  }
  std::ranges::sort(result.records);
  if (2 * jpegs > records.size()) result.format = ImageFormat::Jpeg;
  return result;
}

}  // namespace giemsa
