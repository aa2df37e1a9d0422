#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace vle {

/// Memory that begins with a cache line, so that no vector of 16 floats lies across two.
template <class T>
struct CacheLineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kLine{64};

  CacheLineAllocator() = default;
  template <class U>
  explicit CacheLineAllocator(const CacheLineAllocator<U>&) {}
  T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), kLine)); }
  void deallocate(T* begin, std::size_t) { ::operator delete(begin, kLine); }
  bool operator==(const CacheLineAllocator&) const { return true; }
};

using Floats = std::vector<float, CacheLineAllocator<float>>;

}  // namespace vle
