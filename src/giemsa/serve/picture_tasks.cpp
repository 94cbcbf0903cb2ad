#include "giemsa/serve/picture_tasks.h"

#include <fmt/format.h>

#include <span>
#include <utility>
#include <vector>

#include "giemsa/core/error.h"
#include "giemsa/image/codec.h"
#include "giemsa/serve/answer_json.h"
#include "giemsa/serve/multipart.h"

namespace giemsa {
namespace {

/// A picture as it came: its bytes are in the body of the request.
struct Upload {
  std::string name;
  std::span<const std::uint8_t> bytes;
};

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::vector<Upload> uploads_of(const PictureRequest& request, std::size_t max_pictures) {
  if (!is_form(request.asked.content_type)) {
    const auto name = request.asked.query.find("name");
    return {{name == request.asked.query.end() ? "picture" : name->second, bytes_of(request.body)}};
  }
  std::vector<Upload> uploads;
  for (FormPart& part : parse_form(request.body, request.asked.content_type, max_pictures))
    uploads.push_back({part.filename.empty() ? part.name : part.filename, bytes_of(part.content)});
  require(!uploads.empty(), ErrorKind::Usage, "[form] it has no parts", "a part for each picture");
  return uploads;
}

/// What is answered where `failure` was thrown.
Reply reply_to(const std::exception_ptr& failure, std::size_t pictures, AccessLog& log) {
  try {
    std::rethrow_exception(failure);
  } catch (const QueueFull&) {
    return busy(fmt::format("{} pictures have no room among those that wait", pictures));
  } catch (const Error& error) {
    Reply reply = refusal_of(error);
    if (reply.status >= 500) log.add_event("failure", error.message());
    return reply;
  } catch (const std::bad_alloc&) {
    log.add_event("failure", "out of memory");
    return busy("there is not enough memory");
  } catch (const std::exception& error) {
    log.add_event("failure", error.what());
  }
  return refusal_of(Error(ErrorKind::Internal, ""));
}

/// What requests about pictures do.
class RequestTask : public PictureTask {
 public:
  RequestTask(PictureRequest request, const ServeOptions& options, AccessLog& log)
      : request_(std::move(request)), options_(options), log_(log) {}

  std::size_t prepare() override {
    uploads_ = uploads_of(request_, options_.max_pictures);
    begin();
    return uploads_.size();
  }

  void finish(const std::exception_ptr& failure) final {
    request_.done(
        {.reply = reply_after(failure), .pictures = uploads_.size(), .model = request_.model->id()});
    uploads_ = {};
    request_ = {};  // its bytes and its model are not needed any more
  }

 protected:
  virtual void begin() = 0;
  virtual Reply result() = 0;

  Image decode(std::size_t picture) const {
    return decode_image(uploads_[picture].bytes, uploads_[picture].name, options_.decode_limits());
  }
  bool is_form_of_pictures() const { return is_form(request_.asked.content_type); }

  PictureRequest request_;
  const ServeOptions& options_;
  AccessLog& log_;
  std::vector<Upload> uploads_;

 private:
  Reply reply_after(const std::exception_ptr& failure) {
    if (failure) return reply_to(failure, uploads_.size(), log_);
    if (is_dropped()) return busy("it took too long");
    try {
      return result();
    } catch (...) {
      return reply_to(std::current_exception(), uploads_.size(), log_);
    }
  }
};

class PredictTask final : public RequestTask {
 public:
  PredictTask(PictureRequest request, const ServeOptions& options, Metrics& metrics, AccessLog& log)
      : RequestTask(std::move(request), options, log), metrics_(metrics) {}

  std::optional<ToJudge> look(std::size_t picture) override {
    try {
      return ToJudge{&request_.model->classifier(), decode(picture),
                     [this, picture](const Judgement& judgement) { answer(picture, judgement); }};
    } catch (const Error& error) {
      metrics_.count_picture("unreadable", "");
      if (!is_form_of_pictures() || error.kind() != ErrorKind::Data) throw;
      answers_[picture] = unreadable_json(uploads_[picture].name, error.message());
      return {};
    }
  }

 private:
  void begin() override { answers_.resize(uploads_.size()); }

  Reply result() override {
    std::string text = fmt::format("{{\"model\":\"{}\",\"answers\":[", request_.model->id());
    for (std::size_t i = 0; i < answers_.size(); ++i) {
      if (i > 0) text += ",";
      text += answers_[i];
    }
    return json_reply(text + "]}\n");
  }

  void answer(std::size_t picture, const Judgement& judgement) {
    const Classifier& classifier = request_.model->classifier();
    metrics_.count_picture(
        verdict_name(judgement.verdict),
        judgement.abstains() ? "" : classifier.classes()[static_cast<std::size_t>(judgement.answer)]);
    answers_[picture] = answer_json(uploads_[picture].name, classifier, judgement);
  }

  Metrics& metrics_;
  std::vector<std::string> answers_;
};

class ExplainTask final : public RequestTask {
 public:
  using RequestTask::RequestTask;

  std::optional<ToJudge> look(std::size_t picture) override {
    const auto class_name = request_.asked.query.find("class");
    const std::string none;
    const Image shown = request_.model->explained(
        decode(picture), class_name == request_.asked.query.end() ? none : class_name->second);
    const Bytes png = encode_png(shown);
    png_.assign(png.begin(), png.end());
    return {};
  }
  bool looks_alone() const override { return true; }

 private:
  void begin() override {
    require(uploads_.size() == 1, ErrorKind::Usage,
            fmt::format("[explain] {} pictures came; one is explained at a time", uploads_.size()),
            "a request for each picture");
  }

  Reply result() override {
    return {.content_type = "image/png",
            .body = std::move(png_),
            .headers = {{"Giemsa-Model", request_.model->id()}}};
  }

  std::string png_;
};

class SampleTask final : public PictureTask {
 public:
  SampleTask(Samples& samples, std::size_t which, AccessLog& log, std::function<void(PictureReply)> done)
      : samples_(samples), which_(which), log_(log), done_(std::move(done)) {}

  std::size_t prepare() override { return 1; }
  std::optional<ToJudge> look(std::size_t) override {
    samples_.draw(which_);
    return {};
  }
  bool looks_alone() const override { return true; }
  void finish(const std::exception_ptr& failure) override {
    const std::string* const drawn = samples_.drawn(which_);
    done_({.reply = failure ? reply_to(failure, 1, log_)
                    : drawn ? sample_reply(*drawn)
                            : busy("it took too long")});
  }

 private:
  Samples& samples_;
  std::size_t which_;
  AccessLog& log_;
  std::function<void(PictureReply)> done_;
};

}  // namespace

std::shared_ptr<PictureTask> predict_task(PictureRequest request, const ServeOptions& options,
                                          Metrics& metrics, AccessLog& log) {
  return std::make_shared<PredictTask>(std::move(request), options, metrics, log);
}

std::shared_ptr<PictureTask> explain_task(PictureRequest request, const ServeOptions& options,
                                          AccessLog& log) {
  return std::make_shared<ExplainTask>(std::move(request), options, log);
}

std::shared_ptr<PictureTask> sample_task(Samples& samples, std::size_t which, AccessLog& log,
                                         std::function<void(PictureReply)> done) {
  return std::make_shared<SampleTask>(samples, which, log, std::move(done));
}

}  // namespace giemsa
