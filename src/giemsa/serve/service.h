#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/serve/access_log.h"
#include "giemsa/serve/asked.h"
#include "giemsa/serve/authorisation.h"
#include "giemsa/serve/metrics.h"
#include "giemsa/serve/options.h"
#include "giemsa/serve/reply.h"
#include "giemsa/serve/samples.h"
#include "giemsa/serve/served_model.h"
#include "giemsa/serve/work_queue.h"

namespace giemsa {

/// An answer about pictures.
struct PictureReply {
  Reply reply;
  std::size_t pictures = 0;
  std::string model = {};  ///< id of the one that answered
};

/// What is answered to which request, without sockets: server.h moves the bytes. Safe to use from several
/// threads at once.
class Service {
 public:
  /// Loads the model; throws as read_model() does, and what check(options) throws.
  Service(ServeOptions options, std::filesystem::path model, AccessLog& log);

  /// The answer to a request by its head alone; never waits. Nothing where begin() is to answer: it asks
  /// about pictures, may do so, and its body is within the limits as far as the head tells; or for a sample
  /// that is still to be drawn.
  std::optional<Reply> answer(const Asked& asked);

  /// Begins with a request that answer() has no answer to: `body` is all of its body. done is called once,
  /// from another thread, with the answer; not at all where nothing is returned: then there was no room.
  std::shared_ptr<PictureTask> begin(const Asked& asked, std::string body,
                                     std::function<void(PictureReply)> done);

  /// Loads the model again from where it lies and answers with it from then on; requests that were begun with
  /// the old one end with it. Where it cannot be loaded the old one stays, and the log says why. Returns
  /// whether it was loaded.
  bool reload();

  /// From now on /readyz says that no further requests shall be sent here.
  void drain() { draining_ = true; }

  /// Of a fixed set of words, for metrics: "predict", "page", "none" for what is not there.
  static std::string_view route_name(const Asked& asked);

  const ServeOptions& options() const { return options_; }
  std::shared_ptr<const ServedModel> model() const;
  Metrics& metrics() { return metrics_; }
  AccessLog& log() { return log_; }

  /// What server.h tells for GET /metrics.
  struct Load {
    std::atomic<std::size_t> connections = 0, held_bytes = 0;
  };
  Load& load() { return load_; }

 private:
  std::optional<Reply> get(const Asked& asked);
  std::optional<Reply> refuse_pictures(const Asked& asked) const;
  Reply describe_model() const;
  std::optional<Reply> sample(std::string_view file) const;
  Reply tell_metrics() const;

  const ServeOptions options_;
  const std::filesystem::path model_path_;
  AccessLog& log_;
  const Authorisation authorisation_;
  Metrics metrics_;
  Load load_;
  std::atomic<bool> draining_ = false;
  mutable std::mutex model_mutex_;
  std::shared_ptr<const ServedModel> model_;
  std::mutex reload_mutex_;
  Samples samples_;
  WorkQueue queue_;  ///< last: its threads use the rest
};

}  // namespace giemsa
