// Large blocks on huge pages. A system that gives huge pages to those who ask (transparent_hugepage = madvise) charges
// every small page with a fault, which under virtualisation costs more than filling it; and sweeps over weights run out
// of address translations. So what a program takes from the heap in one piece of several pages asks for huge ones.
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kLarge = 2 * kHugePage;

void* take(std::size_t size, std::size_t alignment) noexcept {
  if (size == 0) size = 1;
  if (size < kLarge && alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) return std::malloc(size);
  const std::size_t piece = size < kLarge ? alignment : std::max(kHugePage, alignment);
  const std::size_t whole = (size + piece - 1) / piece * piece;
  if (whole < size) return nullptr;
  if (size < kLarge) return std::aligned_alloc(alignment, whole);
  void* block = std::aligned_alloc(piece, whole);
  if (block != nullptr) static_cast<void>(madvise(block, whole, MADV_HUGEPAGE));  // else there are small ones
  return block;
}

void* take_or_throw(std::size_t size, std::size_t alignment) {
  while (true) {
    if (void* block = take(size, alignment)) return block;
    const std::new_handler make_room = std::get_new_handler();
    if (make_room == nullptr) throw std::bad_alloc();
    make_room();
  }
}

}  // namespace

// The other forms of new call these, and delete frees what malloc and aligned_alloc gave.
void* operator new(std::size_t size) {
  return take_or_throw(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return take_or_throw(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept {
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  std::free(block);
}
void operator delete(void* block, std::align_val_t) noexcept {
  std::free(block);
}
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
  std::free(block);
}
