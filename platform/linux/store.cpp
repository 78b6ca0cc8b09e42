#include "platform/linux/store.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <system_error>
#include <utility>

#include "core/base/assert.hpp"
#include "core/base/bytes.hpp"
#include "platform/linux/descriptor.hpp"

namespace postern::platform {
namespace {

/// 0, or errno; as the others.
int write_new(const std::string& file, std::string_view text) {
  // Left behind by a crash it is written anew; nothing else bears this name.
  const Descriptor opened(
      open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (!opened.valid()) return errno;
  const ssize_t count = write(opened.number(), text.data(), text.size());
  if (count < 0) return errno;
  if (static_cast<std::size_t>(count) != text.size()) return ENOSPC;
  return fsync(opened.number()) == 0 ? 0 : errno;
}

int sync_folder(const std::string& folder) {
  const Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.valid() && fsync(opened.number()) == 0 ? 0 : errno;
}

}  // namespace

Store::Store(std::vector<Place> places, const LogStream& log) : log_(log) {
  for (Place& place : places) {
    Record& record = records_.emplace_back();
    record.beside = place.file + ".new";
    record.folder = place.file.substr(0, place.file.rfind('/') + 1);
    if (record.folder.empty()) record.folder = ".";
    record.place = std::move(place);
    const int error = read(record.place.file, record.found);
    if (error != 0 && error != ENOENT) complain(record.place.record, "not-read", error);
  }
  if (records_.empty()) return;
  // Signals are the main thread's: a thread inherits the mask of its maker.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { serve(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Store::~Store() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

int Store::read(const std::string& file, std::optional<RecordText>& text) {
  const Descriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!opened.valid()) return errno;
  std::array<char, record_bytes_max + 1> bytes;
  const ssize_t count = ::read(opened.number(), bytes.data(), bytes.size());
  if (count < 0) return errno;
  if (static_cast<std::size_t>(count) > record_bytes_max) return EFBIG;
  text.emplace().size = static_cast<std::size_t>(count);
  std::copy_n(bytes.begin(), count, text->bytes.begin());
  return 0;
}

// Not before all of `text` is on the medium does it become the record.
int Store::replace_file(const Record& record, std::string_view text) {
  int error = write_new(record.beside, text);
  if (error == 0 && rename(record.beside.c_str(), record.place.file.c_str()) != 0) error = errno;
  if (error == 0) return sync_folder(record.folder);
  unlink(record.beside.c_str());
  return error;
}

std::optional<std::string_view> Store::found(std::string_view record) const {
  const auto at = std::find_if(records_.begin(), records_.end(),
                               [&](const Record& it) { return it.place.record == record; });
  if (at == records_.end() || !at->found) return {};
  return at->found->view();
}

void Store::tell(Engine& engine, const Clock& clock) const {
  for (const Record& record : records_) {
    if (record.found) engine.stored(record.place.record, as_bytes(record.found->view()), clock);
  }
}

void Store::replace(std::string_view record, std::span<const std::byte> data) {
  POSTERN_ASSERT(data.size() <= record_bytes_max);
  const auto at = std::find_if(records_.begin(), records_.end(),
                               [&](const Record& it) { return it.place.record == record; });
  if (at == records_.end()) return;
  {
    const std::lock_guard guard(mutex_);
    RecordText& text = at->wanted.emplace();
    text.size = data.size();
    std::copy_n(as_text(data).begin(), data.size(), text.bytes.begin());
  }
  changed_.notify_one();
}

void Store::serve() {
  std::unique_lock guard(mutex_);
  for (;;) {
    const auto next = [this] {
      return std::find_if(records_.begin(), records_.end(),
                          [](const Record& record) { return record.wanted.has_value(); });
    };
    changed_.wait(guard, [&] { return stopping_ || next() != records_.end(); });
    const auto record = next();
    if (record == records_.end()) return;
    const RecordText text = *std::exchange(record->wanted, std::nullopt);

    guard.unlock();
    const int error = replace_file(*record, text.view());
    if (error != 0) {
      complain(record->place.record, "not-written", error);
      ++failures_;  // whoever sees the count finds the line
    }
    guard.lock();
  }
}

// In the style of the engines' lines. Nobody waits for the log's reader: then it is lost.
void Store::complain(std::string_view record, std::string_view what, int error) const {
  std::array<char, 32> time{};
  const std::time_t now = std::time(nullptr);
  std::tm date{};
  gmtime_r(&now, &date);
  std::strftime(time.data(), time.size(), "%Y-%m-%dT%H:%M:%SZ", &date);
  const std::string line = std::string(R"({"time":")") + time.data() +
                           R"(","event":"store","record":")" + std::string(record) +
                           R"(","state":")" + std::string(what) + R"(","why":")" +
                           std::generic_category().message(error) + "\"}\n";
  log_.write({as_bytes(line)});
}

}  // namespace postern::platform
