#pragma once

#include <cstddef>
#include <memory>

// What a TCP connection to this machine can do with nothing on top: the limit of a link.
namespace vle::bench {

/// A connection whose far end throws away what comes, but for its last byte, which it answers.
class PlainSink {
 public:
  PlainSink();
  ~PlainSink();
  PlainSink(const PlainSink&) = delete;
  PlainSink& operator=(const PlainSink&) = delete;
  /// Writes `total` bytes, `each` at a time, and waits until all have arrived.
  void copy(std::size_t total, std::size_t each);

 private:
  struct Ends;
  std::unique_ptr<Ends> ends_;
};

/// A connection whose far end sends back what comes.
class PlainEcho {
 public:
  PlainEcho();
  ~PlainEcho();
  PlainEcho(const PlainEcho&) = delete;
  PlainEcho& operator=(const PlainEcho&) = delete;
  /// Sends `size` bytes and waits for them to come back.
  void round_trip(std::size_t size);

 private:
  struct Ends;
  std::unique_ptr<Ends> ends_;
};

}  // namespace vle::bench
