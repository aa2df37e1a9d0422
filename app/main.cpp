#include "program.hpp"

int main(int argc, char** argv) {
  return vle::app::run_program({argv + 1, argv + argc});
}
