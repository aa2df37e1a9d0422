#pragma once

#include <cstddef>

// Loops that do nothing but touch memory, or nothing but multiply, with the widest instructions of this processor.
namespace vle::bench {

float read_all(const float* values, std::size_t count);
void update_all(float* values, std::size_t count);
/// `count` fused multiply-adds, counted per lane.
float multiply_add_in_registers(std::size_t count);
/// Makes sure that a sum is formed.
void keep_sum(float sum);

}  // namespace vle::bench
